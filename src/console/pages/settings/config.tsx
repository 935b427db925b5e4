// …/settings/config: what is set up, as the config file that `export` prints, without secrets.
import { Hono } from 'hono'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { notThere } from '../../nowhere.tsx'
import { Problem } from '../../forms.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { VaultError } from '../../../vault.ts'
import { words } from '../../words.ts'
import { settingsOf, subPage } from './overview.tsx'

const path = '/console/p/:partner/settings/config'

export function configRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    path,
    inside(parts, ['config:read'], (c, visit) => configPage(c, visit, parts)),
  )
  app.get(
    `${path}/relay.yaml`,
    inside(parts, ['config:read'], async (c, visit) => {
      const yaml = await yamlOf(visit, parts)
      if (yaml === undefined || yaml === 'unusable') return notThere(c)
      return c.body(yaml, 200, {
        'Content-Type': 'application/yaml; charset=utf-8',
        'Content-Disposition': 'attachment; filename="relay.yaml"',
        'Cache-Control': 'no-store',
      })
    }),
  )
  return app
}

async function yamlOf({ partner }: Visit, { orm, vault }: ConsoleParts) {
  // Loaded when somebody first asks: writing YAML is much code, and a start does without.
  const [{ readConfig }, { toYaml }] = await Promise.all([
    import('../../../partners/editing.ts'),
    import('../../../partners/export.ts'),
  ])
  try {
    const found = await readConfig({ orm, vault }, partner.id)
    return found && toYaml(found.view)
  } catch (error) {
    if (error instanceof VaultError) return 'unusable'
    throw error
  }
}

async function configPage(c: Page, visit: Visit, parts: ConsoleParts) {
  const { settings, common } = words[visit.language]
  const say = settings.config
  const yaml = await yamlOf(visit, parts)
  if (yaml === undefined) return notThere(c)
  if (yaml === 'unusable')
    return answerIn(
      c,
      visit,
      { ...subPage(visit, 'config'), status: 503 },
      <Problem>{say.unusable}</Problem>,
    )
  return answerIn(
    c,
    visit,
    subPage(visit, 'config'),
    <>
      <p>{say.help}</p>
      <div class="actions">
        <a class="button" href={`${settingsOf(visit)}/config/relay.yaml`} download="relay.yaml">
          {say.download}
        </a>
        <button
          type="button"
          class="quiet"
          data-copy=""
          data-copy-from="yaml"
          data-copied={common.copied}
          hidden
        >
          {common.copy}
        </button>
      </div>
      <pre class="bytes" id="yaml" tabindex={0} aria-label={say.yaml}>
        {yaml}
      </pre>
      <p class="help">
        {say.apply} <code>moab-relay apply relay.yaml</code>
      </p>
    </>,
  )
}
