import { simpleParser } from 'mailparser'
import t from 'tap'
import { addJob, configFor, farmOf } from '../../test/digest/farm.ts'
import { startPostfix, withoutPostfix } from '../../test/digest/mta.ts'
import { slotOf } from './days.ts'
import { deliveriesOf, runOf } from './runs.ts'
import { tick } from './setup.ts'

t.test('what a real Postfix takes, puts off and refuses', { skip: withoutPostfix() ?? false }, async t => {
  const { core } = await farmOf(t, { email: ['one@example.org', 'full@example.org', 'somebody@elsewhere.example', 'Zoë@example.org'] })
  const day = '2026-04-29'
  const job = addJob(core.db, { recipe: 'audit', status: 'failed', at: '2026-04-28T20:00:00.000Z' })
  const mta = await startPostfix()
  t.teardown(() => mta.stop())
  const config = configFor(mta.port)
  await tick(core, config, { now: () => slotOf(day, config) })
  const deliveries = deliveriesOf(core.db, runOf(core.db, day, 'p')!.id)
  t.match(deliveries, [{ state: 'sent', message: /^250 2\.0\.0 Ok: queued as/ }, { state: 'due', message: /450 4\.2\.2/ }, { state: 'refused', message: /554 5\.7\.1.*Relay access denied/ }, { state: 'sent' }])
  while (mta.arrived().length < 2) await new Promise(resolve => setTimeout(resolve, 20))
  const mails = await Promise.all(mta.arrived().map(raw => simpleParser(raw)))
  const mail = mails.find(one => one.to && !Array.isArray(one.to) && one.to.value[0]?.address === 'one@example.org')!
  t.match(mail.subject, `Failing: p, 1 failing job (${day})`)
  t.match(mail.text, new RegExp(`https://farm\\.example\\.org/jobs/${job}`))
  t.ok(mail.html && mail.html.includes(job))
  t.equal(mail.headers.get('return-path') && (mail.headers.get('return-path') as unknown as { value: { address: string }[] }).value[0]?.address, 'farm@example.org')
  t.equal(new Set(mails.map(one => one.messageId)).size, 2)
})
