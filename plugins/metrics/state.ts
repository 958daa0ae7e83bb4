import { statSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { Gauge, type Registry } from 'prom-client'
import type { ServiceCore } from '../../core/service.ts'
import { recipeLabel } from './labels.ts'

type Sample = readonly [labels: Record<string, string>, value: number]

/** Seconds since then. */
const ageOf = (at: string | null) => at === null ? 0 : Math.max(0, Date.now() - Date.parse(at)) / 1000

/** What the farm is: read from it at the moment that somebody asks. */
export function gauges({ farm }: ServiceCore, registry: Registry): void {
  const gauge = (name: string, help: string, labelNames: readonly string[], read: () => Iterable<Sample>) => new Gauge({
    name, help, labelNames, registers: [registry],
    collect() {
      this.reset()
      for (const [labels, value] of read()) this.inc(labels, value)
    },
  })
  gauge('crafting_info', 'Always 1.', ['version', 'sandbox'], () => [[{ version: farm.health().version, sandbox: farm.health().sandbox.mode }, 1]])
  gauge('crafting_up', '1 while the farm takes work, 0 while it stops or something is wrong.', [], () => [[{}, farm.health().status === 'ok' ? 1 : 0]])
  gauge('crafting_service_up', '1 where a service runs as a whole, 0 where it does not: /healthz says why.', ['service'], () => farm.health().services.map(({ name: service, state }) => [{ service }, state === 'running' ? 1 : 0]))
  gauge('crafting_workers', 'How many jobs may run at once.', [], () => [[{}, farm.health().runner.capacity]])
  gauge('crafting_queue', 'Runs to plan and jobs to run: those that wait, and those at work.', ['state'], () => [[{ state: 'waiting' }, farm.health().runner.queued], [{ state: 'working' }, farm.health().runner.running]])
  gauge('crafting_jobs', 'Jobs that have not ended.', ['status', 'recipe'], () => farm.figures().open.map(({ status, recipe, count }) => [{ status, recipe: recipeLabel(recipe) }, count]))
  gauge('crafting_queue_oldest_seconds', 'How long the job that has waited longest has waited.', [], () => [[{}, Math.max(0, ...farm.figures().open.filter(one => one.status === 'queued').map(one => ageOf(one.since)))]])
  gauge('crafting_facts_lag', 'Facts that a service has not had yet.', ['service'], () => farm.figures().lags.map(({ subscriber: service, facts }) => [{ service }, facts]))
  gauge('crafting_facts_lag_seconds', 'The age of the first of them.', ['service'], () => farm.figures().lags.map(({ subscriber: service, since }) => [{ service }, ageOf(since)]))
  gauge('crafting_ledger_bytes', 'The size of the ledger and of its write-ahead log.', ['file'], () => sizes(farm.config.dataDir))
  gauge('crafting_disk_free_bytes', 'What an ordinary user may still write there.', ['directory'], () => disks(farm.config, (blocks, size) => blocks.bavail * size))
  gauge('crafting_disk_size_bytes', 'The size of that file system.', ['directory'], () => disks(farm.config, (blocks, size) => blocks.blocks * size))
}

function sizes(dataDir: string): Sample[] {
  const bytes = (name: string) => statSync(join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0
  return [[{ file: 'ledger' }, bytes('ledger.db')], [{ file: 'wal' }, bytes('ledger.db-wal')]]
}

function disks({ dataDir, workspaceDir, cacheDir }: ServiceCore['farm']['config'], value: (blocks: { bavail: number; blocks: number }, size: number) => number): Sample[] {
  return Object.entries({ data: dataDir, workspace: workspaceDir, caches: cacheDir }).flatMap(([directory, path]): Sample[] => {
    try {
      const blocks = statfsSync(path)
      return [[{ directory }, value(blocks, blocks.bsize)]]
    } catch { return [] }
  })
}
