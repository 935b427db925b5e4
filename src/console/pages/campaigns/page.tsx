// The page of a campaign: what keeps it and what helps first, then what waits, then what can be changed.
import { readQueue } from '../../../ledger/queues.ts'
import type { Mistake } from '../../change.ts'
import { Problem } from '../../forms.tsx'
import { numberIn } from '../../moments.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleParts } from '../../parts.ts'
import { Facts } from '../../ui/facts.tsx'
import { Moment, Told } from '../../ui/marks.tsx'
import { CampaignState, type Campaign } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { Ends } from '../ends.tsx'
import { CampaignFields, campaignGiven, type CampaignGiven } from './form.tsx'
import { Waiting, Why } from './queue.tsx'

interface Shown {
  given?: CampaignGiven
  mistakes?: readonly Mistake[]
  listProblem?: string
}

export async function campaignPage(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  campaign: Campaign,
  { given = campaignGiven(campaign, visit.timeZone), mistakes = [], listProblem }: Shown,
) {
  const { base, language, partner } = visit
  const say = words[language].campaigns
  const queue = await readQueue(parts.ledger, { partnerId: partner.id, campaignId: campaign.id })
  const isWrong = mistakes.length > 0 || listProblem !== undefined
  const here = `${base}/campaigns/${campaign.id}`
  const now = parts.now()
  return answerIn(
    c,
    visit,
    {
      title: campaign.name,
      place: 'campaigns',
      above: { href: `${base}/campaigns`, label: say.title },
      aside:
        campaign.archived_at === null ? (
          <CampaignState campaign={campaign} visit={visit} />
        ) : (
          <span class="help">{say.archived}</span>
        ),
      status: isWrong ? 422 : 200,
    },
    <>
      <Done word={c.req.query('done')} visit={visit} />
      <Why campaign={campaign} visit={visit} queue={queue} now={now} here={here} />
      <Waiting campaign={campaign} visit={visit} queue={queue} now={now} />
      {campaign.archived_at === null && (
        <>
          <Settings
            campaign={campaign}
            visit={visit}
            here={here}
            given={given}
            mistakes={mistakes}
          />
          <List visit={visit} here={here} problem={listProblem} />
        </>
      )}
      {visit.may('config:write') && <CampaignEnds campaign={campaign} visit={visit} here={here} />}
    </>,
  )
}

/** What was just done here. */
function Done({ word, visit }: { word: string | undefined; visit: Visit }) {
  const { saved, made, tried } = words[visit.language].campaigns.one
  const told = new Map(Object.entries({ saved, made, tried })).get(word ?? '')
  return told === undefined ? null : <Told>{told}</Told>
}

interface PartProps {
  visit: Visit
  here: string
}

interface SettingsProps extends PartProps {
  campaign: Campaign
  given: CampaignGiven
  mistakes: readonly Mistake[]
}

function Settings({ campaign, visit, here, given, mistakes }: SettingsProps) {
  const { campaigns, common } = words[visit.language]
  if (!visit.may('config:write')) return <Plainly campaign={campaign} visit={visit} />
  return (
    <section>
      <h2 id="settings">{campaigns.one.edit}</h2>
      <form method="post" action={here} class="form">
        <CampaignFields
          visit={visit}
          given={given}
          mistakes={mistakes}
          isStored
          hasKey={campaign.has_api_key}
        />
        <button type="submit">{common.save}</button>
      </form>
    </section>
  )
}

/** For whoever may only look. */
function Plainly({ campaign, visit }: { campaign: Campaign; visit: Visit }) {
  const { campaigns } = words[visit.language]
  const { form: say } = campaigns
  const { mode, starts_at: starts, ends_at: ends, per_second: pace } = campaign
  return (
    <section>
      <h2>{campaigns.one.edit}</h2>
      <Facts
        facts={[
          [say.mode, campaigns.modes[mode]],
          starts !== null && [say.startsAt, <Moment at={starts} visit={visit} />],
          ends !== null && [say.endsAt, <Moment at={ends} visit={visit} />],
          pace !== null && [say.pace, numberIn(visit.language, pace)],
        ]}
      />
    </section>
  )
}

/** A file of people. */
function List({ visit, here, problem }: PartProps & { problem: string | undefined }) {
  const say = words[visit.language].campaigns.list
  if (!visit.may('grants:write')) return null
  return (
    <section>
      <h2 id="list">{say.title}</h2>
      <form method="post" action={`${here}/list`} enctype="multipart/form-data" class="form">
        {problem !== undefined && <Problem>{problem}</Problem>}
        <p class="help">{say.help}</p>
        <label for="file">{say.file}</label>
        <input id="file" name="list" type="file" accept=".csv,text/csv,text/plain" />
        <button type="submit" class="quiet">
          {say.submit}
        </button>
      </form>
    </section>
  )
}

function CampaignEnds({ campaign, visit, here }: PartProps & { campaign: Campaign }) {
  const say = words[visit.language].campaigns.one
  const says = {
    on: { label: say.on, help: say.asksNever },
    off: { label: say.off, help: say.offHelp },
    archive: { label: say.archive, help: say.archiveHelp },
    restore: { label: say.restore, help: say.restoreHelp },
  }
  return (
    <Ends here={here} thing={campaign} says={says}>
      {campaign.archived_at !== null && (
        <p class="help">
          <Moment at={campaign.archived_at} visit={visit} />
        </p>
      )}
    </Ends>
  )
}
