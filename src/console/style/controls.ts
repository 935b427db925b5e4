// What people fill in and press.
export const controls = `label { display: block; margin-top: 1.1rem; font-weight: 600; }
input, select, textarea {
  width: 100%;
  margin-top: .3rem;
  padding: .5rem .7rem;
  background: var(--card);
  color: inherit;
  border: 1px solid var(--edge);
  border-radius: .45rem;
  font: inherit;
}
textarea { min-height: 6rem; font: .8125rem/1.5 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; resize: vertical; }
input:is([type='checkbox'], [type='radio']) { width: auto; margin: 0 .5rem 0 0; accent-color: var(--accent); }
input[type='file'] { padding: .4rem; }
label.check { min-height: 1.75rem; padding: .3rem 0 .1rem; display: flex; align-items: baseline; font-weight: 400; }
input[aria-invalid='true'], textarea[aria-invalid='true'], select[aria-invalid='true'] { border-color: var(--bad); }
fieldset.inline { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: .5rem 0 .75rem; }
fieldset.inline legend { float: left; font-weight: 400; color: var(--quiet); }
fieldset.inline label { margin-top: 0; }
fieldset { margin: 1.25rem 0 0; padding: 0; border: 0; min-width: 0; }
fieldset.whole { margin: 0; }
legend { padding: 0; font-weight: 600; }
.help { margin: .3rem 0 0; }
.code { display: block; max-width: 12rem; letter-spacing: .2em; }
button, .button {
  display: inline-block;
  margin-top: 1.25rem;
  padding: .5rem 1.05rem;
  background: var(--accent);
  color: var(--on-accent);
  border: 1px solid var(--accent);
  border-radius: .45rem;
  font: inherit;
  font-weight: 600;
  line-height: 1.5;
  cursor: pointer;
  text-decoration: none;
  text-align: center;
}
button:hover, .button:hover { filter: brightness(1.08); }
button.quiet, .button.quiet { margin-top: 0; padding: .35rem .85rem; background: var(--card); color: var(--accent); border-color: var(--line); }
button.danger { background: var(--card); color: var(--bad); border-color: var(--bad); }
button.link { margin: 0; padding: 0; width: 100%; background: none; color: inherit; border: 0; font-weight: inherit; text-align: left; }
button[disabled] { opacity: .55; cursor: default; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem 1rem; }
.actions > * { margin-top: 0; }
.actions > select { flex: 1 1 16rem; width: auto; min-width: 0; }
.actions + .tree { margin-top: .75rem; }
.actions form > button { margin-top: 0; }
.narrow .actions form { margin-left: auto; }
.title .button, .title button { margin-top: 0; }
form + form > button.quiet,
.narrow form > button.quiet:not(:only-child),
.narrow form + .help { margin-top: 1.25rem; }
.filters { display: flex; flex-wrap: wrap; align-items: end; gap: .6rem .75rem; margin: 0 0 1.25rem; }
.filter { margin: 0; flex: 1 1 9rem; max-width: 16rem; font-weight: 400; }
.filter > span { display: block; color: var(--quiet); font-size: .8125rem; }
.filter > :is(input, select) { height: 2.3rem; margin-top: .15rem; padding: .35rem .55rem; }
.copyable { display: flex; gap: .5rem; align-items: center; max-width: 44rem; }
.copyable input { margin: 0; min-width: 0; flex: 1; background: var(--sunk); font: .8125rem/1.5 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
.copyable button { margin: 0; flex: none; }
.wrong { margin: .3rem 0 0; color: var(--bad); font-weight: 600; font-size: .875rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0 1rem; }
.after { margin-top: 1.25rem; }
.waiting::before { content: ''; display: inline-block; width: .7rem; height: .7rem; margin-right: .6rem; border: 2px solid var(--line); border-top-color: var(--accent); border-radius: 50%; animation: turn 1.2s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .waiting::before { animation: none; } }
.filters .further { flex: 1 0 100%; order: 1; font-size: .875rem; }
.filters .further:not([open]) { flex: 0 0 auto; align-self: end; padding-bottom: .45rem; }
.filters .further > .filters { margin: .5rem 0 0; }
.filter.wide { flex: 1 1 20rem; max-width: 32rem; }
.form.wide { max-width: 44rem; }
.form { max-width: 34rem; }
.clause { display: grid; grid-template-columns: minmax(0, 2fr) minmax(7rem, 1fr) minmax(0, 1fr); gap: .4rem; }
.count { color: var(--quiet); font-size: .875rem; }
.form > button, .form > .actions { margin-top: 1.25rem; }
.choices label.check { margin-top: 0; }
.choices { display: grid; gap: .5rem; margin: .6rem 0 0; }
.way { margin-top: .5rem; }
.way > .fields { margin: 0 0 1rem .4rem; padding-left: 1rem; border-left: 2px solid var(--line); }
.way > .fields > label:first-child { margin-top: .4rem; }
.way:not(:has(> label > input:checked)) > .fields { display: none; }
.problem .check { margin-top: .5rem; color: var(--ink); }
details > summary { cursor: pointer; color: var(--accent); }
details > summary + * { margin-top: .75rem; }
details.more { margin-top: 1.25rem; }
.card + .actions, .card + form, .whole + .actions { margin-top: 1.25rem; }
button + details, form + details { margin-top: 1rem; }
.htmx-request button[type='submit'] { opacity: .6; }
@media (max-width: 30rem) {
  .clause { grid-template-columns: 1fr 1fr; }
  .clause > :first-child { grid-column: 1 / -1; }
  .filter { flex-basis: 40%; max-width: none; }
  .copyable { flex-wrap: wrap; }
  .copyable input { flex-basis: 100%; }
}
`
