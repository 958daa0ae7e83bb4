/** The word that a mistyped one was most likely meant for: at most a third of its letters differ. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  const typed = text.slice(0, 64).toLowerCase()
  const rated = words.map(word => ({ word, distance: distanceOf(typed, word.toLowerCase()) })).toSorted((a, b) => a.distance - b.distance)
  const [best] = rated
  return best && best.distance <= Math.max(1, Math.floor(best.word.length / 3)) ? best.word : undefined
}

/** How many letters must be put in, taken out, replaced, or swapped with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  const cell = (row: number, column: number) => rows[row]?.[column] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    const row = rows[i] = [i]
    for (let j = 1; j <= b.length; j++) {
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : Infinity
      row.push(Math.min(cell(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), swapped))
    }
  }
  return cell(a.length, b.length)
}
