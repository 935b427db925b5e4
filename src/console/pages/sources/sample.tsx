// A sample event of a source, signed with its own credential and sent through the front door.
import { writeAudit } from '../../../access/audit.ts'
import { uuidv7 } from '../../../ids.ts'
import { deliver } from '../../../inbound/deliver.ts'
import { sampleTypes, signedSample } from '../../../inbound/sample.ts'
import { limits } from '../../../limits.ts'
import { validCredentials } from '../../../partners/directory.ts'
import { pathOfSource } from '../../../partners/source-url.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { ConsoleParts } from '../../parts.ts'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { outside } from './meant.ts'

/** 'sent', 'unsigned' where only the provider can sign, or the status that was answered. */
export async function sendSample(
  c: Page,
  parts: ConsoleParts,
  { partner, actor }: Visit,
  sourceId: string,
  { type, email }: { type: string; email: string },
): Promise<string> {
  const source = await parts.history.sourceById(partner.id, sourceId)
  const path = await pathOfSource(parts, partner.id, sourceId)
  if (source === undefined || 'broken' in source || path === undefined) return 'unsigned'
  if (!sampleTypes(source.provider).includes(type)) return 'unsigned'
  const [credential] = validCredentials(source, parts.now())
  const url = outside(c, parts) + path
  const sample = {
    provider: source.provider,
    eventType: type,
    id: uuidv7(),
    now: parts.now(),
    url,
    ...(email !== '' && { email }),
  }
  const entry = {
    partnerId: partner.id,
    actor,
    action: 'sample.sent',
    subject: sourceId,
    detail: { type },
  } as const
  try {
    const request = await signedSample(sample, credential ?? { id: '' }, source.settings)
    await writeAudit(parts.orm, entry)
    // Signed for the outside, handed in at this relay's own door: no other host is ever called.
    const { pathname, search } = new URL(request.url)
    const { status } = await deliver({ ...request, url: parts.ownUrl() + pathname + search })
    return status < 300 ? 'sent' : String(status)
  } catch {
    return 'unsigned'
  }
}

export function sampleProblem(sent: string, { language }: Visit): string {
  const say = words[language].sources.one
  return /^\d{3}$/.test(sent) ? say.sampleRefused(sent) : say.sampleNoKey
}

interface FormProps {
  provider: Provider
  visit: Visit
  here: string
}

export function SampleForm({ provider, visit, here }: FormProps) {
  const { language, person } = visit
  const say = words[language].sources.one
  return (
    <section>
      <details>
        <summary>{say.sample}</summary>
        <form method="post" action={`${here}/sample`} class="form">
          <p class="help">{say.sampleHelp}</p>
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
