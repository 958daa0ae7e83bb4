/**
 * How often a well-meant answer becomes the change that was meant: real changes of files, spoiled as models spoil them.
 *   npm run bench:applier -- [REPOSITORY] [--changes N]
 * Of a repository's commits; without one, of what changed between neighbouring releases of packages.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openBase, type Base } from '../../../core/run/patch.ts'
import { applyReply } from '../../../plugins/patch-loop/apply.ts'
import { mutations } from './mutations.ts'
import { releasesIn } from './releases.ts'
import { subjectsOf } from './subjects.ts'
import { add, emptyTally, printTallies, sumOf } from './tally.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { changes: { type: 'string', default: '240' }, explain: { type: 'boolean', default: false } } })
const most = Number(values.changes)
const tallies = new Map(Object.keys(mutations).map(name => [name, emptyTally()]))

/** As git alone takes it. */
async function plain(base: Base, text: string): Promise<Buffer | undefined> {
  return (await base.apply(Buffer.from(text)))?.diff
}

const root = mkdtempSync(join(tmpdir(), 'crafting-applier-'))
let seen = 0
try {
  const repositories = positionals[0] === undefined ? releasesIn(root) : [resolve(positionals[0])]
  for (const { repository, perCommit } of repositories.map(one => ({ repository: one, perCommit: positionals[0] === undefined ? Infinity : 1 }))) {
    const last = seen + Math.ceil(most / repositories.length)
    for (const subject of subjectsOf(repository, perCommit)) {
      if (seen >= last) break
      seen++
      const base = await openBase(subject.mirror, subject.sha)
      try {
        const wanted = (await base.write(new Map([[subject.path, Buffer.from(subject.after)]]))).diff
        for (const [name, mutate] of Object.entries(mutations)) {
          const text = mutate(subject)
          if (text === undefined) continue
          const applied = await applyReply(base, text)
          const outcome = 'refused' in applied ? 'refused' : applied.change.diff.equals(wanted) ? 'right' : 'wrong'
          const alone = await plain(base, text)
          add(tallies.get(name) ?? emptyTally(), { outcome, how: 'refused' in applied ? undefined : applied.how, git: alone === undefined ? 'refused' : alone.equals(wanted) ? 'right' : 'wrong' })
          if (values.explain && outcome !== 'right') console.log(`${outcome}: ${name}: ${repository.split('/').at(-1)} ${subject.path}${'refused' in applied ? `: ${applied.refused}` : ` (${applied.how})`}`)
        }
      } finally { await base.close() }
    }
  }
} finally { rmSync(root, { recursive: true, force: true }) }

printTallies(tallies, seen)
const { right, wrong, refused } = sumOf(tallies)
const whole = Math.max(1, right + wrong + refused)
if (wrong / whole > 0.015 || right / whole < 0.97 || seen < Math.min(most, 100)) process.exitCode = 1
