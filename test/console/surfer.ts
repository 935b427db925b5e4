// A browser that follows redirects across sites, with cookies for each. `http://localhost` is the app.

interface App {
  request(path: string, init: RequestInit, env: object): Response | Promise<Response>
}

export interface Seen {
  url: string
  status: number
  html: string
  /** What the last answer set. */
  set: string[]
}

/** Pairs, where a name is ticked several times. */
type Fields = Record<string, string> | [string, string][]

export const home = 'http://localhost'

export class Surfer {
  language = 'en'
  #app: App
  #jars = new Map<string, Map<string, string>>()

  constructor(app: App) {
    this.#app = app
  }

  get(url: string, until?: string): Promise<Seen> {
    return this.#surf(new URL(url, home), {}, until)
  }

  /** `until`: the beginning of an address that is not followed any more, but told. */
  post(url: string, fields: Fields = {}, until?: string): Promise<Seen> {
    const init = { method: 'POST', body: new URLSearchParams(fields) }
    return this.#surf(new URL(url, home), init, until)
  }

  /** The app's cookies, to look at and to tamper with. */
  get cookies(): Map<string, string> {
    return this.#jar(home)
  }

  async #surf(first: URL, start: RequestInit, until?: string): Promise<Seen> {
    let [url, init] = [first, start]
    for (let hop = 0; hop < 12; hop++) {
      const answer = await this.#ask(url, init)
      const to =
        answer.headers.get('location') ??
        /^0;url=(.*)/.exec(answer.headers.get('refresh') ?? '')?.[1]
      const next = to === undefined ? undefined : new URL(to, url)
      const isEnd = next === undefined || (until !== undefined && next.href.startsWith(until))
      if (isEnd) {
        const { status, headers } = answer
        const seen = { status, html: await answer.text(), set: headers.getSetCookie() }
        return { ...seen, url: (next ?? url).href }
      }
      await answer.body?.cancel()
      ;[url, init] = [next, {}]
    }
    throw new Error(`no end of redirects at ${url.origin}`)
  }

  async #ask(url: URL, init: RequestInit): Promise<Response> {
    const jar = this.#jar(url.origin)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { cookie, 'accept-language': this.language, 'user-agent': 'Tests' }
    const answer =
      url.origin === home
        ? await this.#app.request(url.href, { ...init, headers }, {})
        : await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(set)) jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }

  #jar(origin: string): Map<string, string> {
    const jar = this.#jars.get(origin) ?? new Map<string, string>()
    this.#jars.set(origin, jar)
    return jar
  }
}
