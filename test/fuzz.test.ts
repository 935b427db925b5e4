// A bounded slice of `npm run fuzz`: no bytes make a reader, a proof or an answer throw.
import { expect, test } from 'vitest'
import { isProviderId, providers } from '../src/providers/index.ts'
import { fuzz } from './fuzz.ts'

test.each(Object.keys(providers).filter(isProviderId))(
  '%s throws for nothing that is sent',
  async (id) => {
    expect(await fuzz(id, 60)).toBe(60)
  },
)
