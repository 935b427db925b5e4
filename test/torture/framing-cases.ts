// HTTP as no honest sender writes it. Each row says how many requests a careful reader (RFC 9112)
// sees in the bytes, which is the most answers there may be, through whatever proxy; and what the
// relay itself says. `smuggle` is a whole, well signed request: where it lies inside another one, no
// event may come of it.

const nodeMajor = Number.parseInt(process.versions.node, 10)

export interface Words {
  /** Path of the honest source. */
  path: string
  /** A complete, well signed request; its event is named after the id. */
  signed(id: string, more?: readonly string[]): string
  /** The same, its body in one chunk. */
  chunked(id: string, chunk?: (body: string) => string, more?: readonly string[]): string
  /** A complete, well signed request that must never be taken for one. */
  smuggle: string
}

export interface FramingCase {
  name: string
  bytes(words: Words): string
  /** Requests in the bytes: there may never be more answers. */
  requests: number
  /** What the relay says when asked directly. */
  says: readonly number[]
}

const host = 'Host: relay.example.com'
const text = (...lines: string[]) => [...lines, '', ''].join('\r\n')

/** A POST with these framing headers and then bytes in which another request hides. */
const hiding = (headers: readonly string[], before = '') => ({
  bytes: ({ path, smuggle }: Words) =>
    text(`POST ${path} HTTP/1.1`, host, ...headers) + before + smuggle,
})
const refusedHiding = (name: string, headers: readonly string[], before = ''): FramingCase => ({
  name,
  ...hiding(headers, before),
  requests: 1,
  says: [400],
})
/** We refuse it; another reader may make sense of it (RFC 9110, 8.6; RFC 9112, 5.2), and then a second request follows. */
const readOrRefused = (name: string, headers: readonly string[], before = ''): FramingCase => ({
  name,
  bytes: ({ path, signed }) =>
    text(`POST ${path} HTTP/1.1`, host, ...headers) + before + signed('second'),
  requests: 2,
  says: [400],
})
/** One request without a body to this target. */
const target = (
  name: string,
  line: string,
  says: readonly number[],
  headers = [host],
): FramingCase => ({
  name,
  bytes: ({ path }) => text(line.replace('{path}', path), ...headers, 'Content-Length: 0'),
  requests: 1,
  says,
})
const withHeader = (name: string, header: string, says: readonly number[]): FramingCase => ({
  name,
  bytes: ({ signed }) => signed('with-header', [header]),
  requests: 1,
  says,
})
const inChunks = (
  name: string,
  chunk: (body: string) => string,
  says: readonly number[],
): FramingCase => ({
  name,
  bytes: ({ chunked }) => chunked('in-chunks', chunk),
  requests: 1,
  says,
})
const hex = (body: string) => body.length.toString(16)

export const framingCases: readonly FramingCase[] = [
  { name: 'an honest request', bytes: ({ signed }) => signed('honest'), requests: 1, says: [200] },
  {
    name: 'two honest requests in a row',
    bytes: ({ signed }) => signed('first') + signed('second'),
    requests: 2,
    says: [200, 200],
  },
  {
    name: 'an empty line before the request',
    bytes: ({ signed }) => '\r\n' + signed('after-empty-line'),
    requests: 1,
    says: [200],
  },

  // -- two lengths, or none that can be believed
  refusedHiding(
    'Content-Length, then Transfer-Encoding',
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    '0\r\n\r\n',
  ),
  refusedHiding(
    'Transfer-Encoding, then Content-Length',
    ['Transfer-Encoding: chunked', 'Content-Length: 5'],
    '0\r\n\r\n',
  ),
  refusedHiding('two different lengths', ['Content-Length: 0', 'Content-Length: 5']),
  readOrRefused('the same length twice', ['Content-Length: 0', 'Content-Length: 0']),
  readOrRefused('a list of lengths', ['Content-Length: 0, 0']),
  refusedHiding('a length with a plus', ['Content-Length: +0']),
  refusedHiding('a negative length', ['Content-Length: -1']),
  refusedHiding('a length with a blank inside', ['Content-Length: 0 0']),
  refusedHiding('a length in hex', ['Content-Length: 0x0']),
  refusedHiding('a length that is empty', ['Content-Length:']),
  refusedHiding('a length with letters', ['Content-Length: 0a']),
  // haproxy 2.6 reads 2^64 as 0; it is not the relay that can see where its request ends.
  readOrRefused('a length past 64 bits', ['Content-Length: 18446744073709551616']),
  refusedHiding('a blank before the colon of a length', ['Content-Length : 0']),

  // -- transfer codings
  refusedHiding('chunked, then identity', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'),
  refusedHiding(
    'a coding that only looks like chunked',
    ['Transfer-Encoding: xchunked'],
    '0\r\n\r\n',
  ),
  refusedHiding('chunked with a parameter', ['Transfer-Encoding: chunked;q=1'], '0\r\n\r\n'),
  refusedHiding('chunked in quotes', ['Transfer-Encoding: "chunked"'], '0\r\n\r\n'),
  refusedHiding('a vertical tab before chunked', ['Transfer-Encoding: \vchunked'], '0\r\n\r\n'),
  readOrRefused('chunked on a folded line', ['Transfer-Encoding:', ' chunked'], '0\r\n\r\n'),
  refusedHiding(
    'a blank before the colon of a coding',
    ['Transfer-Encoding : chunked'],
    '0\r\n\r\n',
  ),
  {
    ...refusedHiding('an empty coding', ['Transfer-Encoding:'], '0\r\n\r\n'),
    // Taken for none until Node's parser became stricter: either way nothing is hidden.
    says: [nodeMajor < 24 ? 401 : 400],
  },
  refusedHiding(
    'chunked and then gzip in two headers',
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: gzip'],
    '0\r\n\r\n',
  ),
  refusedHiding(
    'a coding after a bare line feed',
    ['X: y\nTransfer-Encoding: chunked', 'Content-Length: 5'],
    '0\r\n\r\n',
  ),

  // -- chunks
  inChunks('an honest chunk', (body) => `${hex(body)}\r\n${body}\r\n0\r\n\r\n`, [200]),
  inChunks(
    'a chunk with an extension',
    (body) => `${hex(body)};name=value\r\n${body}\r\n0\r\n\r\n`,
    [200],
  ),
  inChunks(
    'a chunk with an endless extension',
    (body) => `${hex(body)};a=${'x'.repeat(32_768)}\r\n${body}\r\n0\r\n\r\n`,
    [413],
  ),
  inChunks(
    'an extension with a bare line feed',
    (body) => `${hex(body)};a="\n"\r\n${body}\r\n0\r\n\r\n`,
    [400],
  ),
  inChunks('a chunk past 64 bits', (body) => `fffffffffffffffff\r\n${body}\r\n0\r\n\r\n`, [400]),
  inChunks('a chunk of negative size', (body) => `-${hex(body)}\r\n${body}\r\n0\r\n\r\n`, [400]),
  inChunks('a chunk size with 0x', (body) => `0x${hex(body)}\r\n${body}\r\n0\r\n\r\n`, [400]),
  inChunks(
    'a chunk size ended by a bare line feed',
    (body) => `${hex(body)}\n${body}\r\n0\r\n\r\n`,
    [400],
  ),
  inChunks(
    'a chunk longer than it says',
    (body) => `${hex(body.slice(1))}\r\n${body}\r\n0\r\n\r\n`,
    [400],
  ),
  inChunks(
    'a signature that comes as a trailer',
    (body) => `${hex(body)}\r\n${body}\r\n0\r\nStripe-Signature: t=1,v1=00\r\n\r\n`,
    [200],
  ),
  {
    name: 'a request after the last chunk',
    bytes: ({ chunked, signed }) => chunked('before') + signed('after'),
    requests: 2,
    says: [200, 200],
  },

  // -- lines and headers
  {
    name: 'lines that end in bare line feeds',
    bytes: ({ signed }) => signed('bare-lf').replaceAll('\r\n', '\n'),
    requests: 1,
    says: [400],
  },
  {
    name: 'lines that end in bare carriage returns',
    bytes: ({ signed }) => signed('bare-cr').replaceAll('\r\n', '\r'),
    requests: 1,
    says: [400],
  },
  withHeader('NUL in a header', 'X-Nul: a\0b', [400]),
  withHeader('NUL in the name of a header', 'X\0Nul: a', [400]),
  withHeader('a blank in the name of a header', 'X Blank: a', [400]),
  withHeader('a header without a name', ': a', [400]),
  withHeader('a line without a colon', 'nonsense', [400]),
  withHeader('a folded header', 'X-Folded: a\r\n b', [400]),
  withHeader('a carriage return in a header', 'X-Return: a\rb', [400]),
  withHeader('headers past the limit', `X-Long: ${'x'.repeat(32_768)}`, [431]),
  withHeader(
    'ten thousand headers',
    Array.from({ length: 10_000 }, (_, n) => `X-${n}: 1`).join('\r\n'),
    [431],
  ),
  withHeader(
    'nine hundred headers that fit',
    Array.from({ length: 900 }, () => `X: 1`).join('\r\n'),
    [200],
  ),
  withHeader('a second signature header', 'Stripe-Signature: t=1,v1=00', [401]),
  withHeader('a second Host', 'Host: other.example.com', [400]),
  withHeader('Expect: 100-continue', 'Expect: 100-continue', [200]),
  withHeader('Expect of something else', 'Expect: wonders', [417]),
  withHeader('an upgrade to WebSocket', 'Connection: Upgrade\r\nUpgrade: websocket', [200]),
  withHeader(
    'an upgrade to HTTP/2',
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    [200],
  ),
  withHeader('a header that Connection takes away', 'Connection: Stripe-Signature', [200]),

  // -- targets
  target('no Host', 'POST {path} HTTP/1.1', [400], []),
  target('an empty Host', 'POST {path} HTTP/1.1', [401], ['Host:']),
  target('a Host that is none', 'POST {path} HTTP/1.1', [400], ['Host: a b']),
  target('an absolute target', 'POST http://other.example.com{path} HTTP/1.1', [401]),
  target(
    'an absolute target of another kind',
    'POST ftp://other.example.com{path} HTTP/1.1',
    [400],
  ),
  target('an authority', 'CONNECT relay.example.com:443 HTTP/1.1', [405]),
  target('an asterisk', 'OPTIONS * HTTP/1.1', [400]),
  target('two slashes', 'POST /{path} HTTP/1.1', [404]),
  target('dots, encoded', 'POST /x/%2e%2e{path} HTTP/1.1', [401]),
  target('dots', 'POST /x/..{path} HTTP/1.1', [401]),
  target('an encoded slash', 'POST /in%2fhonest-key-0123456789abcdef HTTP/1.1', [404]),
  target('a key with an encoded NUL', 'POST {path}%00 HTTP/1.1', [404]),
  target('a key with broken encoding', 'POST {path}%zz HTTP/1.1', [404]),
  target('a slash at the end', 'POST {path}/ HTTP/1.1', [404]),
  target('a fragment', 'POST {path}#x HTTP/1.1', [401]),
  target('a backslash', 'POST \\in\\x HTTP/1.1', [400]),
  target('capital letters', 'POST /IN/x HTTP/1.1', [404]),
  target('bytes past ASCII', 'POST /in/\xff\xfe HTTP/1.1', [400]),
  target('an endless target', `POST /in/${'x'.repeat(32_768)} HTTP/1.1`, [431]),
  target('an endless query', `POST {path}?${'x'.repeat(12_000)} HTTP/1.1`, [401]),
  target('blanks in the target', 'POST {path} x HTTP/1.1', [400]),

  // -- methods and versions
  target('a method in small letters', 'post {path} HTTP/1.1', [400]),
  target('a method nobody knows', 'FOO {path} HTTP/1.1', [400]),
  target('a method nobody expects', 'PROPFIND {path} HTTP/1.1', [405]),
  target('TRACE', 'TRACE {path} HTTP/1.1', [405]),
  target('HEAD', 'HEAD {path} HTTP/1.1', [405]),
  target('HTTP/1.0 without Host', 'POST {path} HTTP/1.0', [401], []),
  target(
    'HTTP/1.0 that keeps the connection',
    'POST {path} HTTP/1.0',
    [401],
    ['Connection: keep-alive'],
  ),
  target('HTTP/1.2', 'POST {path} HTTP/1.2', [400]),
  target('HTTP/9.9', 'POST {path} HTTP/9.9', [400]),
  { name: 'HTTP/0.9', bytes: () => 'GET /healthz\r\n', requests: 1, says: [] },
  {
    name: 'the preface of HTTP/2',
    bytes: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    requests: 1,
    says: [400],
  },
  {
    name: 'the beginning of TLS',
    bytes: () => '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03',
    requests: 1,
    says: [400],
  },
  {
    name: 'HTTP/1.0 in chunks',
    bytes: ({ path, smuggle }) =>
      text(`POST ${path} HTTP/1.0`, host, 'Transfer-Encoding: chunked') + '0\r\n\r\n' + smuggle,
    requests: 1,
    says: [401],
  },

  // -- what follows an answer
  {
    name: 'garbage after the body',
    bytes: ({ signed }) => signed('garbage') + '!!!\r\n\r\n',
    requests: 2,
    says: [200],
  },
  {
    name: 'a request after one that cannot be read',
    bytes: ({ path, smuggle }) =>
      text(`POST ${path} HTTP/1.1`, host, 'Content-Length: x') + smuggle,
    requests: 1,
    says: [400],
  },
  {
    name: 'a request in the body of one to nowhere',
    bytes: ({ smuggle, signed }) =>
      text('POST /nowhere HTTP/1.1', host, `Content-Length: ${smuggle.length}`) +
      smuggle +
      signed('after-404'),
    requests: 2,
    says: [404, 200],
  },
  {
    name: 'a request in the body of one that is not allowed',
    bytes: ({ path, smuggle, signed }) =>
      text(`PUT ${path} HTTP/1.1`, host, `Content-Length: ${smuggle.length}`) +
      smuggle +
      signed('after-405'),
    requests: 2,
    says: [405, 200],
  },
  {
    name: 'a request in a body of unknown coding',
    bytes: ({ path, smuggle, signed }) =>
      text(
        `POST ${path} HTTP/1.1`,
        host,
        'Content-Encoding: gzip',
        `Content-Length: ${smuggle.length}`,
      ) +
      smuggle +
      signed('after-415'),
    requests: 2,
    says: [415, 200],
  },
  {
    name: 'a request in a body that is too large',
    bytes: ({ path, smuggle }) =>
      text(`POST ${path} HTTP/1.1`, host, 'Content-Length: 20000000') + smuggle,
    requests: 1,
    says: [413],
  },
  {
    name: 'a request in the body of a GET',
    bytes: ({ smuggle, signed }) =>
      text('GET /healthz HTTP/1.1', host, `Content-Length: ${smuggle.length}`) +
      smuggle +
      signed('after-get'),
    requests: 2,
    says: [200, 200],
  },
  {
    name: 'a request in the body of one to nowhere that never ends',
    bytes: ({ smuggle }) =>
      text('POST /nowhere HTTP/1.1', host, `Content-Length: ${smuggle.length + 10}`) + smuggle,
    requests: 1,
    says: [404],
  },
]
