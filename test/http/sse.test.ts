import { once } from 'node:events'
import t from 'tap'
import { readable, streamOf, withHeartbeat } from '../../core/http/stream.ts'

t.test('a heartbeat whenever nothing comes, and nothing lost', async t => {
  let release = () => {}
  async function* slow() {
    yield 1
    await new Promise<void>(resolve => { release = resolve })
    yield 2
  }
  const seen: (number | null)[] = []
  for await (const value of withHeartbeat(slow(), 5)) {
    seen.push(value)
    if (seen.length === 4) release()
  }
  t.same(seen.filter(value => value !== null), [1, 2])
  t.ok(seen.filter(value => value === null).length >= 3)
})

t.test('whoever stops reading stops the source', async t => {
  let closed = false
  async function* source() {
    try { for (;;) yield 1 } finally { closed = true }
  }
  for await (const _ of withHeartbeat(source(), 1000)) break
  await new Promise(setImmediate)
  t.ok(closed)
})

t.test('an early fault is thrown before the stream begins, a later one ends it', async t => {
  const closed = false
  async function* early() { if (closed) yield 'a'; throw new Error('early') }
  async function* late() { yield 'a'; throw new Error('late') }
  async function* none(): AsyncGenerator<string> {}
  await t.rejects(streamOf(early()), { message: 'early' })
  const stream = await streamOf(late())
  await t.rejects(stream.toArray(), { message: 'late' })
  t.same(await (await streamOf(none())).toArray(), [])
})

t.test('a reader that does not read holds the source back', async t => {
  let made = 0
  async function* source() { for (;;) { made++; yield 'x'.repeat(100_000) } }
  const stream = readable(source())
  await once(stream, 'readable')
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
  t.ok(made <= 3, `${made} chunks were made`)
  stream.destroy()
})
