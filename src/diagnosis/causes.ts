// Why a request was refused, for the person who can mend it: one row per cause. {0}, {1} are filled in;
// never with a secret.
import type { Text } from '../providers/provider.ts'

export const causes = {
  clock_behind: {
    en: 'The signature is right, but it was made {0} before it was judged. The clock of this relay runs ahead, the sender’s runs behind, or the request was held up or repeated on the way. Set the clock by NTP; for slow queues raise the setting “tolerance” (seconds).',
    ru: 'Подпись верна, но сделана за {0} до проверки. Либо часы релея спешат, либо часы отправителя отстают, либо запрос задержался или повторён по дороге. Включите синхронизацию времени (NTP); если запросы долго стоят в очереди, увеличьте настройку «tolerance» (в секундах).',
  },
  clock_ahead: {
    en: 'The signature is right, but it was made {0} in the future. The clock of this relay runs behind, or the sender’s runs ahead: set it by NTP.',
    ru: 'Подпись верна, но датирована будущим: на {0} позже. Часы релея отстают или часы отправителя спешат: включите синхронизацию времени (NTP).',
  },
  secret_padded: {
    en: 'The secret is right, but was saved with blanks, a line break or quotes around it. Paste it again without them.',
    ru: 'Секрет верный, но сохранён с пробелом, переводом строки или кавычками вокруг. Вставьте его заново без них.',
  },
  secret_prefix_lost: {
    en: 'The secret is right, but its beginning “{0}” is missing. Paste it whole.',
    ru: 'Секрет верный, но у него потеряно начало «{0}». Вставьте его целиком.',
  },
  secret_prefix_added: {
    en: 'The secret is right without its beginning “{0}”. Paste it without that.',
    ru: 'Секрет верный, если убрать его начало «{0}». Вставьте его без этого.',
  },
  other_credential: {
    en: 'The request was signed with another credential: {0}. Take that one here, or choose the source it belongs to.',
    ru: 'Запрос подписан другим секретом: {0}. Укажите здесь его или отправляйте в тот источник, которому он принадлежит.',
  },
  test_mode: {
    en: 'This is an event of the provider’s test mode, which has a secret of its own. Add the secret of the test mode as well, or send from live mode.',
    ru: 'Это событие тестового режима, а у него свой секрет. Добавьте секрет тестового режима или отправляйте из боевого.',
  },
  body_changed: {
    en: 'The body was changed on the way: the signature fits {0}. A proxy, a gateway or a framework parses and writes it again: it must pass the bytes on as they are.',
    ru: 'Тело изменили по дороге: подпись подходит, если взять {0}. Прокси, шлюз или фреймворк разбирает его и собирает заново, а должен передавать байты как есть.',
  },
  other_url: {
    en: 'The signature was made for another URL: {0}. Enter at the provider, and in PUBLIC_URL or the setting “url”, exactly the same address.',
    ru: 'Подпись сделана для другого адреса: {0}. У провайдера и в PUBLIC_URL (или в настройке «url») должен стоять ровно один и тот же адрес.',
  },
  other_provider: {
    en: 'The request is a right one of another provider: {0}. A source keeps its provider: connect a new source for that one, and give the sender its URL.',
    ru: 'Это правильный запрос другого провайдера: {0}. Сменить провайдера у источника нельзя: подключите новый источник с этим провайдером и дайте отправителю его URL.',
  },
  looks_like: {
    en: 'The request has the headers of another provider: {0}. If it is that one, connect a new source for it.',
    ru: 'У запроса заголовки другого провайдера: {0}. Если это он и есть, подключите для него новый источник.',
  },
  other_settings: {
    en: 'The secret is right, but the sender does it otherwise than the settings of this source say. Change them: {0}.',
    ru: 'Секрет верный, но отправитель делает не так, как записано в настройках источника. Поменяйте там: {0}.',
  },
  header_stripped: {
    en: 'The header {0} is missing. Either the sender signs nothing yet (is a secret set there?), or a proxy in between strips it: let it pass.',
    ru: 'Нет заголовка {0}. Либо отправитель ещё ничего не подписывает (задан ли там секрет?), либо его вырезает прокси: разрешите этот заголовок.',
  },
  field_stripped: {
    en: 'The field {0} is missing from the request. Is this the provider that was chosen, and does it sign (is a secret set there)?',
    ru: 'В запросе нет поля {0}. Тот ли провайдер выбран и включена ли у него подпись (задан ли секрет)?',
  },
  query_missing: {
    en: 'The URL that was called has no “{0}”. At the sender, add ?{0}= and the token to the end of the URL (&{0}= where there are parameters already), as the page of the source says.',
    ru: 'В URL, по которому пришёл запрос, нет «{0}». Допишите у отправителя в конец URL ?{0}= и токен (&{0}=, если другие параметры там уже есть), как сказано на странице источника.',
  },
  token_wrong: {
    en: 'The token came, {0}, but it is not the one that is stored here. Both must be the same, letter for letter: copy it once more, or invent a new one and enter it at both ends.',
    ru: 'Токен пришёл, {0}, но он не тот, что записан здесь. С обеих сторон он должен быть один и тот же, буква в букву: скопируйте его ещё раз или придумайте новый и впишите туда и сюда.',
  },
  token_form: {
    en: 'The header {0} came, but does not begin with “{1}” as the settings of the source say. Put that word before the token at the sender, or change the setting.',
    ru: 'Заголовок {0} пришёл, но начинается не с «{1}», как записано в настройках источника. Поставьте это слово перед токеном у отправителя или измените настройку.',
  },
  password_wrong: {
    en: 'A user name and a password came, but not the ones that are stored here. Enter the same two at both ends.',
    ru: 'Имя пользователя и пароль пришли, но не те, что записаны здесь. Впишите с обеих сторон одни и те же.',
  },
  link_cut: {
    en: 'The link came without its token: it was cut off on the way, or typed by hand. Send links whole, as an address behind a button or a word.',
    ru: 'Ссылка пришла без токена: её обрезали по дороге или набрали вручную. Вставляйте её в письмо целиком, адресом кнопки или слова.',
  },
  link_over: {
    en: 'The link is older than it may be. That is as it should be; make new links where they are needed, for more days.',
    ru: 'Срок ссылки истёк, так и должно быть. Если нужно, сделайте новые, на большее число дней.',
  },
  list_broken: {
    en: 'The setting “{0}” of this source cannot be read, so that no request is believed: correct it ({1}).',
    ru: 'Настройку источника «{0}» нельзя прочитать, поэтому ни один запрос не принимается. Исправьте её: {1}.',
  },
  header_doubled: {
    en: 'The header {0} came more than once: a proxy adds it again. It must pass it on once, as it came.',
    ru: 'Заголовок {0} пришёл несколько раз: его добавляет прокси. Он должен передать его один раз, как получил.',
  },
  algorithm: {
    en: 'The token is signed with {0}, but this source accepts only {1}. Choose the algorithm at the provider or in the settings of the source; if you did not send this, refuse it.',
    ru: 'Токен подписан алгоритмом {0}, а источник принимает только {1}. Выберите алгоритм у провайдера или в настройках источника; если это не ваш запрос, так и должно быть.',
  },
  address: {
    en: 'The request came from {0}, which is not an address of the provider. If there is a proxy in front of the relay, name it in TRUSTED_PROXIES; if not, somebody else knows the URL.',
    ru: 'Запрос пришёл с адреса {0}, это не адрес провайдера. Если перед релеем стоит прокси, укажите его в TRUSTED_PROXIES; если прокси нет, адрес вебхука узнал кто-то чужой.',
  },
  no_credential: {
    en: 'The source has no usable credential for this provider yet: paste {0}.',
    ru: 'У источника пока нет подходящего секрета: вставьте {0}.',
  },
  keys_refused: {
    en: 'The relay does not fetch the key set from {0}: it must lie at https, on port 443 or 8443, at a public address. Enter such a URL, or let the operator allow its network with OUTGOING_ALLOWED_NETWORKS.',
    ru: 'Релей не берёт набор ключей с {0}: он должен быть доступен по https, на порту 443 или 8443, по публичному адресу. Укажите такой URL, или пусть оператор разрешит эту сеть в OUTGOING_ALLOWED_NETWORKS.',
  },
  keys_unavailable: {
    en: 'The key set could not be fetched from {0}: is the URL right, and does it answer with keys?',
    ru: 'Не удалось получить набор ключей с {0}: верен ли URL и отвечает ли он ключами?',
  },
  unknown: {
    en: 'Nothing of the usual explains it: most likely the secret belongs to another endpoint. Compare the first and last characters with those the provider shows, or make a new secret there and paste it here.',
    ru: 'Обычными причинами не объясняется: скорее всего, секрет от другого адреса. Сверьте первые и последние символы с тем, что показывает провайдер, или создайте там новый секрет и вставьте сюда.',
  },
} as const satisfies Record<string, Text>
export type Cause = keyof typeof causes

export interface Finding {
  cause: Cause
  /** An alternative was tried and the request would have been accepted; else only likely. */
  certain: boolean
  text: Text
}

export function finding(cause: Cause, certain: boolean, ...values: (string | Text)[]): Finding {
  const said = (language: keyof Text) =>
    causes[cause][language].replace(/\{(\d)\}/g, (_, index) => {
      const value = values[Number(index)] ?? ''
      return typeof value === 'string' ? value : value[language]
    })
  return { cause, certain, text: { en: said('en'), ru: said('ru') } }
}
