// Makes a link's token: who it is for, until when, under which label, and an id of its own. Pure: time
// and chance are arguments. Only where the source has a secret; with a key set its owner signs.
import { createSecretKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { limits } from '../limits.ts'
import type { ActiveSource } from '../partners/directory.ts'
import type { Text } from '../providers/provider.ts'
import { settingValue } from '../providers/resolve.ts'
import { emailReasons, normaliseEmail } from '../rules/email.ts'
import { hasSharedSecret } from '../schemes/jwt-keys.ts'

export const mintProblems = {
  not_links: {
    en: 'is no source of signed links: its provider must be signed-link',
    ru: 'не делает подписанных ссылок: его провайдер должен быть signed-link',
  },
  partner_mints: {
    en: 'checks tokens with public keys: only who has the private key can make its links; set algorithms to HS256 and give it a secret to make them here',
    ru: 'проверяет токены открытыми ключами: ссылки делает тот, у кого закрытый ключ; чтобы делать их здесь, задайте algorithms: HS256 и секрет',
  },
  no_secret: {
    en: 'has no secret that is valid for as long as these links are',
    ru: 'не имеет секрета, который действовал бы столько же, сколько эти ссылки',
  },
} as const satisfies Record<string, Text>
export type MintProblem = keyof typeof mintProblems

export interface LinkWanted {
  source: ActiveSource
  /** As people write it. */
  email: string
  /** A label that rules can ask for. */
  campaign: string | undefined
  /** Unix milliseconds. */
  now: number
  expiresAt: number
  /** 128 random bits: what makes two clicks on one link one event. */
  id: string
}

export type Minted = { ok: true; email: string; token: string } | { ok: false; problem: Text }

/** `problem`: a sentence about the address. Ask `signingSecret` first about the source. */
export async function mintLink(wanted: LinkWanted): Promise<Minted> {
  const normalised = normaliseEmail(wanted.email)
  if (!normalised.ok) return { ok: false, problem: emailReasons[normalised.reason] }
  const { source, campaign, now, expiresAt, id } = wanted
  const signing = signingSecret(source, expiresAt)
  if ('problem' in signing) return { ok: false, problem: mintProblems[signing.problem] }
  const { address } = normalised.email
  const token = await new SignJWT({
    email: address,
    ...(campaign !== undefined && { campaign }),
    iat: Math.floor(now / 1000),
    exp: Math.floor(expiresAt / 1000),
    jti: id,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(createSecretKey(signing.secret, 'utf8'))
  return { ok: true, email: address, token }
}

/** The newest secret that outlives the links; a link must not end before its date. */
export function signingSecret(
  { provider, settings, credentials }: ActiveSource,
  expiresAt: number,
): { secret: string; isShort: boolean } | { problem: MintProblem } {
  if (provider.visit === undefined) return { problem: 'not_links' }
  if (settingValue(provider, settings, 'algorithms') !== 'HS256')
    return { problem: 'partner_mints' }
  const secret = credentials
    .filter(({ validUntil }) => validUntil === null || validUntil >= expiresAt)
    .map(({ credential }) => credential)
    .findLast(hasSharedSecret)?.secret
  if (secret === undefined) return { problem: 'no_secret' }
  return { secret, isShort: Buffer.byteLength(secret) < limits.linkSecretBytesMin }
}
