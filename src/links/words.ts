// What visitors read. They know the site they are going to, and never heard of a relay.
export const visitorWords = {
  en: {
    confirm: {
      title: (host: string) => `Go to ${host}`,
      why: 'Mail programs open links by themselves to check them. Press the button, and we will know it was you.',
      button: 'Continue to the site',
    },
    busy: {
      title: 'One moment, please',
      again: (seconds: number) =>
        `We could not note your visit just now. This page will try again by itself in ${seconds} seconds.`,
      over: 'We still could not note your visit. Please try again in a few minutes: the link will keep working.',
      retry: 'Try again now',
      leave: (host: string) => `Go to ${host} without waiting; this visit will not be counted`,
    },
    nowhere: {
      title: 'This link leads nowhere',
      why: 'Part of it may be missing: please open it from the message once more.',
    },
  },
  ru: {
    confirm: {
      title: (host: string) => `Переход на ${host}`,
      why: 'Почтовые программы сами открывают ссылки, чтобы их проверить. Нажмите кнопку — и мы поймём, что это вы.',
      button: 'Перейти на сайт',
    },
    busy: {
      title: 'Секунду, пожалуйста',
      again: (seconds: number) =>
        `Не получилось сразу отметить ваш переход. Через ${seconds} секунд страница попробует ещё раз сама.`,
      over: 'Отметить переход пока не получается. Попробуйте через несколько минут: ссылка продолжит работать.',
      retry: 'Попробовать сейчас',
      leave: (host: string) => `Перейти на ${host} сразу; этот переход не будет засчитан`,
    },
    nowhere: {
      title: 'Ссылка никуда не ведёт',
      why: 'Возможно, она скопирована не полностью. Откройте её из письма ещё раз.',
    },
  },
} as const
