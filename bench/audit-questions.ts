// What is asked of a long past: the queries whose cost bench/audit.ts measures.
const monthAgo = new Date(Date.now() - 60 * 86_400_000).toISOString().slice(0, 10)
const weekLater = new Date(Date.now() - 53 * 86_400_000).toISOString().slice(0, 10)

/** Every documented filter alone, and those together that fit little or nothing. */
export const filters: Record<string, readonly string[]> = {
  events: [
    '',
    'type=invoice.paid',
    'type=coupon.created',
    'type=dispute.lost',
    'state=matched',
    'state=unmatched',
    'state=parked',
    'state=unreadable',
    'state=test',
    'reason=no_email',
    'reason=unsigned_email',
    'reason=no_type_match',
    'source=shop-1',
    'source=shop-4',
    'campaign=campaign-1',
    'rule=rule-2',
    'email=person0@example.com',
    'email=person1234@post.example',
    `from=${monthAgo}&to=${weekLater}`,
    'type=dispute.lost&state=unmatched&source=shop-4',
    'campaign=campaign-1&state=unmatched',
    'rule=rule-2&reason=no_email',
    'state=matched&reason=no_type_match',
  ],
  grants: [
    '',
    'state=granted',
    'state=already_known',
    'state=refused',
    'state=held',
    'state=attention',
    'state=queued',
    'state=test',
    'reason=wrong_email',
    'source=shop-4',
    'campaign=campaign-1',
    'rule=rule-2',
    'email=person1234@post.example',
    `from=${monthAgo}&to=${weekLater}`,
    'state=queued&source=shop-4',
    'state=refused&campaign=campaign-2&rule=rule-1',
  ],
  attempts: [
    '',
    'answer=ok',
    'answer=wrong_email',
    'answer=no_answer',
    'failure=deadline',
    'ambiguous=true',
    'campaign=campaign-1',
    'email=person1234@post.example',
    `from=${monthAgo}&to=${weekLater}`,
    'answer=moab_error',
  ],
  rejections: ['', 'source=shop-1', 'reason=timestamp_too_old'],
  'audit-entries': ['', 'action=config.applied', 'actor=token:7', 'subject=0123456789abcdef'],
}

/** Slow ones: they fit nothing, and are asked of everybody. */
export const worstQueries = [
  'events?reason=no_type_match&state=matched',
  'events?campaign=campaign-1&state=unmatched&partner=partner-0',
  'grants?reason=wrong_email&state=granted',
  'attempts?answer=moab_error',
]
