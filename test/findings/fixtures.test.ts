import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { Finding } from '../../core/contract.ts'
import { githubLimits, sarifDocument } from '../../core/findings/sarif.ts'
import { expectedPath, fixturesOf, packs } from '../support/packs.ts'
import { complaints, validatorProgram } from '../support/sarif.ts'

// What is read of every pack's fixtures makes documents that others' programs take: one per pack, a run per tool.
const program = validatorProgram()
t.setTimeout(600_000)

/** Enough to see every rule of every tool; the validator's time grows with the square. */
const perFixture = 10

const invocation = { commandLine: 'x', exitCode: 1, startTimeUtc: '2024-05-01T10:00:00Z', endTimeUtc: '2024-05-01T10:00:02Z', executionSuccessful: true }
const place = { project: 'demo', subproject: '', recipe: 'lint', repositoryUri: 'https://example.org/demo.git', revisionId: 'a'.repeat(40), branch: 'main', rootUri: 'file:///srv/checkout' }

/** Its findings as documents of as many runs as GitHub takes, by the names of their files. */
function documentsOf(pack: string): [string, string][] {
  const findings = fixturesOf(pack).filter(fixture => existsSync(expectedPath(fixture))).flatMap(fixture => (JSON.parse(readFileSync(expectedPath(fixture), 'utf8')) as { findings: Finding[] }).findings.slice(0, perFixture))
  const tools = [...new Set(findings.map(finding => finding.tool))]
  return Array.from({ length: Math.ceil(tools.length / githubLimits.runs) }, (_, part) => {
    const own = new Set(tools.slice(part * githubLimits.runs, (part + 1) * githubLimits.runs))
    const tracked = findings.filter(finding => own.has(finding.tool)).map((finding, at) => ({ finding, fingerprint: at.toString(16).padStart(64, '0'), state: 'new' as const }))
    return [`${pack}-${part}.sarif`, JSON.stringify(sarifDocument([{ ...place, language: pack, invocation, findings: tracked }]))]
  })
}

t.test('what is read of fixtures is valid SARIF', { skip: program ? false : `no SARIF validator for ${process.platform}` }, async t => {
  const documents = packs.flatMap(({ name }) => documentsOf(name))
  const said = complaints(program!, t.testdir(Object.fromEntries(documents)))
  for (const [name] of documents) t.strictSame((said.get(name) ?? []).slice(0, 10), [], name)
})
