// The figures of today and of the last days, each leading to what it counts; and a bar a day.
import { numberIn } from '../../moments.ts'
import { Chart, type Bar } from '../../ui/chart.tsx'
import type { Standing } from '../../visit.ts'
import { words } from '../../words.ts'
import type { Numbers, Sums } from './numbers.ts'

export function Figures({ numbers, visit }: { numbers: Numbers; visit: Standing }) {
  const say = words[visit.language].overview
  return (
    <>
      <Row title={say.today} sums={numbers.today} visit={visit} />
      <Row title={say.month} sums={numbers.month} visit={visit} />
      <div class="two even charts">
        <BarADay title={say.chart.events} bars={numbers.events} visit={visit} />
        <BarADay title={say.chart.grants} bars={numbers.grants} visit={visit} />
      </div>
      {!numbers.complete && <p class="help">{say.chart.counting}</p>}
    </>
  )
}

/** What is shown, of which sums, and where it leads. */
const shown = [
  { name: 'received', of: ['events'], to: '/events' },
  { name: 'rejected', of: ['rejections'], to: '/rejections' },
  { name: 'matched', of: ['events.matched'], to: '/events?state=matched' },
  {
    name: 'granted',
    of: ['grants.granted', 'grants.already_known'],
    to: '/grants?state=granted',
  },
  { name: 'held', of: ['grants.held'], to: '/grants?state=held' },
  { name: 'refused', of: ['grants.refused'], to: '/grants?state=refused' },
  { name: 'attention', of: ['grants.attention'], to: '/grants?state=attention' },
] as const

interface RowProps {
  title: string
  sums: Sums
  visit: Standing
}

function Row({ title, sums, visit: { language, base, owner } }: RowProps) {
  const say = words[language].overview
  const figure = (name: (typeof shown)[number]['name'], count: number) => (
    <>
      <strong>{numberIn(language, count)}</strong>
      <span>{say[name]}</span>
    </>
  )
  return (
    <section>
      <h2>{title}</h2>
      <ul class="figures small">
        {shown.map(({ name, of, to }) => {
          const count = of.reduce((sum, each) => sum + (sums[each] ?? 0), 0)
          return (
            <li class={count === 0 ? 'zero' : undefined}>
              {/* Of all partners there is no list. */}
              {owner === null ? (
                <div>{figure(name, count)}</div>
              ) : (
                <a href={base + to}>{figure(name, count)}</a>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

interface BarADayProps {
  title: string
  bars: readonly Bar[]
  visit: Standing
}

function BarADay({ title, bars, visit: { language } }: BarADayProps) {
  const say = words[language].overview.chart
  const totals = bars.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0))
  return (
    <figure class="card">
      <figcaption>
        {title} <span class="help">{say.most(numberIn(language, Math.max(0, ...totals)))}</span>
      </figcaption>
      <Chart bars={bars} says={`${title}: ${bars.map(({ label }) => label).join('; ')}`} />
    </figure>
  )
}
