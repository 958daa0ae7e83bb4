import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { startServer } from '../../support/server.ts'
import { oracleOf } from './oracle.ts'
import type { Seed, Tree } from './seeds.ts'
import { isAsked, judged, type Judged } from './table.ts'
import { runTrial, type Offer, type Trial } from './trial.ts'

export interface Told { tree: string; judged: readonly Judged[]; unseen: readonly Seed[]; seconds: number }

export const missingPrograms = ({ needs }: Tree): string[] => needs.filter(name => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status !== 0)

/** All trees on one farm, some at once, since a project's patches come one after the other; each is told when it is done. */
export async function trialAll(trees: readonly Tree[], root: string, tell: (told: Told) => void, atOnce = 3): Promise<void> {
  const server = await startServer(root, { CRAFTING_JOBS: '3', CRAFTING_PATCH_LOOP_OPEN_DRAFTS: '1000', CRAFTING_PATCH_LOOP_PER_DAY: '10000', CRAFTING_PATCH_LOOP_TARGET_SECS: '3600' })
  const waiting = [...trees]
  try {
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let tree = waiting.shift(); tree; tree = waiting.shift()) {
        const done = await runTrial(server, tree, join(root, 'sources', tree.name))
        tell({ tree: tree.name, judged: judge(done, join(server.dataDir, 'ledger.db'), join(root, `oracle-${tree.name}`)), unseen: done.unseen, seconds: done.seconds })
      }
    }))
  } finally { await server.stop() }
}

function judge({ grown, offers }: Trial, ledger: string, directory: string): Judged[] {
  const whole = offers.map(offer => ({ ...offer, diff: offer.diff ?? drafted(ledger, offer) }))
  const oracle = oracleOf(grown, directory)
  try {
    const asked = (taken: boolean) => whole.filter(one => isAsked(one) && (one.state === 'drafted') === taken).flatMap(one => one.diff ?? [])
    const broken = new Set([...oracle.broken(asked(true)), ...asked(false).flatMap(diff => [...oracle.broken([diff])])])
    return whole.map(offer => judged(offer, broken))
  } finally { oracle.close() }
}

/** The door does not give out what was drafted and refused; the ledger has it. */
function drafted(ledger: string, { id }: Offer): string | undefined {
  const db = new Database(ledger, { readonly: true })
  try {
    return (db.prepare('SELECT diff FROM patch_loop_attempts WHERE target = ? AND diff IS NOT NULL ORDER BY n').pluck().get(id) as Buffer | undefined)?.toString('utf8')
  } finally { db.close() }
}
