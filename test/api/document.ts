// The OpenAPI document as a test asks it: what may be answered, and whether an answer is that.
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { z } from 'zod'

const Schema = z.looseObject({
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  allOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
})

export const Documented = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        parameters: z
          .array(z.looseObject({ name: z.string(), required: z.boolean().default(false) }))
          .default([]),
        requestBody: z.unknown().optional(),
        responses: z.record(
          z.string(),
          z.looseObject({
            content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).default({}),
          }),
        ),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
})
export type Documented = z.output<typeof Documented>

export function createChecker(document: Documented) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'api', components: document.components })
  const whole = (schema: unknown): unknown =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/'))

  function resolve(schema: unknown): z.output<typeof Schema> {
    const own = Schema.parse(schema)
    const name = own.$ref?.split('/').at(-1)
    return name === undefined ? own : resolve(document.components.schemas[name])
  }

  /** Fields that the document does not know, by their path. */
  function unknownFields(schema: unknown, value: unknown, at = ''): string[] {
    const { items, ...own } = resolve(schema)
    const parts = [own, ...(own.allOf ?? []).map(resolve)]
    if (Array.isArray(value))
      return value.flatMap((item, n) => unknownFields(items ?? {}, item, `${at}/${n}`))
    if (typeof value !== 'object' || value === null) return []
    const choices = (own.anyOf ?? []).map((choice) => unknownFields(choice, value, at))
    if (choices.length > 0) return choices.toSorted((a, b) => a.length - b.length)[0] ?? []
    const open = parts.find((part) => typeof part.additionalProperties === 'object')
    const known = Object.assign({}, ...parts.map(({ properties }) => properties ?? {}))
    if (open === undefined && Object.keys(known).length === 0) return []
    return Object.entries(value).flatMap(([key, field]) => {
      const path = `${at}/${key}`
      if (Object.hasOwn(known, key)) return unknownFields(known[key], field, path)
      return open === undefined ? [path] : unknownFields(open.additionalProperties, field, path)
    })
  }

  return {
    /** What is wrong with an answer; empty where it is as documented. */
    async faults(method: string, path: string, answer: Response): Promise<string[]> {
      const response = document.paths[path]?.[method.toLowerCase()]?.responses[answer.status]
      if (response === undefined) return [`${answer.status} is not documented`]
      const types = Object.keys(response.content)
      const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
      const body = await answer.text()
      if (types.length === 0) return body === '' ? [] : ['no body is documented']
      if (!types.includes(type)) return [`${type} is not documented`]
      if (!/[/+]json$/.test(type)) return []
      const schema = response.content[type]?.schema
      const value: unknown = JSON.parse(body)
      const valid = ajv.compile(whole(schema) as object)
      const mistakes = valid(value) ? [] : [ajv.errorsText(valid.errors)]
      return [...mistakes, ...unknownFields(schema, value).map((field) => `${field} is unknown`)]
    },
  }
}
