import t from 'tap'
import { Queue } from '../../core/run/queue.ts'

/** A task that ends when told to. */
function held(id: string, owner: string, started: string[]) {
  let end = () => {}
  const done = new Promise<void>(resolve => { end = resolve })
  return { id, owner, end, run: async (signal: AbortSignal) => {
    started.push(id)
    signal.addEventListener('abort', () => end())
    await done
  } }
}

const settle = () => new Promise(resolve => setImmediate(resolve))

t.test('never more than its capacity, first in first out within a project', async t => {
  const started: string[] = []
  const queue = new Queue(2)
  const tasks = ['1', '2', '3'].map(id => held(id, 'a', started))
  for (const task of tasks) queue.add(task)
  t.same(started, ['1', '2'])
  t.equal(queue.queued, 1)
  tasks[0]?.end()
  await settle()
  t.same(started, ['1', '2', '3'])
  for (const task of tasks) task.end()
  await settle()
  t.equal(queue.running, 0)
})

t.test('a project with many jobs does not hold another up', async t => {
  const started: string[] = []
  const queue = new Queue(1)
  const tasks = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map(id => held(id, id.slice(0, 1), started))
  for (const task of tasks) queue.add(task)
  for (let turn = 0; turn < tasks.length; turn++) {
    tasks.find(task => task.id === started.at(-1))?.end()
    await settle()
  }
  t.same(started, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
})

t.test('what waits can be taken out, what runs can be aborted', async t => {
  const started: string[] = []
  const queue = new Queue(1)
  queue.add(held('1', 'a', started))
  queue.add(held('2', 'a', started))
  t.ok(queue.remove('2'))
  t.notOk(queue.remove('1'), 'it runs')
  await queue.abort('1', 'enough')
  t.equal(queue.running, 0)
  t.same(started, ['1'])
  t.equal(queue.abort('2', 'enough'), undefined)
})

t.test('stopping waits, then aborts, and starts nothing', async t => {
  const started: string[] = []
  const queue = new Queue(1)
  queue.add(held('1', 'a', started))
  queue.add(held('2', 'b', started))
  await queue.stop(1, 'stopping')
  t.same(started, ['1'])
  t.equal(queue.queued, 1, 'still in the ledger for the next start')
})
