// The stylesheet of the pages visitors see: one calm card in the middle, made for a phone first.
export const stylesheet = `:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f5f2, #17181b);
  --card: light-dark(#ffffff, #1f2125);
  --ink: light-dark(#22242a, #e6e6e8);
  --quiet: light-dark(#5c6069, #a3a7b0);
  --line: light-dark(#e2dfd8, #3a3d44);
  --accent: light-dark(#0b5c8a, #7cc4ee);
  --on-accent: light-dark(#ffffff, #10222e);
}
* { box-sizing: border-box; }
body {
  display: grid;
  min-height: 100vh;
  min-height: 100dvh;
  margin: 0;
  padding: 1rem;
  place-items: center;
  background: var(--paper);
  color: var(--ink);
  font: 1.0625rem/1.55 system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
main {
  width: 100%;
  max-width: 28rem;
  padding: 2rem 1.5rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 1rem;
}
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.3; overflow-wrap: anywhere; text-wrap: balance; }
p { margin: 0 0 1rem; color: var(--quiet); text-wrap: pretty; }
p:last-child, form { margin-bottom: 0; }
a { color: var(--accent); overflow-wrap: anywhere; text-underline-offset: .15em; }
button, .button {
  display: block;
  width: 100%;
  min-height: 3rem;
  margin: 1.5rem 0 0;
  padding: .75rem 1.25rem;
  background: var(--accent);
  color: var(--on-accent);
  border: 0;
  border-radius: .625rem;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button { margin: 1.5rem 0; }
:is(a, button):focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
`
