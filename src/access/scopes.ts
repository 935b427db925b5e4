// What somebody may do: a token by what was written on it, a person by their role at the partner.
import type { Role } from '../db/access/schema.ts'

/** What there is to be allowed. */
export const scopes = {
  'events:read': { en: 'see events', ru: 'видеть события' },
  'grants:read': { en: 'see grants and calls to MOAB', ru: 'видеть бонусы и обращения к MOAB' },
  'grants:write': {
    en: 'retry grants, replay events, import lists, in bulk as well',
    ru: 'повторять бонусы и события, загружать списки, в том числе массово',
  },
  'people:read': { en: 'ask about one person', ru: 'спрашивать об одном человеке' },
  'people:reveal': {
    en: 'see full emails and bodies; each look is audited',
    ru: 'видеть полные адреса и тела запросов; каждый просмотр записывается',
  },
  'people:erase': {
    en: 'erase a person, for good',
    ru: 'удалять данные человека, безвозвратно',
  },
  'rejections:read': { en: 'see refused requests', ru: 'видеть отклонённые запросы' },
  links: { en: 'make signed links', ru: 'делать подписанные ссылки' },
  'config:read': { en: 'see the configuration', ru: 'видеть конфигурацию' },
  'config:write': { en: 'change the configuration', ru: 'менять конфигурацию' },
  'access:read': {
    en: 'see members, invitations and tokens',
    ru: 'видеть участников, приглашения и токены',
  },
  'access:write': {
    en: 'invite and remove people, make and revoke tokens',
    ru: 'приглашать и исключать людей, создавать и отзывать токены',
  },
  'audit:read': { en: 'see who did what', ru: 'видеть, кто что делал' },
} as const satisfies Record<string, { en: string; ru: string }>
export type Scope = keyof typeof scopes

export const isScope = (text: string): text is Scope => Object.hasOwn(scopes, text)
export const allScopes: readonly Scope[] = Object.keys(scopes).filter(isScope)

const looking = [
  'events:read',
  'grants:read',
  'people:read',
  'rejections:read',
  'config:read',
] as const satisfies readonly Scope[]

/** Of a partner. An operator may do everything, at every partner. */
export const roles = {
  owner: {
    en: 'Owner: everything, people and tokens included',
    ru: 'Владелец: всё, включая людей и токены',
    scopes: allScopes,
  },
  editor: {
    en: 'Editor: sets up sources, rules and campaigns, and has things done again',
    ru: 'Редактор: настраивает источники, правила и кампании, повторяет бонусы и события',
    scopes: [...looking, 'config:write', 'grants:write', 'links'],
  },
  viewer: {
    en: 'Viewer: sees everything, with emails masked',
    ru: 'Наблюдатель: видит всё, но адреса скрыты',
    scopes: looking,
  },
  auditor: {
    en: 'Auditor: sees everything, also full emails and who did what',
    ru: 'Аудитор: видит всё, а также полные адреса и кто что делал',
    scopes: [...looking, 'people:reveal', 'access:read', 'audit:read'],
  },
} as const satisfies Record<Role, { en: string; ru: string; scopes: readonly Scope[] }>

export const isRole = (text: string): text is Role => Object.hasOwn(roles, text)
