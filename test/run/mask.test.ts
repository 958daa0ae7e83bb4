import { createHash } from 'node:crypto'
import t from 'tap'
import { maskedValue, maskerOf } from '../../core/run/mask.ts'

const secret = 'pa55/w+rd "ü" &x'
const masker = maskerOf([secret, 'line one of it\nline two of it\nend'])!
const clean = (text: string) => t.notMatch(masker.text(text), /pa55|w\+rd|line (?:one|two)/, text)

t.test('in every form', async t => {
  t.equal(masker.text(`a ${secret} b`), 'a *** b')
  clean(`https://user:${encodeURIComponent(secret)}@host`)
  clean(`q=${encodeURIComponent(secret).replaceAll('%20', '+')}&r`)
  t.equal(masker.text(JSON.stringify({ token: secret })), '{"token":"***"}')
  // As they print it: Python's json.dumps, quote and quote_plus, Go's json.Marshal, PHP's json_encode, .NET's JsonSerializer.
  for (const form of [
    String.raw`pa55/w+rd \"\u00fc\" &x`, String.raw`pa55/w+rd \"ü\" \u0026x`, String.raw`pa55\/w+rd \"\u00fc\" &x`, String.raw`pa55/w\u002Brd \u0022\u00FC\u0022 \u0026x`,
    'pa55/w%2Brd%20%22%C3%BC%22%20%26x', 'pa55%2Fw%2Brd+%22%C3%BC%22+%26x',
  ]) t.equal(masker.text(`"${form}"`), '"***"', form)
  t.equal(maskerOf(["it's (a) *key*!"])!.text('it%27s%20%28a%29%20%2Akey%2A%21 it%27s+%28a%29+%2Akey%2A%21 it%27s+%28a%29+*key*%21'), '*** *** ***')
  t.equal(masker.text('x line two of it y'), 'x *** y', 'one line of many')
  t.equal(masker.text('"line one of it\\nline two of it\\nend"'), '"***"')
  for (const before of ['', 'a', 'ab', 'abc', 'user:']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.from(`${before}${secret}${'z'.repeat(5)}`).toString(encoding)
      const found = masker.text(text)
      t.match(found, /\*\*\*/, `${encoding} after ${before.length} bytes`)
      const rest = Buffer.from(found.replaceAll('***', ''), encoding).toString('latin1')
      t.notMatch(rest, /pa55/)
    }
  }
  t.equal(masker.text('nothing of it: pa55'), 'nothing of it: pa55')
  t.equal(maskerOf([]), undefined)
  t.equal(maskerOf(['short']), undefined)
})

t.test('across every border of chunks, nothing lost', async t => {
  const text = `begin ${secret}${secret} middle ${Buffer.from(`user:${secret}`).toString('base64')} pa55/w+r end pa55`
  const bytes = Buffer.from(text)
  const whole = masker.text(text)
  for (let size = 1; size < 40; size++) {
    const stream = masker.stream()
    const parts: Buffer[] = []
    for (let at = 0; at < bytes.length; at += size) parts.push(stream.push(bytes.subarray(at, at + size)))
    parts.push(stream.end())
    t.equal(Buffer.concat(parts).toString(), whole, `pieces of ${size}`)
  }
})

const broken = (text: string, width: number, end = '\n') => text.match(new RegExp(`.{1,${width}}`, 'g'))!.join(end) + end

t.test('base64 that was broken into lines, as base64 and openssl do it, in pieces of any size', async t => {
  const long = 'github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghij'
  const pem = `-----BEGIN KEY-----\n${broken('a1B/'.repeat(70), 64)}-----END KEY-----\n`
  const masked = maskerOf([long, pem])!
  for (const value of [long, pem]) for (const before of ['', 'x', 'user:', 'x'.repeat(50)]) for (const width of [64, 76]) for (const end of ['\n', '\r\n']) {
    const text = `plain:\n${broken(Buffer.from(before + value).toString('base64'), width, end)}done\n`
    const whole = masked.text(text)
    const left = Buffer.from(whole.replace('plain:', '').replace('done', '').replaceAll('***', '').replaceAll(/\s/g, ''), 'base64').toString('latin1')
    t.notMatch(left, /github|BEGIN|1B\/a/, `after ${before.length} bytes, ${width} wide`)
    t.match(whole, /^plain:\n[\w+/=\s]*\*\*\*[\w=]{0,4}\r?\ndone\n$/)
    for (const size of [1, 7, 40, 76, 77, 100]) {
      const stream = masked.stream()
      let said = ''
      for (let at = 0; at < text.length; at += size) said += stream.push(Buffer.from(text.slice(at, at + size))).toString()
      t.equal(said + stream.end().toString(), whole, `pieces of ${size}`)
    }
  }
  const path = `/a/path/of/more/than/forty/characters/without/a/blank\nZ\n`
  t.equal(masked.stream().push(Buffer.from(path)).toString(), path, 'other lines are not held back')
})

t.test('a secret with an end of line that shells cut off, and what writers escape', async t => {
  const odd = `it's "50%" <of> é & \\d+ (x)*`
  const two = maskerOf([`${odd}\n`, `first line's "text"\r\nsecond line's "text"`])!
  const unicode = (text: string) => text.replaceAll(/[^\0-\u007f]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
  for (const text of [
    odd, Buffer.from(odd).toString('base64'), JSON.stringify(odd).slice(1, -1), unicode(JSON.stringify(odd).slice(1, -1)), encodeURIComponent(odd),
    encodeURIComponent(odd).replaceAll("'", '%27').replaceAll('(', '%28').replaceAll(')', '%29').replaceAll('*', '%2A'),
    new URLSearchParams({ q: odd }).toString().slice(2).replaceAll('*', '%2A'), odd.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    odd.replaceAll("'", String.raw`'\''`), JSON.stringify(`first line's "text"\nsecond line's "text"`).slice(1, -1), JSON.stringify(`second line's "text"`).slice(1, -1), 'second line&apos;s &quot;text&quot;',
  ]) t.match(two.text(`a ${text} b`), /^a \*\*\*(?:[\w=]{0,3}) b$/, text)
})

t.test('as Go, shells and languages write it', async t => {
  const odd = maskerOf([`~i"t's $a \`b\` \\c#d/e,f:g;h=i@j&k+l?(m)*`, 'first row, "of" it\'s \\n text\nsecond row'])!
  for (const text of [
    // url.PathEscape, url.URL.String() with it in the path, url.UserPassword
    '~i%22t%27s%20$a%20%60b%60%20%5Cc%23d%2Fe%2Cf:g%3Bh=i@j&k+l%3F%28m%29%2A', '~i%22t%27s%20$a%20%60b%60%20%5Cc%23d/e,f:g;h=i@j&k+l%3F%28m%29%2A', '~i%22t%27s%20$a%20%60b%60%20%5Cc%23d%2Fe,f%3Ag;h=i%40j&k+l%3F%28m%29%2A',
    // printf %q and export -p of bash, export -p of dash
    String.raw`\~i\"t\'s\ \$a\ \`b\`\ \\c#d/e\,f:g\;h=i@j\&k+l\?\(m\)\*`.replaceAll('\\`', '\\`'), String.raw`~i\"t's \$a \`b\` \\c#d/e,f:g;h=i@j&k+l?(m)*`, `~i"t'"'"'s $a \`b\` \\c#d/e,f:g;h=i@j&k+l?(m)*`,
    // Python's repr, JSON with single quotes escaped too, PHP's var_export
    String.raw`~i"t\'s $a `.concat('`b`', String.raw` \\c#d/e,f:g;h=i@j&k+l?(m)*`), String.raw`first row, "of" it\'s \\n text\nsecond row`, String.raw`first row, \"of\" it\'s \\n text\nsecond row`, `first row, "of" it\\'s \\\\n text\nsecond row`,
  ]) t.equal(odd.text(`<${text}>`), '<***>', text)
})

t.test('hexadecimal digits, and base64 of a line of many', async t => {
  const rows = ['-----BEGIN KEY-----', 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUA', 'AAtzc2gtZWQyNTUxOQAAACDQ0w', '-----END KEY-----']
  const key = maskerOf([rows.join('\n')])!
  const hex = Buffer.from(`user:${rows.join('\n')}`).toString('hex')
  for (const text of [hex, hex.toUpperCase(), Buffer.from(rows[1] ?? '').toString('hex')]) t.match(key.text(`a ${text} b`), /^a (?:757365723[aA])?\*\*\* b$/)
  // xxd -p
  t.match(key.text(`${broken(hex, 60)}done\n`), /^757365723a\*\*\*\ndone\n$/)
  for (const row of rows) for (const before of ['', 'a', 'ab']) for (const encoding of ['base64', 'base64url'] as const) {
    const found = key.text(Buffer.from(`${before}${row}`).toString(encoding))
    t.match(found, /^[\w+/-]{0,4}\*\*\*[\w+/=-]{0,4}$/, found)
  }
})

t.test('as long as a secret may be, in one line and in thousands', async t => {
  const words = Array.from({ length: 3800 }, (_, n) => createHash('sha256').update(`word ${n}`).digest('hex').slice(0, 16))
  for (const value of [words.join(''), words.join('\n')]) {
    const start = process.cpuUsage()
    const large = maskerOf([value])!
    t.equal(large.text(`a ${value} b`), 'a *** b')
    t.equal(large.text(`a ${Buffer.from(value).toString('base64').replace(/=*$/, '')}`).slice(0, 5), 'a ***')
    const stream = large.stream()
    t.equal([stream.push(Buffer.from(`a ${value.slice(0, 30_000)}`)), stream.push(Buffer.from(`${value.slice(30_000)} b`)), stream.end()].join(''), 'a *** b')
    const ms = process.cpuUsage(start).user / 1000
    t.ok(ms < 5000, `in ${ms.toFixed(0)} ms`)
  }
})

t.test('a secret that begins another one, and bytes that are no text', async t => {
  const two = maskerOf(['abcdefgh', 'abcdefghijklmnop'])!
  const stream = two.stream()
  const said = [stream.push(Buffer.from('x abcdefgh')), stream.push(Buffer.from('ijklmnop y')), stream.push(Buffer.from(' abcdefghijk')), stream.end()]
  t.equal(Buffer.concat(said).toString(), 'x *** y ***ijk')
  const odd = Buffer.from([0xff, 0x00, 0xc3, 0x28])
  t.same(Buffer.concat([two.stream().push(odd)]), odd)
  t.equal(two.stream().push(Buffer.from('a line that is done\n')).toString(), 'a line that is done\n', 'nothing is held back without need')
})

t.test('findings and all that hangs on them', async t => {
  const two = maskerOf(['abcdefgh'])!
  t.same(maskedValue({ message: 'abcdefgh', line: 3, trace: ['x', 'abcdefgh!'], none: null }, two), { message: '***', line: 3, trace: ['x', '***!'], none: null })
})

t.test('fast enough for a log of a million lines', async t => {
  const chunk = Buffer.from('2026-01-01 a line of a build log that is about eighty characters long, or so.\n'.repeat(800))
  const stream = masker.stream()
  const start = process.cpuUsage()
  for (let at = 0; at < 160; at++) stream.push(chunk)
  const ms = process.cpuUsage(start).user / 1000
  t.ok(ms < 3000, `10 MB in ${ms.toFixed(0)} ms`)
})
