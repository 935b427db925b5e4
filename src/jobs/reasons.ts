// Why something is not done again: one table for single answers, for the items of jobs and for plans.

export const skipReasons = {
  granted: {
    en: 'MOAB has granted it: nothing is sent twice',
    ru: 'MOAB уже начислил бонус: второй раз не отправляется',
  },
  already_known: {
    en: 'MOAB knows this address already: nothing is sent twice',
    ru: 'MOAB уже знает этот адрес: второй раз не отправляется',
  },
  sending: { en: 'it is being sent at this moment', ru: 'он отправляется в эту минуту' },
  due_already: { en: 'it stands in the queue already', ru: 'он уже стоит в очереди' },
  in_line: {
    en: 'earlier grants of its campaign go first; it follows by itself',
    ru: 'сначала уйдут более ранние бонусы кампании; он уйдёт сам',
  },
  stopped: { en: 'its campaign is switched off here', ru: 'кампания выключена здесь' },
  refused: {
    en: 'MOAB refused it: say that you know why, with `although`',
    ru: 'MOAB отклонил его: подтвердите, что знаете почему, в поле `although`',
  },
  test: {
    en: 'it is a provider’s test, never sent',
    ru: 'это тест провайдера, он не отправляется',
  },
  suppressed: { en: 'the person was erased', ru: 'данные человека удалены' },
  erased: { en: 'the address was erased', ru: 'адрес удалён' },
  gone: { en: 'it is not there any more', ru: 'его больше нет' },
  parked: {
    en: 'it is parked: its rules are applied when it is free',
    ru: 'оно ждёт проверки: правила применятся после неё',
  },
  body_gone: { en: 'its body was dropped after its time', ru: 'тело запроса уже удалено' },
  needs_provider: {
    en: 'only its provider can confirm it, which happens when it comes in',
    ru: 'подтвердить его может только провайдер, и только при получении',
  },
  source_broken: { en: 'its source cannot be used now', ru: 'источник сейчас не работает' },
  changed: {
    en: 'its body is no longer read as the same event',
    ru: 'тело запроса больше не читается как то же событие',
  },
  too_slow: { en: 'considering it took too long', ru: 'обработка заняла слишком много времени' },
  busy: {
    en: 'too much large work is waiting: try again in a few seconds',
    ru: 'сейчас обрабатывается слишком много больших событий: повторите через несколько секунд',
  },
  there_already: {
    en: 'the address has a grant in this campaign already',
    ru: 'у адреса уже есть бонус в этой кампании',
  },
} as const satisfies Record<string, { en: string; ru: string }>
export type SkipReason = keyof typeof skipReasons

export const isSkipReason = (word: string): word is SkipReason => Object.hasOwn(skipReasons, word)

/** Why a plan is not confirmed, or a job not cancelled. */
export const planConflicts = {
  confirmed: { en: 'it was confirmed before', ru: 'план уже подтверждён' },
  expired: { en: 'the plan is over: make a new one', ru: 'срок плана истёк: составьте новый' },
  nothing: { en: 'there is nothing in it to do', ru: 'в плане нечего делать' },
  world_changed: {
    en: 'what it would do is no longer what was shown: make a new plan',
    ru: 'с тех пор всё изменилось, план делал бы другое: составьте новый',
  },
  not_running: { en: 'it is not running', ru: 'работа сейчас не идёт' },
} as const satisfies Record<string, { en: string; ru: string }>
export type PlanConflict = keyof typeof planConflicts
