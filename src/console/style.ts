// The stylesheet: one column of calm text, light or dark as the reader's system is.
export const stylesheet = `:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfaf8, #17181b);
  --card: light-dark(#ffffff, #1f2125);
  --ink: light-dark(#22242a, #e6e6e8);
  --quiet: light-dark(#5c6069, #a3a7b0);
  --line: light-dark(#d9d6cf, #3a3d44);
  --accent: light-dark(#0b5c8a, #7cc4ee);
  --on-accent: light-dark(#ffffff, #10222e);
  --problem: light-dark(#a11d1d, #ff9d94);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  padding: 0 1.25rem 4rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
header, main { max-width: 38rem; margin: 0 auto; }
.brand { margin: 2.5rem 0 .75rem; color: var(--quiet); font-weight: 600; letter-spacing: .02em; }
main {
  padding: 1.75rem 2rem 2rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: .75rem;
}
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
a { color: var(--accent); text-underline-offset: .15em; }
.links { margin: 1.5rem 0 0; padding: 1.25rem 0 0; border-top: 1px solid var(--line); list-style: none; }
.links li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; padding: .25rem 0; }
code, pre { font: .9rem/1.5 ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
code { color: var(--quiet); }
pre {
  margin: 0 0 1.25rem;
  padding: .75rem 1rem;
  overflow-x: auto;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: .5rem;
}
.token { overflow-wrap: anywhere; white-space: pre-wrap; border-color: var(--accent); user-select: all; }
label { display: block; margin-top: 1.25rem; font-weight: 600; }
input {
  width: 100%;
  margin-top: .35rem;
  padding: .6rem .75rem;
  background: var(--paper);
  color: inherit;
  border: 1px solid var(--quiet);
  border-radius: .5rem;
  font: inherit;
}
input[aria-invalid='true'] { border-color: var(--problem); }
.help { margin: .35rem 0 0; color: var(--quiet); font-size: .9rem; }
.done { color: var(--accent); font-weight: 600; }
.code { display: block; max-width: 12rem; letter-spacing: .2em; }
h2 { margin: 2.25rem 0 .75rem; padding-top: 1.5rem; border-top: 1px solid var(--line); font-size: 1.15rem; }
.rows { margin: 0 0 1.25rem; padding: 0; list-style: none; }
.rows li {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: .25rem 1rem;
  padding: .6rem 0;
  border-bottom: 1px solid var(--line);
}
.rows li div { flex: 1 1 14rem; min-width: 0; overflow-wrap: anywhere; }
.rows .help { display: block; margin: 0; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; }
.actions form { margin-left: auto; }
.problem { color: var(--problem); font-weight: 600; }
button, .button {
  display: inline-block;
  margin-top: 1.5rem;
  padding: .65rem 1.25rem;
  background: var(--accent);
  color: var(--on-accent);
  border: 0;
  border-radius: .5rem;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
  text-decoration: none;
}
button.quiet {
  margin-top: 0;
  padding: .4rem .9rem;
  background: none;
  color: var(--accent);
  border: 1px solid var(--line);
}
form + form > button.quiet,
form > button.quiet:not(:only-child) { margin-top: 1.25rem; }
:is(a, button, input, pre):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) { main { padding: 1.25rem; } }
`
