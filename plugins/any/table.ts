/** The cells of a row between bars, `│ a │ b │` or `| a | b |`, trimmed; undefined for a line that is no such row. */
export function cellsOf(text: string): string[] | undefined {
  const c = text.charCodeAt(0)
  if (c !== 0x2502 && c !== 0x7c) return undefined
  return text.split(/[│|]/).slice(1, -1).map(cell => cell.trim())
}

/** Whether a line is nothing but the border of a table. */
export function isBorder(text: string): boolean {
  return /^[╭╰├┌└╞+][─┬┼┴┤┐┘├═╪╡+╮╯ │-]*[╮╯┤┐┘╡+│]$/.test(text)
}

/** Where the named columns stand, by their headings; undefined where one that is needed is missing. */
export function columnsOf<K extends string>(cells: readonly string[], headings: Readonly<Record<K, RegExp>>, needed: readonly K[]): Partial<Record<K, number>> | undefined {
  const found: Partial<Record<K, number>> = {}
  for (const name of Object.keys(headings) as K[]) {
    const index = cells.findIndex(cell => headings[name].test(cell))
    if (index >= 0) found[name] = index
  }
  return needed.every(name => found[name] !== undefined) ? found : undefined
}
