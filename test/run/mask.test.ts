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
