// A sample event of a source, signed with its own credential and sent through the front door.
import { writeAudit } from '../../../access/audit.ts'
import { uuidv7 } from '../../../ids.ts'
import { deliver } from '../../../inbound/deliver.ts'
import { isSampleProvable, sampleTypes, signedSample } from '../../../inbound/sample.ts'
import { limits } from '../../../limits.ts'
import { validCredentials, type ActiveSource } from '../../../partners/directory.ts'
import { pathOfSource } from '../../../partners/source-url.ts'
import type { Provider } from '../../../providers/provider.ts'
import { outside, type ConsoleParts } from '../../parts.ts'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'

/** 'sent', 'unsigned' where only the provider can sign, or the status that was answered. */
export async function sendSample(
  c: Page,
  parts: ConsoleParts,
  visit: Visit,
  sourceId: string,
  field: (name: string) => string,
): Promise<string> {
  const { partner } = visit
  const source = await parts.history.sourceById(partner.id, sourceId)
  const path = await pathOfSource(parts, partner.id, sourceId)
  const type = field('type')
  if (source === undefined || 'broken' in source || path === undefined) return 'unsigned'
  if (!sampleTypes(source.provider).includes(type)) return 'unsigned'
  const credential = signingWith(source, parts)
  const email = field('email').trim()
  const sample = {
    provider: source.provider,
    eventType: type,
    id: uuidv7(),
    now: parts.now(),
    url: outside(c, parts) + path,
    ...(email !== '' && { email }),
  }
  try {
    const request = await signedSample(sample, credential, source.settings)
    await noteSent(parts, visit, sourceId, type)
    // Signed for the outside, handed in at this relay's own door: no other host is ever called.
    const { pathname, search } = new URL(request.url)
    const { status } = await deliver({ ...request, url: parts.ownUrl() + pathname + search })
    return status < 300 ? 'sent' : String(status)
  } catch {
    return 'unsigned'
  }
}

const signingWith = (source: ActiveSource, { now }: ConsoleParts) =>
  validCredentials(source, now())[0] ?? { id: '' }

/** Whether a sample of it can be made here at all. */
export async function canSendSample(
  parts: ConsoleParts,
  { partner }: Visit,
  sourceId: string,
): Promise<boolean> {
  const source = await parts.history.sourceById(partner.id, sourceId)
  if (source === undefined || 'broken' in source) return false
  return isSampleProvable(source, signingWith(source, parts), parts.now())
}

const noteSent = (
  { orm }: ConsoleParts,
  { partner, actor }: Visit,
  subject: string,
  type: string,
): Promise<void> =>
  writeAudit(orm, {
    partnerId: partner.id,
    actor,
    action: 'sample.sent',
    subject,
    detail: { type },
  })

export function sampleProblem(sent: string, { language }: Visit): string {
  const say = words[language].sources.one
  return /^\d{3}$/.test(sent) ? say.sampleRefused(sent) : say.sampleNoKey
}

interface FormProps {
  provider: Provider
  visit: Visit
  action: string
  title: string
  help: string
}

export function SampleForm({ provider, visit, action, title, help }: FormProps) {
  const { language, person } = visit
  const say = words[language].sources.one
  return (
    <section>
      <details>
        <summary>{title}</summary>
        <form method="post" action={action} class="form">
          <p class="help">{help}</p>
          <label for="sample-type">{say.sampleType}</label>
          <select id="sample-type" name="type">
            {provider.events.map(({ type, label }) => (
              <option value={type}>
                {label[language]} ({type})
              </option>
            ))}
          </select>
          <label for="sample-email">{say.sampleEmail}</label>
          <input
            id="sample-email"
            name="email"
            type="email"
            value={person.email}
            maxlength={limits.emailCharsMax}
          />
          <button type="submit" class="quiet">
            {say.sampleSend}
          </button>
        </form>
      </details>
    </section>
  )
}
