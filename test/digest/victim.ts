import { farmIn, configFor } from './farm.ts'
import { tick } from '../../plugins/digest/setup.ts'
import type { Core, Db } from '../../core/service.ts'

/**
 * One wake-up of the digest in a process of its own, for rounds.ts: `victim.ts DIRECTORY PORT NOW KILL`. Before the statement number KILL (from 1) of the
 * service it kills itself; how many there were is the last line it prints.
 */

const [directory = '', port = '', now = '', kill = '0'] = process.argv.slice(2)
let statements = 0

function counting(db: Db): Db {
  const step = () => { if (++statements === Number(kill)) process.kill(process.pid, 'SIGKILL') }
  const counted = (statement: object) => new Proxy(statement, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (['run', 'get', 'all'].includes(String(name))) step()
        return (value as (...args: unknown[]) => unknown).apply(target, args)
      }
    },
  })
  return new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown
      if (name === 'prepare') return (text: string) => counted(target.prepare(text))
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value
    },
  })
}

const { core, close } = await farmIn(directory)
const watched: Core = { ...core, db: counting(core.db) }
await tick(watched, configFor(Number(port)), { now: () => Number(now), random: () => 0.5 })
await close()
process.stdout.write(`${statements}\n`)
