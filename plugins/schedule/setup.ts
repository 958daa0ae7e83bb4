import { eachProject, endpoint, FarmError, messageOf, z, type ServiceCore } from '../../core/service.ts'
import { allLines, decidedOf, type Line } from './lines.ts'
import { nextSlot } from './slots.ts'
import { tick } from './tick.ts'

const time = z.string().describe('ISO 8601, UTC')
const schedules = z.object({
  schedules: z.array(z.object({
    project: z.string(), cron: z.string(), timezone: z.string(), recipes: z.array(z.string()).describe('Empty: all'), ref: z.string(), catch_up: z.boolean(),
    next_run: time.nullable().describe('When the next run starts; null where the line never comes'),
    spread_secs: z.int().min(0).describe('How long it waits after its time because other schedules name the same'),
    fault: z.string().nullable().describe('Why it never comes'),
    last: z.object({ slot: time, outcome: z.enum(['started', 'skipped', 'missed']), message: z.string().nullable(), run_id: z.string().nullable() }).nullable().describe('What became of the last time it came'),
  })),
}).meta({ id: 'Schedules' })

export function setup(core: ServiceCore): void {
  const spreadMs = spreadOf(core.config.SPREAD_SECS)
  const said = new Map<string, string>()
  core.minutely(() => tick(core, { now: Date.now(), spreadMs, said }))
  core.endpoints([
    endpoint({
      method: 'GET', path: '/schedules', access: 'token', summary: 'What starts by itself, when next, and what became of the last time',
      query: z.strictObject({ project: z.string().max(64).optional() }),
      answer: { status: 200, description: 'Of the projects you see, by name', schema: schedules },
      problems: [404],
      handle({ farm, caller, query: { project } }) {
        const seen = new Set(project === undefined ? [...eachProject(farm, caller)].map(one => one.name) : [farm.project(caller, project).name])
        return { schedules: allLines(core, spreadMs).filter(line => seen.has(line.project.name)).map(line => lineJson(core, line, Date.now())) }
      },
    }),
  ])
}

function lineJson(core: ServiceCore, line: Line, now: number): z.input<typeof schedules>['schedules'][number] {
  const before = decidedOf(core.db, line)
  return {
    project: line.project.name, cron: line.cron, timezone: line.timezone, recipes: [...line.recipes], ref: line.ref ?? line.project.defaultBranch, catch_up: line.catchUp,
    ...nextOf(line, now), spread_secs: line.jitter / 1000,
    last: before?.slot && before.outcome ? { slot: before.slot, outcome: before.outcome, message: before.message, run_id: before.outcome === 'started' ? before.run : null } : null,
  }
}

function nextOf(line: Line, now: number): { next_run: string | null; fault: string | null } {
  try {
    return { next_run: new Date(nextSlot(line.cron, line.timezone, now - line.jitter) + line.jitter).toISOString(), fault: null }
  } catch (error) { return { next_run: null, fault: messageOf(error) } }
}

function spreadOf(text = '600'): number {
  if (/^\d{1,4}$/.test(text) && Number(text) <= 1800) return Number(text) * 1000
  throw new FarmError('invalid', `CRAFTING_SCHEDULE_SPREAD_SECS=${text}: must be a whole number from 0 to 1800`)
}
