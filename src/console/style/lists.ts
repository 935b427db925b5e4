// Lists of things: each line a link or a thing with its buttons; and figures.
export const lists = `.rows { margin: 0 0 1.25rem; padding: 0; list-style: none; }
.rows > li {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: .25rem 1rem;
  padding: .7rem 0;
  border-bottom: 1px solid var(--line);
}
.rows > li:first-child { border-top: 1px solid var(--line); }
.rows > li > div { flex: 1 1 14rem; min-width: 0; overflow-wrap: anywhere; }
.help + .rows { margin-top: 1rem; }
.rows.tight > li { padding: .35rem 0; }
.rows .help { display: block; margin: 0; }
.rows .actions { flex: 0 0 auto; }
.feed { margin: 0; padding: 0; list-style: none; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
.feed > li + li { border-top: 1px solid var(--line); }
.feed a {
  display: grid;
  grid-template-columns: minmax(11.5rem, 1fr) minmax(0, 2.6fr) minmax(0, 1.2fr) auto;
  gap: .15rem 1rem;
  align-items: baseline;
  padding: .6rem 1rem;
  color: inherit;
  text-decoration: none;
}
.feed a:hover { background: var(--sunk); }
.feed a > * { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.feed .what { font-weight: 600; }
.feed .what small, .feed small { font-weight: 400; font-size: inherit; color: var(--quiet); }
.feed time { color: var(--quiet); font-size: .875rem; }
.state { font-weight: 600; white-space: nowrap; }
.state::before { content: ''; display: inline-block; width: .55rem; height: .55rem; margin-right: .5rem; border-radius: 50%; background: currentcolor; }
.state.good { color: var(--good); }
.state.wait { color: var(--wait); }
.state.care { color: var(--care); }
.state.bad { color: var(--bad); }
.state.none { color: var(--quiet); font-weight: 400; }
.file { margin: 1rem 0 0; font-size: .875rem; }
.pager { display: flex; justify-content: space-between; gap: 1rem; margin-top: 1rem; }
.pager a:last-child { margin-left: auto; }
.empty { padding: 2.5rem 1.5rem; background: var(--card); border: 1px dashed var(--line); border-radius: .75rem; text-align: center; color: var(--quiet); }
.empty p { margin-inline: auto; }
.empty > :last-child { margin-bottom: 0; }
.facts { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .35rem 1.25rem; margin: 0 0 1rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 0 0 1.5rem; padding: 0; list-style: none; }
.figures > li { padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.figures a { color: inherit; text-decoration: none; }
.figures strong { display: block; font-size: 1.5rem; line-height: 1.3; font-weight: 650; }
.figures.small { grid-template-columns: repeat(auto-fit, minmax(7.25rem, 1fr)); }
.figures .zero strong { color: var(--quiet); font-weight: 400; }
.figures strong.text { font-size: 1rem; line-height: 2; }
.figures span { color: var(--quiet); font-size: .875rem; }
.needs { margin: 0 0 2rem; padding: 0; list-style: none; }
.needs > li {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: .5rem 1.25rem;
  padding: .8rem 1rem;
  background: color-mix(in srgb, var(--care) 8%, var(--card));
  border: 1px solid color-mix(in srgb, var(--care) 35%, var(--line));
  border-radius: .75rem;
}
.needs > li + li { margin-top: .5rem; }
.needs > li > div { flex: 1 1 20rem; min-width: 0; overflow-wrap: anywhere; }
.needs .button, .needs button { margin: 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .75rem; margin: 0; padding: 0; list-style: none; }
.grid a { display: flex; align-items: center; gap: .75rem; height: 100%; padding: .75rem 1rem; background: var(--card); color: inherit; border: 1px solid var(--line); border-radius: .75rem; text-decoration: none; }
.grid a:hover { border-color: var(--accent); }
.grid a > div { min-width: 0; overflow-wrap: anywhere; line-height: 1.35; }
.grid small { display: block; color: var(--quiet); }
.tile { display: flex; align-items: center; gap: .75rem; width: 100%; height: 100%; margin: 0; padding: .65rem .9rem; background: var(--card); color: inherit; border: 1px solid var(--line); border-radius: .75rem; font-weight: 600; text-align: left; overflow-wrap: anywhere; }
.tile:hover { border-color: var(--accent); filter: none; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 400; color: var(--quiet); font-size: .8125rem; }
th, td { padding: .4rem .75rem .4rem 0; vertical-align: top; }
tbody tr { border-top: 1px solid var(--line); }
td.number, th.number { text-align: right; }
@media (max-width: 52rem) {
  .feed a { grid-template-columns: minmax(0, 1fr) auto; }
  .feed a > * { white-space: normal; overflow-wrap: break-word; }
  .feed .what { grid-column: 1 / -1; grid-row: 1; }
  .feed .state { grid-column: 1; grid-row: 2; }
  .feed time { grid-column: 2; grid-row: 2; text-align: right; white-space: nowrap; }
  .feed .who { grid-column: 1 / -1; grid-row: 3; }
  .feed .who:empty { display: none; }
}
`
