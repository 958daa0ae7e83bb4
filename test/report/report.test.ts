import t from 'tap'
import type { Finding } from '../../core/contract.ts'
import { noFindings } from '../../core/findings/counts.ts'
import type { Job } from '../../core/ledger/jobs.ts'
import type { Overview, ShownFinding } from '../../core/overview.ts'
import { htmlReport } from '../../core/report/html.ts'
import { summaryMarkdown } from '../../core/report/summary.ts'

const job = (more: Partial<Job> = {}): Job => ({
  seq: 1, id: 'j', runId: 'r', projectId: 1, project: 'p', owner: 'me', subproject: 'web', language: 'ts', recipe: 'lint', ref: 'main', branch: 'main', sha: null, status: 'failed', exitCode: 1, message: null, rerunFailed: 0,
  snapshot: null, tests: null, findings: { ...noFindings, new: 1 }, createdAt: '', startedAt: '2026-01-02T03:04:05Z', finishedAt: '2026-01-02T03:04:17Z', ...more,
})
const found = (finding: Partial<Finding> = {}, more: Partial<ShownFinding> = {}): ShownFinding => ({
  id: 1, fingerprint: 'f', state: 'new', identity: 1, firstSeen: null, lastSeen: null, fixedIn: null, reopened: false, introduced: null, suppression: null, job: job(),
  finding: { tool: 'eslint', rule: 'no-eval', level: 'error', kind: 'lint', message: 'odd', file: 'web/a.ts', line: 3, column: 7, ...finding }, ...more,
})
const run = (more: Partial<Overview> = {}): Overview => ({
  project: 'site', ref: 'main', sha: '0123456789abcdef', verdict: 'red', reasons: ['lint web: new: 1 error'], jobs: [job()], tests: { total: 3, passed: 2, failed: 1, skipped: 0, flaky: 0 },
  counts: { ...noFindings, new: 1, unchanged: 2, fixed: 1, error: 1, accepted: 1 }, findings: [found(), found({ message: 'gone' }, { state: 'fixed' })], ...more,
})
const suppression = { source: 'ledger', id: 1, reason: 'by design', by: 'ann', at: null, until: '2099-01-01T00:00:00.000Z', entry: null } as const

/** What a tool may say, to hurt who reads it. */
const hostile = '<script>alert(1)</script> <img src=x onerror=alert(2)> ![x](https://evil.example/x.png) [click](javascript:alert(3)) @everyone #1 | `` ` </details> \u202egnp.exe \u0007 "quoted" \'single\''

t.test('Markdown: verdict, recipes, what is new and what was fixed', t => {
  t.equal(summaryMarkdown(run()), `### 🔴 \`site\` is red at \`0123456789ab\` on \`main\`

- \`lint web: new: 1 error\`

| recipe | | findings | tests |
| --- | --- | --- | --- |
| 🔴 \`lint web (ts)\` | failed 12.0s | 1 new |  |

1 new finding, 2 known, 1 fixed, 1 accepted; tests: 2 of 3 passed, 1 failed.

**1 new finding**

- **error** \`web/a.ts:3:7\` \`odd\` (\`eslint no-eval\`)

<details><summary>1 fixed</summary>

- **error** \`web/a.ts:3:7\` \`gone\` (\`eslint no-eval\`)

</details>
`)
  t.match(summaryMarkdown(run({ verdict: 'green', reasons: [], findings: [], jobs: [], counts: { ...noFindings, accepted: 0 }, tests: null })), /^### 🟢 `site` is green at `0123456789ab` on `main`\n\n0 new findings, 0 known, 0 fixed\.\n$/)
  t.end()
})

t.test('Markdown: what others say stands in code spans, whatever it is', t => {
  const text = summaryMarkdown(run({ project: hostile, reasons: [hostile], jobs: [job({ subproject: hostile, message: hostile })], findings: [found({ message: hostile, rule: hostile, file: hostile })] }))
  // Spans as CommonMark has them: a run of backticks, up to the next run of that length.
  const outside = text.replace(/(?<!`)(?<fence>`+)(?!`)[^\n]*?(?<!`)\k<fence>(?!`)/g, '')
  t.notMatch(outside, /[<>[\]@#]\w|!\[|script|evil/, outside)
  t.match(text.split('\n').find(line => line.startsWith('| 🔴')), /^(?:\|(?:[^|\\]|\\.)*){4}\|$/, 'four cells')
  t.notMatch(text, /[\u0007]/)
  const long = summaryMarkdown(run({ findings: Array.from({ length: 500 }, () => found({ message: 'x'.repeat(1000) })), counts: { ...noFindings, new: 500, accepted: 0 }, jobs: Array.from({ length: 300 }, () => job({ message: 'y'.repeat(500) })) }))
  t.ok(long.length < 65_536, `${long.length}`)
  t.match(long, /… and 470 more/)
  t.end()
})

t.test('HTML: one page that needs nothing, with everything in its place', t => {
  const page = htmlReport(run({ findings: [
    found({ help: { url: 'https://eslint.org/no-eval', text: 'why' }, trace: 'at x' }, { snippet: { start: 2, lines: ['a', '\tb < c', ''] } }), found({ message: 'old' }, { state: 'unchanged' }),
    found({ message: 'gone' }, { state: 'fixed' }), found({ message: 'let be' }, { suppression }),
    found({ kind: 'audit', advisory: { ids: ['CVE-1-1'], package: 'left', ecosystem: 'npm', installed: '1.0', fixed: '1.1', severity: 9 } }),
  ] }))
  t.match(page, /<title>site: red<\/title>/)
  t.match(page, /<a href="https:\/\/eslint\.org\/no-eval" rel="noopener noreferrer">eslint no-eval<\/a>/)
  t.match(page, /<span class="row here" data-line="3">\tb &#60; c<\/span>/)
  t.match(page, /left 1\.0 · fixed in 1\.1 · CVSS 9\.0 · CVE-1-1/)
  t.match(page, /<h2>Accepted<\/h2>[^]*let be[^]*by design \(ann\) until 2099-01-01/)
  t.match(page, /<h2>Fixed<\/h2>[^]*gone/)
  t.notMatch(page, /<script|<link|<img|<iframe|\bsrc=|@import|url\(/)
  t.same([...page.matchAll(/ (?:href|action)="(?<to>[^"]*)"/g)].map(match => match.groups?.to), Array.from({ length: 1 }, () => 'https://eslint.org/no-eval'))
  t.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">/)
  t.end()
})

t.test('HTML: what others say is text', t => {
  const plain = htmlReport(run({ reasons: ['x'], jobs: [job({ message: 'x' })], findings: [found({ help: { text: 'x' }, trace: 'x' }, { snippet: { start: 3, lines: ['x'] } }), found({}, { suppression })] }))
  const page = htmlReport(run({
    project: hostile, ref: hostile, reasons: [hostile], jobs: [job({ subproject: hostile, message: hostile })],
    findings: [found({ message: hostile, rule: hostile, file: hostile, trace: `at ${hostile}`, help: { text: hostile, url: 'javascript:alert(1)' } }, { snippet: { start: 3, lines: [hostile] } }), found({ message: hostile }, { suppression: { ...suppression, reason: hostile } })],
  }))
  const tags = (text: string) => [...text.matchAll(/<\/?[a-z]+/g)].map(match => match[0])
  t.same(tags(page), tags(plain), 'the same elements, one by one')
  t.notMatch(page, /[\u202e\u0007]|<script|href=/)
  const many = htmlReport(run({ findings: Array.from({ length: 3000 }, () => found()), counts: { ...noFindings, new: 3000, accepted: 0 } }))
  t.match(many, /… and 1000 more, which a page does not hold/)
  t.end()
})
