// RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers) on every answer to a token.
import { createMiddleware } from 'hono/factory'
import { Quotas, type QuotaName, type Standing } from '../access/quotas.ts'
import type { Asking } from './env.ts'
import { problem } from './problems.ts'

export function createQuotas(quotas = new Quotas()) {
  const policy = Object.entries(quotas.quotas)
    .map(([name, { quota, windowSeconds }]) => `"${name}";q=${quota};w=${windowSeconds}`)
    .join(', ')
  return createMiddleware<Asking>(async (c, next) => {
    const names: QuotaName[] = readingOnly.has(c.req.method)
      ? ['requests']
      : ['requests', 'changes']
    const { allowed, standings } = quotas.take(c.get('holder').id, names, performance.now())
    if (allowed) await next()
    else c.res = refusal(c, standings)
    c.res.headers.set('RateLimit-Policy', policy)
    c.res.headers.set('RateLimit', standings.map(told).join(', '))
  })
}

const readingOnly = new Set(['GET', 'HEAD', 'OPTIONS'])

const told = ({ name, remaining, seconds }: Standing) => `"${name}";r=${remaining};t=${seconds}`

function refusal(c: Parameters<typeof problem>[0], standings: readonly Standing[]): Response {
  const empty = standings.filter(({ remaining }) => remaining < 1)
  const detail = `no ${empty.map(({ name }) => name).join(' and no ')} left`
  const answer = problem(c, 'rate_limited', { detail })
  answer.headers.set('Retry-After', String(Math.max(1, ...empty.map(({ seconds }) => seconds))))
  return answer
}
