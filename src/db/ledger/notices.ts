// Channels and notices as they are read. What belongs to no partner is for operators only.
import { and, desc, eq } from 'drizzle-orm'
import { noticeChannels, notices } from '../notices/schema.ts'
import { partners } from '../schema.ts'
import { cutPage, ownRows, type PageWanted } from './page.ts'
import type { Owner, Reader } from './reading.ts'

export type ChannelFilter = { id?: string | undefined }
export type ChannelListed = Awaited<ReturnType<typeof channelsPage>>['rows'][number]

export async function channelsPage(
  tx: Reader,
  owner: Owner,
  { id }: ChannelFilter,
  page: PageWanted,
) {
  const rows = await tx
    .select({
      id: noticeChannels.id,
      partner: { id: partners.id, name: partners.name },
      name: noticeChannels.name,
      kind: noticeChannels.kind,
      language: noticeChannels.language,
      alarms: noticeChannels.alarms,
      enabled: noticeChannels.enabled,
      shown: noticeChannels.shown,
      createdAt: noticeChannels.createdAt,
      failures: noticeChannels.failures,
      problem: noticeChannels.problem,
      problemAt: noticeChannels.problemAt,
      deliveredAt: noticeChannels.deliveredAt,
    })
    .from(noticeChannels)
    .leftJoin(partners, eq(partners.id, noticeChannels.ownerId))
    .where(
      and(
        ownRows(owner, noticeChannels, page),
        id === undefined ? undefined : eq(noticeChannels.id, id),
      ),
    )
    .orderBy(desc(noticeChannels.id))
    .limit(page.limit + 1)
  return cutPage(rows, page.limit)
}

export interface NoticeFilter {
  channel?: string | undefined
  state?: 'queued' | 'sending' | 'delivered' | 'given_up' | undefined
}

export type NoticeListed = Awaited<ReturnType<typeof noticesPage>>['rows'][number]

export async function noticesPage(
  tx: Reader,
  owner: Owner,
  { channel, state }: NoticeFilter,
  page: PageWanted,
) {
  const rows = await tx
    .select({
      id: notices.id,
      partner: { id: partners.id, name: partners.name },
      channel: { id: noticeChannels.id, name: noticeChannels.name, kind: noticeChannels.kind },
      test: notices.test,
      items: notices.items,
      more: notices.more,
      leftOut: notices.leftOut,
      state: notices.state,
      createdAt: notices.createdAt,
      dueAt: notices.dueAt,
      attempt: notices.attempt,
      settledAt: notices.settledAt,
      outcome: notices.outcome,
      httpStatus: notices.httpStatus,
      answer: notices.answer,
    })
    .from(notices)
    .innerJoin(
      noticeChannels,
      and(
        eq(noticeChannels.partnerId, notices.partnerId),
        eq(noticeChannels.id, notices.channelId),
      ),
    )
    .leftJoin(partners, eq(partners.id, noticeChannels.ownerId))
    .where(
      and(
        ownRows(owner, notices, page),
        channel === undefined ? undefined : eq(notices.channelId, channel),
        state === undefined ? undefined : eq(notices.state, state),
      ),
    )
    .orderBy(desc(notices.id))
    .limit(page.limit + 1)
  return cutPage(rows, page.limit)
}
