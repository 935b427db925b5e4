// What stands in the pages of settings, and the frame of pages that are no partner's.
export const settings = `.own > header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: .5rem 1.5rem;
  padding: .8rem 1.5rem;
  border-bottom: 1px solid var(--line);
}
.own .brand { display: flex; align-items: center; gap: .6rem; color: var(--ink); font-weight: 650; text-decoration: none; }
.own > header nav { display: flex; align-items: center; gap: 1.25rem; min-width: 0; font-size: .875rem; }
.own > header nav > a { min-width: 0; overflow: hidden; text-overflow: ellipsis; color: var(--quiet); text-decoration: none; }
.own > header nav :is(a, .link):hover { color: var(--ink); text-decoration: underline; }
.own > header .link { color: var(--quiet); white-space: nowrap; }
.own > main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.5rem 5rem; }
.form { max-width: 32rem; }
.form > :first-child { margin-top: 0; }
.form .choices .help { display: block; margin: 0; }
.form .check { margin-top: 0; }
.inline { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
.inline select { width: auto; margin: 0; padding: .35rem .55rem; }
.help.wrong { color: var(--bad); font-weight: 600; }
.actions form > button.quiet { margin-top: 0; }
.rows .help a { color: inherit; }
.actions + pre { margin-top: 1.25rem; }
.once { margin-bottom: 1.5rem; border-color: var(--accent); }
.once h2 { margin: 0 0 .6rem; }
.help + :is(.form, .filters) { margin-top: 1rem; }
.tag { white-space: nowrap; margin-left: .5rem; padding: .05rem .5rem; border-radius: 1rem; background: var(--sunk); color: var(--quiet); font-size: .8125rem; }
.line { display: block; }
.rows > li > .when { flex: 0 1 auto; color: var(--quiet); font-size: .875rem; }
.grid.wide { grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); }
.grid.wide a { align-items: flex-start; }
.grid.wide small { margin-top: .15rem; }
.confirm > summary.button { padding-inline: .4rem; list-style: none; background: none; color: var(--quiet); border-color: transparent; font-weight: 400; }
.confirm > summary.button:hover { color: var(--bad); text-decoration: underline; }
.confirm[open] > summary.button { color: var(--bad); }
.confirm > summary::-webkit-details-marker { display: none; }
.confirm[open] { flex: 1 1 100%; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.confirm p { margin: 0; }
.confirm .danger { margin-top: .9rem; }
.rows > li .actions { flex: 0 1 auto; }
.rows > li > .confirm[open], .rows .actions:has(> .confirm[open]) { flex: 1 1 100%; }
@media (max-width: 30rem) {
  .rows > li > .when { flex-basis: 100%; }
  .own > header { padding-inline: 1rem; }
  .own > main { padding-inline: 1rem; }
}
`
