// Where whoever signs in begins: their partners.
import { limits } from '../../limits.ts'

const en = {
  title: 'Partners',
  firstTitle: 'The first partner',
  first:
    'A partner is a company whose customers are to get bonuses. Give it a name; its sources, campaigns and people come next.',
  nowhere: 'You belong to no partner yet.',
  nowhereHelp: 'Ask an owner of your company, or the operator of the relay, for an invitation.',
  find: 'Find by name',
  since: 'since',
  add: 'Add a partner',
  addHelp: 'Its sources, campaigns and people are its own: nobody of another partner sees them.',
  name: 'Name',
  nameHelp: 'As its people know it. It stands in the addresses of its pages.',
  submit: 'Add the partner',
  problems: {
    name: `A name has 1 to ${limits.nameCharsMax} characters, and no “/”.`,
    taken: 'There is a partner of this name already.',
  },
}

const ru: typeof en = {
  title: 'Партнёры',
  firstTitle: 'Первый партнёр',
  first:
    'Партнёр — это компания, клиенты которой будут получать бонусы. Дайте ему название, дальше — его источники, кампании и люди.',
  nowhere: 'Вы пока не состоите ни у одного партнёра.',
  nowhereHelp: 'Попросите владельца вашей компании или оператора релея прислать приглашение.',
  find: 'Найти по названию',
  since: 'с',
  add: 'Добавить партнёра',
  addHelp: 'Источники, кампании и люди у него свои: никто от другого партнёра их не увидит.',
  name: 'Название',
  nameHelp: 'Под которым его знают свои. Оно войдёт в адреса его страниц.',
  submit: 'Добавить партнёра',
  problems: {
    name: `В названии от 1 до ${limits.nameCharsMax} символов и нет «/».`,
    taken: 'Партнёр с таким названием уже есть.',
  },
}

export const start = { en, ru }
