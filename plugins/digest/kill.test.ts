import t from 'tap'
import { killRounds } from '../../test/digest/rounds.ts'
import { temporary } from '../../test/support/temporary.ts'

t.setTimeout(120_000)

t.test('killed before, in the midst of and after sending: nothing arrives twice, nothing is lost', async t => {
  const rounds = await killRounds(t, temporary(t), 5, { only: ['rcpt', 'data', 'body', 12, 30] })
  for (const { step, state, arrived, fault } of rounds) t.equal(fault, null, `killed at ${step}: ${state}, ${arrived} arrived`)
  t.match(rounds.map(round => round.state), ['sent', /sent|unknown/, 'unknown', /sent|unknown/, /sent|unknown/])
})
