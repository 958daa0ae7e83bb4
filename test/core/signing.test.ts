import t from 'tap'
import { hmacHex, sameText, webhookSignature } from '../../core/signing.ts'

t.test('GitHub\'s documented example', async t => {
  t.equal(hmacHex('It\'s a Secret to Everybody', 'Hello, World!'), '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17')
})

t.test('the example of Standard Webhooks', async t => {
  const message = { id: 'msg_loFOjxBNrRLzqYUf', timestamp: '1731705121', body: '{"event_type":"ping","data":{"success":true}}' }
  t.equal(webhookSignature('whsec_plJ3nmyCDGBKInavdOK15jsl', message), 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=')
  t.not(webhookSignature('plJ3nmyCDGBKInavdOK15jsl', message), webhookSignature('whsec_plJ3nmyCDGBKInavdOK15jsl', message), 'any other secret is the key itself')
})

t.test('texts are the same byte by byte', async t => {
  t.ok(sameText('', ''))
  t.ok(sameText('grüße', 'grüße'))
  for (const [a, b] of [['a', 'b'], ['a', 'aa'], ['', 'a'], ['a', 'A']] as const) t.notOk(sameText(a, b))
})
