// A small chart drawn here as SVG: one bar a day. Whoever cannot see it reads the same as a sentence, and
// each bar says its own on hover.
import type { Tone } from './marks.tsx'

export interface Bar {
  label: string
  /** From the ground up; they stand on each other. */
  parts: readonly { tone: Tone; count: number }[]
}

interface ChartProps {
  bars: readonly Bar[]
  /** What it shows, with its figures. */
  says: string
}

const size = { width: 640, height: 96, gap: 3 } as const

export function Chart({ bars, says }: ChartProps) {
  const totals = bars.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0))
  const most = Math.max(1, ...totals)
  const step = size.width / Math.max(1, bars.length)
  const tall = size.height - 2
  return (
    <svg class="chart" viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={says}>
      <line
        class="ground"
        x1="0"
        x2={String(size.width)}
        y1={String(size.height - 1)}
        y2={String(size.height - 1)}
      />
      {bars.map(({ label, parts }, n) => {
        let ground: number = size.height - 1
        return (
          <g>
            <title>{label}</title>
            <rect
              class="touch"
              x={at(n * step)}
              y="0"
              width={at(step)}
              height={String(size.height)}
            />
            {parts
              .filter(({ count }) => count > 0)
              .map(({ tone, count }) => {
                const height = Math.max(1.5, (count / most) * tall)
                ground -= height
                return (
                  <rect
                    class={`bar ${tone}`}
                    x={at(n * step + size.gap / 2)}
                    y={at(ground)}
                    width={at(step - size.gap)}
                    height={at(height)}
                    rx="1.5"
                  />
                )
              })}
          </g>
        )
      })}
    </svg>
  )
}

const at = (value: number) => value.toFixed(1)
