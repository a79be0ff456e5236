/** The only style sheet: calm, one column, large targets, light and dark by the reader's own setting. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --paper: #ffffff; --sunk: #eceef2; --line: #dcdfe5;
  --ink: #1b1e24; --soft: #565d6b; --link: #1d4fb8;
  --go: #14633f; --go-ink: #ffffff; --go-soft: #e4f3ea;
  --stop: #9d2b25; --stop-soft: #fbeae8;
  --wait-soft: #fdf3dc; --wait: #74500a;
  --focus: #1d4fb8; --shadow: 0 1px 2px rgb(20 24 32 / 6%), 0 4px 16px rgb(20 24 32 / 5%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --paper: #1d2026; --sunk: #262a32; --line: #363b45;
    --ink: #eceef2; --soft: #aab1bf; --link: #9dbcff;
    --go: #8ed6ae; --go-ink: #0c2a1b; --go-soft: #1b3327;
    --stop: #ffb0a8; --stop-soft: #3c2220;
    --wait-soft: #3a2f17; --wait: #f0cf8c;
    --focus: #9dbcff; --shadow: none;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
.wrap { max-width: 54rem; margin: 0 auto; padding: 0 1rem; }
.top { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; padding-block: 1.1rem .35rem; color: var(--soft); }
.top strong { color: var(--ink); font-weight: 650; }
.badge { font-size: .8rem; padding: .1rem .55rem; border-radius: 99px; background: var(--wait-soft); color: var(--wait); }
footer { color: var(--soft); font-size: .875rem; padding-block: 1rem 2.5rem; }
h1 { font-size: clamp(1.4rem, 1.15rem + 1.4vw, 1.9rem); line-height: 1.2; letter-spacing: -.01em; margin: .1rem 0 .8rem; font-weight: 680; }
h1:has(+ .lede) { margin-bottom: .35rem; }
h2 { font-size: 1.1rem; line-height: 1.3; margin: 0 0 .6rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: 0 0 .75rem; }
p:last-child { margin-bottom: 0; }
.lede { color: var(--soft); margin-bottom: 1.1rem; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
a { color: var(--link); text-underline-offset: .15em; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 14px; padding: 1.1rem; margin: 0 0 1rem; box-shadow: var(--shadow); }
@media (min-width: 40rem) { .card { padding: 1.4rem 1.5rem; } }
.note { border-radius: 12px; padding: .85rem 1.05rem; margin: 0 0 1rem; background: var(--sunk); }
.note.good { background: var(--go-soft); } .note.bad { background: var(--stop-soft); } .note.wait { background: var(--wait-soft); }
.note h2, .note p { color: var(--ink); }

.slides { list-style: none; margin: 0; padding: 0; display: grid; gap: .9rem .75rem; grid-template-columns: repeat(auto-fill, minmax(6.8rem, 1fr)); }
@media (min-width: 40rem) { .slides { grid-template-columns: repeat(auto-fill, minmax(7.2rem, 1fr)); } }
ul.soft { margin: 1rem 0 0; padding-left: 1.2rem; } ul.soft li { margin-bottom: .3rem; }
.slides.strip { grid-template-columns: repeat(auto-fill, minmax(3.4rem, 1fr)); gap: .4rem; max-width: 30rem; margin-bottom: 1rem; }
.slides.strip figcaption { display: none; }
figure { margin: 0; }
figcaption { font-size: .85rem; color: var(--soft); padding-top: .3rem; }
.frame { position: relative; display: block; aspect-ratio: 9 / 16; border-radius: 10px; overflow: hidden; background: var(--sunk); border: 1px solid var(--line); }
.frame img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; font-size: .8rem; color: var(--ink); padding: 0; }
.frame .missing { position: absolute; inset: 50% 0 auto 0; transform: translateY(-50%); padding: .6rem; text-align: center; font-size: .8rem; line-height: 1.35; color: var(--soft); }
.strip .frame img, .per-slide .frame img { font-size: .65rem; line-height: 1.2; }
.strip .missing, .per-slide .missing { padding: .25rem; font-size: .65rem; line-height: 1.2; }
video { width: 100%; max-width: 22rem; border-radius: 10px; background: #000; display: block; margin-bottom: .5rem; }

.facts { margin: 0; display: grid; gap: .9rem; }
.facts dt { color: var(--soft); font-size: .875rem; }
.facts dd { margin: 0; }
@media (min-width: 40rem) { .facts > div { display: grid; grid-template-columns: 8.5rem 1fr; gap: .75rem; } .facts dt { padding-top: .1rem; } }
.caption { font-size: 1.05rem; }
.said { display: block; unicode-bidi: plaintext; text-align: start; }

.actions { display: flex; flex-wrap: wrap; gap: .65rem; margin: 0; }
.actions + .small, form + .small { margin-top: .8rem; }
button, .button {
  font: inherit; font-weight: 600; min-height: 3rem; padding: .65rem 1.15rem; border-radius: 10px; cursor: pointer;
  border: 1px solid var(--line); background: var(--paper); color: var(--ink); text-decoration: none; display: inline-flex; align-items: center; justify-content: center;
}
.actions > * { flex: 1 1 9.5rem; }
.actions > .button { flex: 0 1 6rem; }
button.go { background: var(--go); border-color: var(--go); color: var(--go-ink); }
button.stop { color: var(--stop); border-color: currentColor; }
button:hover, .button:hover { filter: brightness(.96); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 6px; }
button.link { min-height: 0; padding: .1rem .3rem; border: 0; background: none; color: var(--link); text-decoration: underline; font-weight: 500; }

.field { margin: 0 0 1.1rem; border: 0; padding: 0; min-width: 0; }
.field > label:not(.choice), legend { display: block; font-weight: 600; margin-bottom: .3rem; padding: 0; }
.field .hint { color: var(--soft); font-size: .875rem; margin: 0 0 .35rem; }
input[type="text"], input[type="datetime-local"], textarea, select {
  font: inherit; width: 100%; max-width: 34rem; padding: .6rem .75rem; min-height: 2.9rem; color: var(--ink); background: var(--paper);
  border: 1px solid #868d9b; border-radius: 9px;
}
textarea { min-height: 6.5rem; resize: vertical; }
textarea.short { min-height: 3.6rem; }
:is(input, textarea, select)[aria-invalid="true"] { border-color: var(--stop); border-width: 2px; }
.problem { color: var(--stop); margin: .3rem 0 0; font-size: .925rem; }
.choice { display: flex; gap: .6rem; align-items: flex-start; padding: .3rem 0; font-weight: 400; }
.choice input { width: 1.25rem; height: 1.25rem; margin: .15rem 0 0; flex: none; accent-color: var(--link); }
.nested { margin: .1rem 0 .6rem 1.85rem; }
.choice:has(input:not(:checked)) + .nested { display: none; }
.per-slide { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
.per-slide li { display: grid; grid-template-columns: 3.6rem 1fr; gap: .75rem; align-items: start; }

.sources { list-style: none; margin: 0 0 1.2rem; padding: 0; display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); }
.sources label { display: block; border: 2px solid var(--line); border-radius: 12px; padding: .55rem; cursor: pointer; font-size: .9rem; }
.sources a { display: inline-block; padding: .35rem .6rem; }
.sources label:has(input:checked) { border-color: var(--link); }
.sources .pick { display: flex; gap: .5rem; align-items: center; font-weight: 600; margin-top: .5rem; }
.sources input { width: 1.2rem; height: 1.2rem; margin: 0; accent-color: var(--link); flex: none; }

.path { list-style: none; margin: 0; padding: 0; }
.path li { display: flex; gap: .7rem; padding: .4rem 0; }
.path .mark { flex: none; width: 1.5rem; height: 1.5rem; border-radius: 50%; display: grid; place-items: center; font-size: .85rem; background: var(--sunk); color: var(--soft); }
.path .done .mark { background: var(--go-soft); color: var(--go); }
.path .trouble .mark { background: var(--stop-soft); color: var(--stop); }
.path .now .mark { background: var(--wait-soft); color: var(--wait); }
.rounds { list-style: none; margin: 0; padding: 0; display: grid; gap: .9rem; }
.rounds > li { border-left: 3px solid var(--line); padding-left: .8rem; }
.rounds ul { margin: .2rem 0 0; padding-left: 1.1rem; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; }
@media (prefers-reduced-motion: no-preference) { .now .mark { animation: breathe 2s ease-in-out infinite; } @keyframes breathe { 50% { opacity: .55; } } }
`;
