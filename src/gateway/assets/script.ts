/**
 * A little comfort where scripts run; no page needs it. It adds the reader's own time, says which pictures could not be
 * loaded, keeps a page that waits up to date without reloading it, and shows that a form is on its way.
 */
export const SCRIPT = `'use strict';
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const place = (name) => name.slice(name.lastIndexOf('/') + 1).replaceAll('_', ' ');

function localTimes(root) {
  for (const also of root.querySelectorAll('[data-also]')) {
    if (also.dataset.zone === zone) { also.remove(); continue; }
    const at = new Date(also.dataset.also);
    const text = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(at);
    also.textContent = 'that is ' + text + ' for you (' + place(zone) + ')';
  }
}

function missingPictures(root) {
  for (const picture of root.querySelectorAll('.frame img')) {
    const failed = () => {
      const text = picture.parentElement.querySelector('.missing');
      if (text) text.textContent = 'This picture could not be loaded.';
      picture.alt += ' (could not be loaded)';
      picture.style.display = 'none';
      picture.parentElement.setAttribute('aria-label', picture.alt);
    };
    if (picture.complete && picture.naturalWidth === 0) failed();
    else picture.addEventListener('error', failed, { once: true });
  }
}

async function follow() {
  const main = document.querySelector('main[data-follow]');
  if (!main) return;
  const seconds = Number(main.dataset.follow);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  try {
    if (!document.hidden) {
      const answer = await fetch(location.href, { cache: 'no-store', credentials: 'same-origin' });
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = next.querySelector('main');
      if (fresh && fresh.dataset.state !== main.dataset.state) {
        main.replaceWith(document.adoptNode(fresh));
        document.title = next.title;
        document.querySelector('[role=status]').textContent = next.title;
        prepare(fresh);
      }
    }
  } catch { /* Offline for a moment: the next look may succeed. */ }
  void follow();
}

function prepare(root) {
  localTimes(root);
  missingPictures(root);
}

document.addEventListener('submit', (event) => {
  const button = event.submitter;
  if (event.target.method === 'post' && button) setTimeout(() => { button.textContent = 'One moment …'; button.disabled = true; });
});
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
prepare(document);
void follow();
`;
