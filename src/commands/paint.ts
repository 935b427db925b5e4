// Colour on a terminal, nothing in a pipe.
export type Paint = ReturnType<typeof paint>

export function paint(colour: boolean) {
  const wrap = (code: number) => (text: string) =>
    colour ? `\u001b[${code}m${text}\u001b[0m` : text
  return { bold: wrap(1), dim: wrap(2), red: wrap(31), green: wrap(32), yellow: wrap(33) }
}
