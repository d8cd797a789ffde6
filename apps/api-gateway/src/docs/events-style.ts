export const EVENTS_STYLE = `
:root { color-scheme: light dark; --ink: #1f2430; --soft: #667085; --line: #e3e6ec; --paper: #fff; --card: #f7f8fa; --accent: #3454d1; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7e9ee; --soft: #9aa3b2; --line: #2b303b; --paper: #14171d; --card: #1b1f27; --accent: #8aa4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 54rem; margin: 0 auto; padding: 1.5rem; }
header { border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.8rem; }
h2 { margin: 2rem 0 .25rem; font-size: 1.35rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: .85rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
h4 { margin: .75rem 1rem .25rem; font-size: .8rem; color: var(--soft); }
a { color: var(--accent); }
nav a { margin-right: 1rem; }
code, pre { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em; }
details { margin: .4rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
summary { padding: .6rem 1rem; cursor: pointer; }
summary code { font-weight: 600; color: var(--accent); }
summary span { margin-left: .75rem; color: var(--soft); }
pre { margin: 0 1rem 1rem; padding: .75rem; overflow-x: auto; background: var(--paper); border-radius: .35rem; }
`;
