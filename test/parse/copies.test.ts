import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { extract } from '../../core/findings/extract.ts'
import { builtinPluginsDir, loadPlugins, parsersFor } from '../../core/plugins.ts'
import { lines, place } from './support.ts'

const { packs } = await loadPlugins([builtinPluginsDir])

t.test('what a tool says in the log and in its report is one finding, with the report\'s fixes', async t => {
  const fixture = (name: string) => join(builtinPluginsDir, 'bash/fixtures', name)
  const parsers = parsersFor(packs, 'bash')
  const log = [lines(readFileSync(fixture('shellcheck.broken.in'), 'utf8'))]
  const alone = await extract({ log, parsers, place })
  const both = await extract({ log, parsers, place, reports: [{ path: 'shellcheck.json', absolute: fixture('shellcheck-json.fixes.in') }] })
  t.equal(both.findings.length, alone.findings.length)
  t.notOk(alone.findings.some(one => one.fixes), 'the log has none')
  const of = (rule: string) => both.findings.filter(one => one.file === 'scripts/list.sh' && one.line === 2 && one.rule === rule)
  t.match(of('SC2006'), [{ column: 13, endColumn: 23, fixes: [{ changes: [{ file: 'scripts/list.sh', replacements: [{ line: 2, column: 13, endColumn: 14 }] }] }] }])
  t.match(of('SC2035'), [{ column: 17, endLine: 2, endColumn: 18 }], 'the end, which the log only hints at')
})
