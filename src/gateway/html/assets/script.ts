/**
 * A little comfort where scripts run; no page needs it. It adds the reader's own time, says which pictures could not be
 * loaded, opens a page that waits anew only when something has changed, and shows that a form is on its way.
 */
export const SCRIPT = `'use strict';
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const place = (name) => name.slice(name.lastIndexOf('/') + 1).replaceAll('_', ' ');

const inZone = (at, timeZone, options) => new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(at);
const DAY = { weekday: 'short', day: 'numeric', month: 'short' };
const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

function localTimes(root) {
  for (const also of root.querySelectorAll('[data-also]')) {
    const at = new Date(also.dataset.also);
    const [day, time] = [inZone(at, zone, DAY), inZone(at, zone, TIME)];
    const sameDay = day === inZone(at, also.dataset.zone, DAY);
    if (sameDay && time === inZone(at, also.dataset.zone, TIME)) also.remove();
    else also.textContent = ', that is ' + (sameDay ? '' : day + ' ') + time + ' for you (' + place(zone) + ')';
  }
}

function missingPictures(root) {
  for (const picture of root.querySelectorAll('.frame img')) {
    const failed = () => {
      const text = picture.parentElement.querySelector('.missing');
      text.textContent = picture.alt + ' could not be loaded.';
      text.removeAttribute('aria-hidden');
      picture.remove();
    };
    if (picture.complete && picture.naturalWidth === 0) failed();
    else picture.addEventListener('error', failed, { once: true });
  }
}

let missed = 0;
/** Says that what is shown may be out of date, until the page is heard of again. */
function tellSilence(main, isSilent) {
  missed = isSilent ? missed + 1 : 0;
  const shown = main.querySelector('.silence');
  if (missed < 3 || shown) { if (missed === 0) shown?.remove(); return; }
  const note = document.createElement('div');
  note.className = 'note bad silence';
  note.setAttribute('role', 'alert');
  const time = inZone(new Date(), zone, TIME);
  note.textContent = 'Since ' + time + ' nothing has been heard from this page: your connection, or the service, is away. What you see may be out of date. It goes on by itself when both are back; if it does not, ask whoever sent you the link.';
  main.prepend(note);
}

async function follow() {
  const main = document.querySelector('main[data-follow]');
  if (!main) return;
  await new Promise((resolve) => setTimeout(resolve, Number(main.dataset.follow) * 1000));
  try {
    if (!document.hidden) {
      const answer = await fetch(location.href, { cache: 'no-store', credentials: 'same-origin' });
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
      tellSilence(main, !next);
      // Opened anew as a whole, since every page has a policy of its own; and by its address, since a posted form must
      // not be sent again.
      if (next && next.dataset.state !== main.dataset.state) return location.replace(location.href);
    }
  } catch { tellSilence(main, true); }
  return follow();
}

document.addEventListener('submit', (event) => {
  const button = event.submitter;
  if (event.target.method === 'post' && button) setTimeout(() => { button.textContent = 'One moment …'; button.disabled = true; });
});
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
localTimes(document);
missingPictures(document);
void follow();
`;
