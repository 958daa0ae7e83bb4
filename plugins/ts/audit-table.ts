import { vulnerable } from './advisory.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const row = /^[│|] (?<key>[^│|]*)[│|] (?<value>.*)[│|]$/
const bottom = /^└─+┴─+┘$/
const severities = /^(?:info|low|moderate|high|critical)$/i
const yarn = /^yarn audit v/

/** The boxes that npm 6, Yarn 1 and pnpm print: one per advisory and path. */
export const auditTable: LineParser = {
  lines(context) {
    let rows: [string, string][] = []
    let byYarn = false
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c !== 121 && c !== 124 && c < 128) return
        if (yarn.test(text)) byYarn = true
        const groups = row.exec(text)?.groups
        if (groups) {
          add(rows, (groups.key ?? '').trim(), (groups.value ?? '').trim())
          return true
        }
        if (!bottom.test(text)) return
        const finding = read(rows, byYarn)
        rows = []
        if (!finding) return
        context.emit(finding)
        return true
      },
    }
  },
}

/** A row without a key continues the one above. */
function add(rows: [string, string][], key: string, value: string): void {
  const last = rows.at(-1)
  if (key === '' && last) last[1] = `${last[1]} ${value}`.trim()
  else if (rows.length < 40) rows.push([key, value])
}

function read(rows: readonly [string, string][], byYarn: boolean): Finding | undefined {
  const first = rows.find(([key]) => severities.test(key))
  const of = (key: string) => rows.find(([name]) => name === key)?.[1]
  const name = of('Package')
  if (!first || name === undefined) return undefined
  const range = of('Vulnerable versions')
  const url = of('More info')
  return vulnerable({
    tool: range === undefined ? (byYarn ? 'yarn-audit' : 'npm-audit') : 'pnpm-audit',
    package: name, title: first[1], severity: first[0].toLowerCase(), range, url,
    id: /\/advisories\/(\d+)$/.exec(url ?? '')?.[1],
    patched: of('Patched in') ?? of('Patched versions'),
  })
}
