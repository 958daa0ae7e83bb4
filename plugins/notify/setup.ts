import { FarmError, post, presentProject, type Fact, type FactName, type ServiceCore } from '../../core/service.ts'
import { jobBegan, jobEnded, patchDrafted, runEnded, type Teller } from './facts.ts'
import { forgetProject, prune, type Entry } from './outbox.ts'
import { pumpOf } from './pump.ts'
import { attempt, type Attempt } from './send.ts'
import { surface } from './surface.ts'

const dayMs = 86_400_000

export function setup(core: ServiceCore, now: () => number = Date.now): () => Promise<void> {
  const timeoutMs = seconds(core.config.TIMEOUT_SECS) * 1000
  const teller: Teller = { core, now, publicUrl: publicUrl(core.farm.config.env.CRAFTING_PUBLIC_URL) }
  const sender = { secret: core.secret, now, post: (outgoing: Parameters<typeof post>[0]) => post(outgoing, { own: core.farm.ports, timeoutMs, signal: core.signal }) }
  const pump = pumpOf({ db: core.db, processes: core.processes, log: core.log, now, random: Math.random, signal: core.signal, attempt: async entry => isOfPresent(core, entry) ? attempt(sender, entry) : gone })
  const on = <K extends FactName>(name: K, act: (teller: Teller, fact: Fact<K>) => void) => core.on(name, fact => {
    act(teller, fact)
    pump.wake()
  })
  on('job.started', jobBegan)
  on('job.finished', jobEnded)
  on('run.finished', runEnded)
  on('patch.drafted', patchDrafted)
  core.on('project.removed', ({ data: { project } }) => forgetProject(core.db, project, presentProject(core.farm, core.caller, project)))
  core.minutely(() => {
    prune(core.db, { sent: new Date(now() - 30 * dayMs).toISOString(), dead: new Date(now() - 90 * dayMs).toISOString() })
    pump.wake()
  })
  core.endpoints(surface(core, now, () => pump.wake()))
  return () => pump.close()
}

const gone: Attempt = { ended: 'refused', http_status: null, fault: 'its project was removed' }

/** What a project that was removed had to say must not go out with the secrets of another that has its name by now. */
function isOfPresent({ farm, caller }: ServiceCore, { project, project_created_at: createdAt }: Entry): boolean {
  try {
    return [null, farm.project(caller, project).createdAt].includes(createdAt)
  } catch (error) { return !(error instanceof Error && 'code' in error && error.code === 'not_found') }
}

function publicUrl(text: string | undefined): string | undefined {
  if (!text?.trim()) return undefined
  if (/^https?:\/\//i.test(text.trim()) && URL.canParse(text.trim())) return text.trim().replace(/\/{1,10}$/, '')
  throw new FarmError('invalid', `CRAFTING_PUBLIC_URL=${text}: must be an http or https URL`)
}

function seconds(text = '10'): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 50) return value
  throw new FarmError('invalid', `CRAFTING_NOTIFY_TIMEOUT_SECS=${text}: must be a number of seconds, above 0 and at most 50`)
}
