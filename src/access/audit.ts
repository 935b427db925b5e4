// Who did or looked at what. Rows are only ever added; an email never stands in one, only the
// beginning of its keyed hash.
import { insertAuditEntries } from '../db/access.ts'
import type { Orm } from '../db/open.ts'
import { uuidv7 } from '../ids.ts'

/** Everything that leaves an entry. */
export const auditActions = {
  'signin.done': { en: 'signed in', ru: 'выполнен вход' },
  'signin.refused': { en: 'was refused at sign-in', ru: 'отказано во входе' },
  'session.ended': { en: 'ended a session', ru: 'завершён сеанс' },
  'identity.linked': { en: 'linked an OpenID account', ru: 'привязана учётная запись OpenID' },
  'password.changed': { en: 'changed the password', ru: 'изменён пароль' },
  'password.reset': { en: 'set a new password by a link', ru: 'задан новый пароль по ссылке' },
  'codes.started': {
    en: 'turned one-time codes on',
    ru: 'включены одноразовые коды',
  },
  'codes.ended': { en: 'turned one-time codes off', ru: 'выключены одноразовые коды' },
  'passkey.added': { en: 'added a passkey', ru: 'добавлен ключ доступа' },
  'passkey.removed': { en: 'removed a passkey', ru: 'удалён ключ доступа' },
  'member.invited': { en: 'invited somebody', ru: 'отправлено приглашение' },
  'member.uninvited': { en: 'took an invitation back', ru: 'отозвано приглашение' },
  'member.joined': { en: 'accepted an invitation', ru: 'принято приглашение' },
  'member.changed': { en: 'changed a member’s role', ru: 'изменена роль участника' },
  'member.removed': { en: 'removed a member', ru: 'исключён участник' },
  'operator.created': { en: 'made the first operator', ru: 'создан первый оператор' },
  'operator.removed': { en: 'removed an operator', ru: 'исключён оператор' },
  'reset.made': {
    en: 'made a link for a new password',
    ru: 'создана ссылка для нового пароля',
  },
  'token.created': { en: 'made an API token', ru: 'создан токен API' },
  'token.revoked': { en: 'revoked an API token', ru: 'отозван токен API' },
  'person.revealed': { en: 'looked at a full email', ru: 'открыт полный email' },
  'bookmark.set': { en: 'kept an event as a sample', ru: 'событие оставлено образцом' },
  'bookmark.removed': {
    en: 'no longer keeps an event as a sample',
    ru: 'событие больше не образец',
  },
  'sample.sent': { en: 'sent a sample event', ru: 'отправлено пробное событие' },
  'event.body_read': { en: 'read the body of an event', ru: 'прочитано тело события' },
  'rejection.body_read': {
    en: 'read the body of a refused request',
    ru: 'прочитано тело отклонённого запроса',
  },
  'export.started': { en: 'began an export', ru: 'начата выгрузка' },
  'export.ended': { en: 'an export ended', ru: 'выгрузка закончена' },
  'receipt.made': { en: 'made a receipt of a bonus', ru: 'выдано подтверждение бонуса' },
  'person.exported': {
    en: 'took out everything about a person',
    ru: 'выгружены все данные об одном человеке',
  },
  'people.exported': {
    en: 'took out the list of people concerned',
    ru: 'выгружен список затронутых людей',
  },
  'erasure.started': { en: 'asked to erase a person', ru: 'начато удаление данных человека' },
  'erasure.done': { en: 'erased a person', ru: 'данные человека удалены' },
  'retention.changed': {
    en: 'changed how long data is kept',
    ru: 'изменены сроки хранения',
  },
  'keys.rotated': { en: 'sealed everything with a new key', ru: 'всё перешифровано новым ключом' },
  'links.made': { en: 'made signed links', ru: 'созданы подписанные ссылки' },
  'channel.created': { en: 'made a channel of notices', ru: 'создан канал уведомлений' },
  'channel.changed': { en: 'changed a channel of notices', ru: 'изменён канал уведомлений' },
  'channel.removed': { en: 'removed a channel of notices', ru: 'удалён канал уведомлений' },
  'channel.tested': { en: 'sent a test notice', ru: 'отправлено проверочное уведомление' },
  'grant.retried': { en: 'retried a bonus', ru: 'бонус отправлен повторно' },
  'event.replayed': {
    en: 'applied the rules to an event again',
    ru: 'правила применены к событию заново',
  },
  'rule.tried': { en: 'tried a rule on past events', ru: 'правило проверено на прошлых событиях' },
  'job.planned': { en: 'planned bulk work', ru: 'составлен план массового действия' },
  'job.confirmed': { en: 'started bulk work', ru: 'запущено массовое действие' },
  'job.cancelled': { en: 'cancelled bulk work', ru: 'отменено массовое действие' },
  'config.applied': { en: 'changed the configuration', ru: 'изменена конфигурация' },
} as const satisfies Record<string, { en: string; ru: string }>
export type AuditAction = keyof typeof auditActions

export interface AuditEntry {
  /** null: it concerns the whole installation. */
  partnerId: string | null
  /** `token:<id>`, `command line`, … */
  actor: string
  action: AuditAction
  /** What it was done to: an id, a name, the beginning of a hash. */
  subject?: string
  detail?: Readonly<Record<string, string | number | boolean>>
}

/** Give the transaction of the change itself, so that there is never one without the other. */
export async function writeAudit(
  tx: Pick<Orm, 'insert'>,
  ...entries: readonly AuditEntry[]
): Promise<void> {
  if (entries.length === 0) return
  await insertAuditEntries(
    tx,
    entries.map((entry) => ({ id: uuidv7(), ...entry })),
  )
}

/** Names a person in the audit without telling who it is. */
export const keyPrefix = (emailKey: Buffer): string => emailKey.toString('hex').slice(0, 16)
