/** What the page looks like. */
export const STYLE = `:root {
  color-scheme: light dark;
  --text: #1c2127; --muted: #5a6470; --line: #d6dbe1; --back: #fff; --panel: #f5f7f9; --link: #0b5cad; --focus: #b45309;
  --get: #0b6e4f; --post: #7a4b00; --put: #0b5cad; --delete: #a11d2c; --head: #5a6470;
}
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e7eb; --muted: #a3adb8; --line: #3a424c; --back: #15191e; --panel: #1d232a; --link: #7cb7f5; --focus: #f5b75c;
    --get: #5fd3a8; --post: #f0bd6b; --put: #7cb7f5; --delete: #f58f9a; --head: #a3adb8; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: 18rem minmax(0, 1fr); font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 1; padding: .5rem 1rem; background: var(--back); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1rem; border-right: 1px solid var(--line); background: var(--panel); }
nav .title { margin: 0 0 1rem; font-weight: 600; }
nav p { margin: .5rem 0; }
nav ul { list-style: none; margin: .25rem 0 .75rem; padding: 0; }
nav li a { display: block; padding: .1rem 0; text-decoration: none; color: var(--text); font-size: 13px; overflow-wrap: anywhere; }
nav li a:hover { text-decoration: underline; }
summary { cursor: pointer; }
main { padding: 1rem 2rem 4rem; max-width: 75rem; min-width: 0; overflow-wrap: break-word; }
main:focus { outline: none; }
h1 small { font-weight: 400; color: var(--muted); }
h2 { margin-top: 3rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h4 { margin: 1.25rem 0 .5rem; }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .75rem; overflow: auto; max-height: 30rem; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; }
.operation { border: 1px solid var(--line); border-radius: 4px; margin: .5rem 0; }
.operation > summary { padding: .5rem .75rem; }
.operation[open] > summary { background: var(--panel); border-bottom: 1px solid var(--line); }
.operation .body { padding: 0 1rem 1rem; }
.operation .name { font-weight: 600; margin-left: .5rem; }
.operation .what { color: var(--muted); margin-left: .5rem; }
.method { display: inline-block; min-width: 4.5em; font: 600 12px/1.5 ui-monospace, monospace; color: var(--head); }
.method.get { color: var(--get); } .method.post { color: var(--post); } .method.put { color: var(--put); } .method.delete { color: var(--delete); }
nav .method { min-width: 4.5em; font-size: 10px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid var(--line); }
.type { color: var(--muted); }
.required { color: var(--delete); font-size: 12px; }
.answer { border-left: 3px solid var(--line); padding-left: .75rem; margin: .75rem 0; }
.answer p { margin: .25rem 0; }
.status.s2 { color: var(--get); } .status.s4, .status.s5 { color: var(--delete); }
ul.schema { margin: .25rem 0; padding-left: 1.25rem; }
article { padding: .5rem 0; border-bottom: 1px solid var(--line); }
article h3 { margin: 0 0 .25rem; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border-right: 0; } main { padding: 1rem; } table { display: block; overflow-x: auto; } }
@media print { nav, .skip { display: none; } body { display: block; } }
`;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b5cad"/><path d="M4 4h8v2L7 10h5v2H4v-2l5-4H4z" fill="#fff"/></svg>\n`;
