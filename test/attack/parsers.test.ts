import t from 'tap'
import { faultOf } from './parsers-case.ts'

// The short form of `npm run attack:parsers`: always the same cases.

t.setTimeout(300_000)

t.test('no parser throws, hangs, or says what is no finding, whatever it is given', async t => {
  for (let number = 1; number <= 300; number++) {
    const fault = await faultOf(number)
    if (fault) t.fail(`case ${number}, from ${fault.fixture}: ${fault.what}`)
  }
  t.pass('300 cases')
})
