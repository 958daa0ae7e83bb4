import { simpleParser } from 'mailparser'
import t from 'tap'
import { bad, good, hostile, quiet } from '../../test/digest/samples.ts'
import { htmlBody } from './html.ts'
import { compose } from './mail.ts'
import { textBody } from './text.ts'
import { clean, linksOf, subjectOf, verdictLine } from './words.ts'

const links = linksOf('https://farm.example.org')
const letter = { date: '2026-04-29', project: 'clawdforge', recipient: 'one@example.org', subject: subjectOf(bad), text: textBody(bad, links), html: htmlBody(bad, links), madeAt: '2026-04-29T13:00:02.000Z', unsubscribeToken: `${'t'.repeat(120)}.sig` }
const config = { from: 'farm@example.org', publicUrl: 'https://farm.example.org' }

t.test('both bodies say the same', async t => {
  const [text, html] = [textBody(bad, links), htmlBody(bad, links)]
  for (const fact of ['clawdforge', 'Failing', verdictLine(bad), 'assert 401 == 404', 'tests/test_sessions.py:88', 'CVE-2024-34156', 'golang.org/x/net 0.21.0, fixed in 0.23.0', 'no fix yet', 'ct/patch/ruff-8f31c2a90b7e', 'git apply', 'needless_borrow', '4 more', '1 critical', '/jobs/0f8fad5b-d9cb-469f-a165-7086728950a1']) {
    t.ok(text.includes(fact), `text: ${fact}`)
    t.ok(html.includes(fact), `html: ${fact}`)
  }
  t.match(textBody(quiet, undefined), /Quiet day\n=+\nnothing ran/)
  t.match(textBody(good, undefined), /24 jobs: 23 passed, 1 failed, 1 recovered/)
  t.notMatch(textBody(bad, undefined) + htmlBody(bad, undefined), /href="(?!https:\/\/pkg)|curl/, 'without a public address there is no link')
})

t.test('hostile text stays text', async t => {
  const [text, html] = [textBody(hostile, links), htmlBody(hostile, links)]
  t.same((text + html).match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g), null)
  const tags = html.match(/<[^>]*>/g) ?? []
  t.same([...new Set(tags.map(tag => /^<\/?(?<name>[a-z]+)/.exec(tag)?.groups?.name ?? tag))].toSorted(), ['<!doctype html>', 'a', 'b', 'body', 'br', 'div', 'head', 'html', 'meta', 'span', 'table', 'td', 'title', 'tr'])
  t.same(tags.filter(tag => /data:|src=|onerror|javascript:/i.test(tag)), [])
  t.equal(html.match(/<table/g)?.length, html.match(/<\/table/g)?.length)
  t.ok(Buffer.byteLength(html) <= 80_000, `${Buffer.byteLength(html)} bytes`)
  t.match(html, /3\d more/)
  for (const line of text.split('\n')) if (Array.from(line).length > 78 && !/^\s*https:/.test(line)) t.fail(`too wide: ${line}`)
  t.equal(clean('\u001b[1;31mred\u001b[0m\r\nnext\tx\u202Eevil\ud800', 80), 'red next x evil\ufffd')
  t.equal(Array.from(clean('𝔘'.repeat(300), 10)).length, 10)
})

t.test('cutting hostile text takes time that grows with it at most', async t => {
  for (const unit of ['\u001b[', '\u001b]8;;', ' ', '\u202e', '\ud800', '<', 'a ']) {
    const began = process.cpuUsage()
    clean(unit.repeat(500_000), 200)
    t.ok(process.cpuUsage(began).user < 2_000_000, JSON.stringify(unit))
  }
})

t.test('what arrives, as a mail program reads it', async t => {
  const raw = await compose(letter, config)
  t.same(raw, await compose(letter, config), 'the same message each time')
  const mail = await simpleParser(raw)
  t.equal(mail.subject, subjectOf(bad))
  t.equal(mail.text?.trimEnd(), letter.text.replaceAll('https://unsubscribe.invalid/', `https://farm.example.org/digests/unsubscribe/${letter.unsubscribeToken}`).trimEnd())
  t.ok(mail.html && mail.html.includes('CVE-2024-34156') && !mail.html.includes('unsubscribe.invalid'))
  t.match(mail.from?.value, [{ address: 'farm@example.org', name: 'crafting-table' }])
  t.equal(mail.date?.toISOString(), '2026-04-29T13:00:02.000Z')
  t.match(mail.messageId, /^<digest\.2026-04-29\.[0-9a-f]{32}@example\.org>$/)
  t.equal(mail.headers.get('auto-submitted'), 'auto-generated')
  t.equal(mail.headers.get('x-auto-response-suppress'), 'All')
  const headers = raw.toString().split('\r\n\r\n', 1)[0]!.replaceAll(/\r\n(?=[ \t])/g, '')
  t.equal(headers.match(/^List-Unsubscribe:/gm)?.length, 1)
  t.match(headers, /^List-Unsubscribe: *<https:\/\/farm\.example\.org\/digests\/unsubscribe\/t{120}\.sig>, *<mailto:farm@example\.org\?subject=unsubscribe%20clawdforge>$/m)
  t.match(headers, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m)
  const plainHttp = (await compose(letter, { ...config, publicUrl: 'http://farm.example.org' })).toString()
  t.match(plainHttp, /^List-Unsubscribe:\s+<http:/m)
  t.notMatch(plainHttp, 'List-Unsubscribe-Post', 'one click is for https')
  t.match(headers, /^List-ID: <clawdforge\.digest\.example\.org>$/m)
  t.ok(raw.toString('latin1').split('\r\n').every(line => Buffer.byteLength(line, 'latin1') <= 998), 'lines of at most 998 bytes')
  const other = await simpleParser(await compose({ ...letter, recipient: 'two@example.org', text: textBody(hostile, links), html: htmlBody(hostile, links), subject: subjectOf(hostile) }, { ...config, publicUrl: undefined }))
  t.not(other.messageId, mail.messageId)
  t.notOk(other.headers.get('list-unsubscribe-post'))
})
