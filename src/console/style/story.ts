// One event, one person: what happened, in its order; the payload as a tree; charts.
export const story = `.timeline { margin: 0; padding: 0; list-style: none; }
.timeline > li { position: relative; padding: 0 0 1.25rem 1.75rem; }
.timeline > li::before { content: ''; position: absolute; left: .3rem; top: .4rem; width: .6rem; height: .6rem; border-radius: 50%; background: var(--edge); }
.timeline > li::after { content: ''; position: absolute; left: .56rem; top: 1.2rem; bottom: -.2rem; width: .08rem; background: var(--line); }
.timeline > li:last-child::after { display: none; }
.timeline > .good::before { background: var(--good); }
.timeline > .wait::before { background: var(--wait); }
.timeline > .care::before { background: var(--care); }
.timeline > .bad::before { background: var(--bad); }
.timeline h3 { margin: 0; }
.timeline p { margin: .1rem 0 0; }
.timeline time { color: var(--quiet); font-size: .875rem; }
.clauses { margin: .35rem 0 0; padding: 0; list-style: none; font-size: .875rem; color: var(--quiet); }
.clauses li { overflow-wrap: anywhere; padding: .05rem 0; }
.told { margin: 0; padding: 0; list-style: none; }
.told li { padding: .55rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.tree { margin: 0; padding: .75rem 1rem; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.tree ul { margin: 0; padding: 0 0 0 1.1rem; list-style: none; }
.tree > ul { padding: 0; }
.tree li { font: .8125rem/1.9 ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
.tree .name { color: var(--quiet); }
.tree .name::after { content: ': '; }
.tree .text { color: var(--good); }
.tree .number { color: var(--accent); }
.tree .email { background: var(--mark); border-radius: .2rem; padding: 0 .15rem; }
.tree button { display: inline; margin: 0; padding: 0 .25rem; background: none; color: inherit; border: 0; border-radius: .2rem; font: inherit; text-align: left; overflow-wrap: anywhere; }
.tree button:hover { background: var(--sunk); text-decoration: underline; }
.tree button.suggested { background: var(--mark); outline: 1px dashed var(--care); }
.tree button.chosen { background: var(--accent); color: var(--on-accent); }
.tree button.chosen span { background: none; color: inherit; }
.tree .unsigned { color: var(--care); font-style: italic; }
.tree summary { color: inherit; list-style: none; }
.tree summary::before { content: '▸ '; color: var(--quiet); }
.tree [open] > summary::before { content: '▾ '; }
.tree summary + ul { margin: 0; }
.bytes { max-height: 30rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.chart { display: block; width: 100%; height: auto; }
.chart .bar { fill: var(--accent); }
.chart .bar.good { fill: var(--good); }
.chart .bar.care { fill: var(--care); }
.chart .bar.bad { fill: var(--bad); }
.chart .touch { fill: transparent; }
.chart g:hover .touch { fill: var(--sunk); }
.chart .bar.wait { fill: var(--wait); }
.chart .bar.none { fill: var(--edge); }
figure { margin: 0; }
figcaption { margin-bottom: .75rem; font-weight: 600; }
.charts { margin: 0 0 2.25rem; }
.chart .ground { stroke: var(--line); }
.chart text { fill: var(--quiet); font-size: 11px; }
.progress { width: 100%; max-width: 34rem; height: .6rem; margin: .5rem 0; border: 0; border-radius: .3rem; overflow: hidden; accent-color: var(--accent); }
.steps { display: flex; flex-wrap: wrap; gap: .4rem 1.25rem; margin: 0 0 1.5rem; padding: 0; list-style: none; counter-reset: step; font-size: .875rem; color: var(--quiet); }
.steps li::before { counter-increment: step; content: counter(step) '. '; }
.steps .past { color: var(--good); }
.steps .past::before { content: '✓ '; }
.steps [aria-current] { color: var(--ink); font-weight: 600; }
.steps a { color: inherit; }
.diff .added { color: var(--good); }
.diff .gone { color: var(--bad); text-decoration: line-through; }
.logo { flex: none; display: grid; place-items: center; width: 2.25rem; height: 2.25rem; border-radius: .55rem; font-weight: 700; font-size: .8125rem; color: #fff; }
`
