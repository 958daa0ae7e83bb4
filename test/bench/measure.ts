import { readFileSync } from 'node:fs'

export const clock = () => Number(process.hrtime.bigint()) / 1e6

/** Milliseconds that `work` takes. */
export async function time(work: () => Promise<unknown> | unknown): Promise<number> {
  const start = clock()
  await work()
  return clock() - start
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

export const median = (values: readonly number[]) => quantile(values, 0.5)

/** The median of several rounds. */
export async function rounds(count: number, work: (round: number) => Promise<number>): Promise<number> {
  const values: number[] = []
  for (let round = 0; round < count; round++) values.push(await work(round))
  return median(values)
}

/** Resident memory in MiB: VmRSS of /proc/PID/status. */
export function residentMiB(pid: number | 'self' = 'self'): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

export interface Row { what: string; figure: string; floor: string; ratio: number; target: number; better: 'less' | 'more' }

export function printTable(rows: readonly Row[]): void {
  const cells = rows.map(row => {
    const met = row.better === 'less' ? row.ratio <= row.target : row.ratio >= row.target
    return [row.what, row.figure, row.floor, row.ratio.toFixed(row.ratio < 10 ? 2 : 1), `${row.better === 'less' ? '≤' : '≥'} ${row.target}`, met ? 'met' : 'MISSED']
  })
  const table = [['measure', 'figure', 'floor', 'ratio', 'target', ''], ...cells]
  const widths = table[0]?.map((_, at) => Math.max(...table.map(row => row[at]?.length ?? 0))) ?? []
  for (const row of table) console.log(row.map((cell, at) => at < 2 || at > 4 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)).join('  '))
}
