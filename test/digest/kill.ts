import { killRounds } from './rounds.ts'
import { remove, scratch } from '../support/temporary.ts'

/** A farm that sends its digest is killed so many times (default: 100), at every step in turn. `npm run faults:digest -- 100` */

const directory = scratch()
const teardowns: (() => unknown)[] = [() => remove(directory)]
try {
  const rounds = await killRounds({ teardown: (handler: () => unknown) => { teardowns.push(handler) } }, directory, Number(process.argv[2] ?? 100), {
    tell: ({ step, state, arrived, fault }) => { process.stdout.write(`killed at ${step}: ${state}, ${arrived} arrived${fault ? `: ${fault}` : ''}\n`) },
  })
  const count = (wanted: (round: (typeof rounds)[number]) => boolean) => rounds.filter(wanted).length
  process.stdout.write(`${rounds.length} kills, ${new Set(rounds.map(round => round.step)).size} steps: ${count(round => round.state === 'sent')} sent, ${count(round => round.state === 'unknown')} unknown, ${count(round => round.fault !== null)} faults\n`)
  process.exitCode = rounds.some(round => round.fault) ? 1 : 0
} finally {
  for (const teardown of teardowns.toReversed()) await teardown()
}
