// The life of a grant: every state, every move, in one table. The database's CHECK, the drawing in
// docs/grants.md and the words people read are tested against it. Pure.

export const lifecycle = {
  queued: {
    claim: 'sending',
    hold: 'held',
    erase: 'suppressed',
    /** A person does not wait for the next try. */
    hurry: 'queued',
  },
  sending: {
    ok: 'granted',
    known: 'already_known',
    refuse: 'refused',
    retry: 'queued',
    hold: 'held',
    exhaust: 'attention',
    /** The lease ran out: the relay that held it is gone, the call may or may not have been made. */
    lose: 'queued',
    /** Handed back unsent by a relay that stops. */
    hand_back: 'queued',
    /** It had not left yet, or its relay is gone. */
    erase: 'suppressed',
  },
  held: { release: 'queued', probe: 'sending', erase: 'suppressed' },
  attention: { retry: 'queued', erase: 'suppressed' },
  granted: {},
  already_known: {},
  /** By a person only, who has seen the reason. */
  refused: { insist: 'queued' },
  test: {},
  suppressed: {},
} as const

export type GrantState = keyof typeof lifecycle
export const grantStates = Object.keys(lifecycle) as GrantState[]

/** Moves out of `sending` that an answer can cause. */
export type Outcome = Exclude<keyof (typeof lifecycle)['sending'], 'lose' | 'hand_back' | 'erase'>

export const stateWords = {
  queued: { en: 'waiting for its turn', ru: 'ждёт очереди' },
  sending: { en: 'being sent', ru: 'отправляется' },
  granted: { en: 'granted', ru: 'бонус передан' },
  already_known: { en: 'already known to MOAB', ru: 'MOAB уже знает этот адрес' },
  refused: { en: 'refused by MOAB', ru: 'MOAB отклонил' },
  held: { en: 'held', ru: 'отложен' },
  attention: { en: 'needs attention', ru: 'требует внимания' },
  test: { en: 'test: would have been sent', ru: 'тест: был бы отправлен' },
  suppressed: {
    en: 'suppressed: the person was erased',
    ru: 'не отправляется: данные человека удалены',
  },
} as const satisfies Record<GrantState, { en: string; ru: string }>
