// Where things stand: the way around beside the page; on a phone above it, as a menu.
export const around = `.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 3; padding: .5rem 1rem; background: var(--card); }
.console { display: grid; grid-template-columns: 14rem minmax(0, 1fr); min-height: 100vh; }
.console > main { width: 100%; max-width: 66rem; padding: 2rem 2.5rem 5rem; }
.console > .top { display: none; }
.console > nav {
  display: flex;
  flex-direction: column;
  position: sticky;
  inset: 0 auto auto 0;
  top: 0;
  width: auto;
  height: 100vh;
  margin: 0;
  padding: 1.5rem 1rem 1rem;
  overflow-y: auto;
  color: inherit;
  background: none;
  border: 0;
  border-right: 1px solid var(--line);
}
.console .brand {
  display: flex;
  align-items: center;
  gap: .6rem;
  min-width: 0;
  padding: 0 .6rem;
  color: var(--ink);
  font-weight: 650;
  text-decoration: none;
  overflow-wrap: anywhere;
}
.mark { flex: none; width: 1.5rem; height: 1.5rem; background: url(/console/mark.svg) center / contain no-repeat; }
.console nav ul { margin: 1rem 0 0; padding: 0; list-style: none; }
.console nav li.begins { margin-top: .9rem; }
.console nav li :is(a, .link) {
  display: block;
  padding: .3rem .6rem;
  border-radius: .4rem;
  color: var(--quiet);
  text-decoration: none;
  overflow: hidden;
  text-overflow: ellipsis;
}
.console nav li :is(a, .link):hover { color: var(--ink); background: var(--sunk); }
.console nav [aria-current='page'] { color: var(--ink); font-weight: 600; background: color-mix(in srgb, var(--accent) 10%, transparent); }
.console nav .below { margin-top: auto; padding-top: 1.5rem; font-size: .875rem; }
.title { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .75rem 1.5rem; margin-bottom: 1.25rem; }
.title > h1 { min-width: 0; }
.above { margin: 0 0 .25rem; font-size: .875rem; }
.above a { color: var(--quiet); text-decoration: none; }
.above a::before { content: '← '; }
.above a:hover { text-decoration: underline; }
main > section, section + section { margin-top: 2.25rem; }
.two > section + section { margin-top: 0; }
.sticky { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; }
.two { display: grid; grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr); gap: 1.5rem; align-items: start; }
.two.even { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.stack > * + * { margin-top: 1.25rem; }
section > h2:first-child { margin-top: 0; }
@media (max-width: 52rem) {
  .console { display: block; }
  .console > main { padding: 1.25rem 1rem 4rem; }
  .console > .top {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
    padding: .6rem 1rem;
    border-bottom: 1px solid var(--line);
  }
  .console .top .brand { padding: 0; }
  .console > nav:not(:popover-open) { display: none; }
  .console > nav:popover-open {
    position: fixed;
    inset: 3.4rem .75rem auto .75rem;
    height: auto;
    max-height: calc(100vh - 4.5rem);
    padding: 1rem;
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: .75rem;
    box-shadow: 0 .5rem 2rem rgb(0 0 0 / .18);
  }
  .console nav .brand { display: none; }
  .console nav ul:first-of-type { margin-top: 0; }
  .console nav li :is(a, .link) { padding-block: .5rem; }
  .sticky { position: static; max-height: none; }
  .two, .two.even { grid-template-columns: minmax(0, 1fr); }
}
`
