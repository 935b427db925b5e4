// A place as people write it: `$.data.items[0].email` for the normalized `$['data']['items'][0]['email']`.
// Any path that RFC 9535 takes goes in; what is not plain comes out as it was.

const step = /\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]/gy
const plainName = /^[\p{L}_][\p{L}\p{N}_]*$/u

export function writtenPath(normalized: string): string {
  if (!normalized.startsWith('$')) return normalized
  step.lastIndex = 1
  let written = '$'
  while (step.lastIndex < normalized.length) {
    const found = step.exec(normalized)
    if (found === null) return normalized
    const [whole, name] = found
    written += name !== undefined && plainName.test(name) ? `.${name}` : whole
  }
  return written
}
