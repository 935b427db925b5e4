// Every form of the pages on the tour, and what a browser would send with it.
import type { APIRequestContext, APIResponse, Page } from 'playwright-core'
import { z } from 'zod'

const Form = z.object({
  action: z.string(),
  method: z.enum(['get', 'post']),
  multipart: z.boolean(),
  /** Every field with a name; of several that are ticked under one name the last. */
  fields: z.record(z.string(), z.string()),
})
export type Form = z.infer<typeof Form>

// As text: the tests know no DOM. Attributes: a field called “action” would hide the property.
const collect = `[...document.forms].map((form) => ({
  action: new URL(form.getAttribute('action') ?? '', document.baseURI).href,
  method: form.getAttribute('method') ?? 'get',
  multipart: form.getAttribute('enctype') === 'multipart/form-data',
  fields: Object.fromEntries([...form.elements].filter((field) => field.getAttribute('name'))
    .map((field) => [field.getAttribute('name'), field.type === 'file' ? '' : field.value])),
}))`

/** Each once: forms of many rows differ by an id in their address only. */
export async function formsOf(page: Page, addresses: readonly string[]): Promise<Form[]> {
  const found = new Map<string, Form>()
  for (const address of addresses) {
    await page.goto(address)
    for (const form of z.array(Form).parse(await page.evaluate(collect)))
      found.set(`${form.method} ${kindOf(form)} ${Object.keys(form.fields).join()}`, form)
  }
  return [...found.values()]
}

export const kindOf = ({ action }: Pick<Form, 'action'>): string =>
  new URL(action).pathname.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, ':id')

/** With one field as somebody wrote it. */
export function send(
  request: APIRequestContext,
  { action, method, multipart, fields }: Form,
  changed: Readonly<Record<string, string>>,
): Promise<APIResponse> {
  const form = { ...fields, ...changed }
  if (method === 'get') {
    const { origin, pathname } = new URL(action)
    return request.get(origin + pathname, { params: form, maxRedirects: 0 })
  }
  const headers = { origin: new URL(action).origin }
  const body = multipart ? { multipart: form } : { form }
  return request.post(action, { headers, maxRedirects: 0, ...body })
}
