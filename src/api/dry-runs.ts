// POST /dry-runs: a rule tried on what came in.
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { Gate } from '../access/gate.ts'
import { writeAudit } from '../access/audit.ts'
import { limits } from '../limits.ts'
import type { Acting } from './acting.ts'
import { DryRun } from './again-schemas.ts'
import { needs } from './asking.ts'
import { actorOf, smallBody, unfitBody } from './changing.ts'
import type { Asking } from './env.ts'
import * as parameters from './parameters.ts'
import { problem, refusedOne, tooLarge } from './problems.ts'
import { json } from './schemas.ts'

const { from, to } = parameters.span('Received')

const Wanted = z
  .strictObject({
    partner: parameters.mentions.partner,
    source: parameters.text.openapi({ description: 'Name or id.', example: 'shop' }),
    rule: parameters.text.optional().openapi({
      description: 'A rule of the source, by name or id: its past is what is compared.',
    }),
    definition: z.record(z.string(), z.unknown()).optional().openapi({
      description:
        'events, when, email, unsigned_email as in the config file; without it, the rule as it is.',
    }),
    campaign: parameters.text.optional().openapi({
      description: 'Name or id; for a new rule, or for another campaign than the rule’s.',
    }),
    from,
    to,
  })
  .openapi('DryRunWanted')

const run = createRoute({
  method: 'post',
  path: '/api/v1/dry-runs',
  tags: ['Retry, replay, jobs'],
  summary: 'Tries a rule on recorded events: what it would match, and whom',
  description: `Nothing is written and MOAB is not called. Looks at the newest ${limits.dryRunEventsMax} events of the
span at most, for ${limits.dryRunMsMax / 1000} s at most; \`complete\` says whether that was all, \`reached\` how far it
got: ask again with it as \`to\`. Whoever may write rules can find out by them what events hold, so
this needs config:write. Audited.`,
  security: [{ token: ['config:write', 'events:read'] }],
  middleware: [needs('config:write', 'events:read'), smallBody],
  request: { query: parameters.nothing, body: parameters.jsonBody(Wanted) },
  responses: { 200: json(DryRun, 'What came of it'), ...refusedOne, ...tooLarge },
})

export function dryRunRoutes(api: OpenAPIHono<Asking>, acting: Acting): void {
  const gate = new Gate(limits.dryRunsMax, limits.dryRunsWaitingMax)
  api.openapi(run, async (c) => {
    const { owner, actor } = { owner: c.get('holder').partnerId, actor: actorOf(c) }
    const [{ meantRule }, { tryRule }] = await Promise.all([
      import('../jobs/meant-rule.ts'),
      import('../jobs/dry-run.ts'),
    ])
    const { history } = acting
    const { from: since, to: until, ...named } = c.req.valid('json')
    const meant = await meantRule(acting.orm, history.sourceById, owner, named)
    if ('pointer' in meant) return unfitBody(c, meant.pointer, meant.problem)
    const { source, rule, comparedWith } = meant
    await writeAudit(acting.changes, {
      partnerId: source.partnerId,
      actor,
      action: 'rule.tried',
      subject: comparedWith ?? source.id,
      detail: { source: source.name, definition: named.definition !== undefined },
    })
    const wanted = { source, rule, comparedWith, from: since, to: until }
    const found = await gate.run(() => tryRule({ ...history, questions: acting.orm }, wanted))
    return found === 'full' ? problem(c, 'busy') : c.json(found, 200)
  })
}
