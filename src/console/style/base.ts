// Colours, type, and what a page has without any class: calm text, light or dark as the reader's system is.
export const base = `:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f5f1, #141619);
  --card: light-dark(#ffffff, #1c1f23);
  --sunk: light-dark(#f0eee8, #17191d);
  --ink: light-dark(#1d2127, #e7e8ea);
  --quiet: light-dark(#585e68, #a3a8b1);
  --line: light-dark(#e1ded6, #30343a);
  --edge: light-dark(#8d9097, #6d737d);
  --accent: light-dark(#0b5c8a, #7cc4ee);
  --on-accent: light-dark(#ffffff, #0e202c);
  --good: light-dark(#1b6e45, #72d3a0);
  --wait: light-dark(#0b5c8a, #7cc4ee);
  --care: light-dark(#8a5200, #f2b65c);
  --bad: light-dark(#a11d1d, #ff9d94);
  --problem: var(--bad);
  --mark: light-dark(#fff3c9, #4a3d12);
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: .9375rem/1.55 system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
  font-variant-numeric: tabular-nums;
}
[hidden] { display: none !important; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .75rem; font-size: 1.0625rem; line-height: 1.35; font-weight: 650; }
h2.plain { margin: 0; }
h3 { margin: 1.25rem 0 .5rem; font-size: .9375rem; font-weight: 650; }
p { margin: 0 0 1rem; max-width: 44rem; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: .06em; }
code, pre, .mono { font: .8125rem/1.55 ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
code { color: var(--quiet); overflow-wrap: anywhere; }
pre {
  margin: 0 0 1.25rem;
  padding: .75rem 1rem;
  overflow-x: auto;
  background: var(--sunk);
  border: 1px solid var(--line);
  border-radius: .5rem;
}
:is(a, button, input, select, textarea, summary, pre, [tabindex]):focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
  border-radius: .25rem;
}
.narrow { max-width: 34rem; margin: 0 auto; padding: 0 1.25rem 4rem; }
.narrow .brand { margin: 2.5rem 0 .75rem; }
.narrow h1 { margin-bottom: 1rem; }
.narrow h2 { margin-top: 2.25rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.brand { color: var(--quiet); font-weight: 600; }
.card {
  padding: 1.25rem 1.5rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: .75rem;
}
.narrow .card { padding: 1.75rem 2rem 2rem; }
.links { margin: 1.5rem 0 0; padding: 1.25rem 0 0; border-top: 1px solid var(--line); list-style: none; }
.links li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; padding: .25rem 0; }
.help { color: var(--quiet); font-size: .875rem; }
.done, .problem { padding: .6rem .9rem; border-radius: .5rem; font-weight: 600; }
.done { color: var(--good); background: color-mix(in srgb, var(--good) 9%, var(--card)); }
.problem { color: var(--bad); background: color-mix(in srgb, var(--bad) 8%, var(--card)); }
.token { overflow-wrap: anywhere; white-space: pre-wrap; border-color: var(--accent); user-select: all; }
@media (max-width: 30rem) { .narrow .card { padding: 1.25rem; } }
@media (prefers-reduced-motion: no-preference) { .fresh { animation: fresh 1.6s ease-out; } }
@keyframes fresh { from { background: var(--mark); } }
`
