import { isGreen, type SmokeReport } from '../smoke/smoke.ts'
import type { Check } from '../smoke/hello.ts'
import { painter, plain, plural, seconds, shorten, type Style } from './text.ts'

const styles: Record<Check['state'] | 'missing', Style> = { ok: 'green', failed: 'red', skipped: 'yellow', missing: 'yellow' }

/** A block per pack: its tools, its toolchains, its planted faults; then a line per pack, then the verdict. */
export function printSmoke(stream: NodeJS.WriteStream, reports: readonly SmokeReport[]): void {
  const paint = painter(stream)
  const out = (line: string) => stream.write(`${line}\n`)
  for (const { pack, tools, hellos, faults, seconds: took } of reports) {
    const row = (state: keyof typeof styles, text: string, took?: number) => out(`  ${paint(styles[state], state.padEnd(7))}  ${text}${took === undefined ? '' : paint('dim', `  ${seconds(took * 1000)}`)}`)
    out(`${paint('bold', pack)} ${paint('dim', seconds(took * 1000))}`)
    for (const tool of tools) row(tool.version === null ? 'missing' : 'ok', tool.version === null ? `${tool.name}: ${tool.get}` : `${tool.name}: ${shorten(plain(tool.version), 100)}`)
    for (const check of [...hellos, ...faults]) {
      const [first = '', ...rest] = check.state === 'ok' ? [] : check.detail.split('\n')
      row(check.state, `${plain(check.name)}${first ? `: ${plain(first)}` : ''}`, check.seconds)
      for (const line of rest) out(paint('dim', `           | ${shorten(plain(line), 300)}`))
    }
    out('')
  }
  for (const line of table(reports)) out(line)
  out('')
  out(verdictOf(reports))
}

function table(reports: readonly SmokeReport[]): string[] {
  const share = (parts: readonly boolean[]) => `${parts.filter(Boolean).length}/${parts.length}`
  const rows = [['pack', 'tools', 'toolchains', 'faults', 'time', ''], ...reports.map(report => [
    report.pack, share(report.tools.map(tool => tool.version !== null)), share(report.hellos.map(isOk)), share(report.faults.map(isOk)),
    seconds(report.seconds * 1000), [isGreen(report) ? 'green' : '', wants(report)].filter(Boolean).join('; '),
  ])]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd())
}

const isOk = (check: Check) => check.state === 'ok'

function wants({ tools, hellos, faults }: SmokeReport): string {
  const checks = [...hellos, ...faults]
  const count = (state: Check['state']) => checks.filter(check => check.state === state).length
  const missing = tools.filter(tool => tool.version === null).map(tool => tool.name)
  return [
    count('failed') ? `${count('failed')} failed` : '', count('skipped') ? `${count('skipped')} skipped` : '', missing.length ? `missing: ${missing.join(', ')}` : '',
  ].filter(Boolean).join('; ')
}

export function verdictOf(reports: readonly SmokeReport[]): string {
  const rest = reports.filter(report => !isGreen(report))
  return rest.length === 0 && reports.length > 0 ? '=== ALL TOOLCHAINS GREEN ===' : `=== NOT GREEN: ${plural(rest.length, 'pack')} of ${reports.length}: ${rest.map(report => report.pack).join(', ')} ===`
}
