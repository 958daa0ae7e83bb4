import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const names = ['project.saved', 'project.removed', 'run.queued', 'job.started', 'job.finished', 'run.finished', 'patch.drafted', 'patch.abandoned', 'digest.sent', 'service.failed']

/** A service that writes down every fact it is told, at once; answers the folder for CRAFTING_PLUGINS_DIR. */
export function writeWitness(root: string): { plugins: string; diary: string } {
  const plugins = join(root, 'plugins')
  const diary = join(root, 'diary.txt')
  mkdirSync(join(plugins, 'witness'), { recursive: true })
  writeFileSync(join(plugins, 'witness/index.ts'), `import { appendFileSync } from 'node:fs'
import type { Service } from 'crafting-table/service'

export default {
  kind: 'service', api: 1, name: 'witness',
  setup(core) {
    appendFileSync(core.config.DIARY ?? '', 'boot\\n')
    for (const name of ${JSON.stringify(names)} as const) core.on(name, fact => appendFileSync(core.config.DIARY ?? '', fact.id + ' ' + fact.name + '\\n'))
  },
} satisfies Service
`)
  return { plugins, diary }
}

/** What is wrong with a diary, given the facts that the ledger holds: each at least once, in order, told again only after a start. */
export function diaryFaults(diary: string, facts: readonly { id: number; name: string }[]): string[] {
  const faults: string[] = []
  const told = new Set<number>()
  let last = 0
  let booted = false
  for (const line of existsSync(diary) ? readFileSync(diary, 'utf8').split('\n').slice(0, -1) : []) {
    if (line === 'boot') { booted = true; continue }
    const id = Number(line.split(' ')[0])
    if (id <= last && !booted) faults.push(`fact ${id} after ${last}, without a start in between`)
    if (id < last) faults.push(`fact ${id} again, though ${last} was told after it`)
    booted = false
    told.add(id)
    last = Math.max(last, id)
  }
  const missing = facts.filter(({ id }) => !told.has(id))
  if (missing.length) faults.push(`never told of ${facts.at(-1)?.id} facts: ${missing.slice(0, 10).map(({ id, name }) => `${id} ${name}`).join(', ')}`)
  return faults
}
