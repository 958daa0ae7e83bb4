import { createHash } from 'node:crypto'
import { eachProject, type Core, type Db, type Project } from '../../core/service.ts'
import { jitterOf } from './slots.ts'

/** One entry of a project's `schedules`. */
export interface Line {
  project: Project
  /** Hexadecimal; of the project's name and what the line says. */
  key: string
  cron: string
  timezone: string
  recipes: readonly string[]
  /** Undefined: the project's default branch. */
  ref: string | undefined
  catchUp: boolean
  /** From slot to start, in milliseconds. */
  jitter: number
}

/** What the ledger knows of it; times in ISO 8601. */
export interface Decided {
  decided: string
  slot: string | null
  outcome: 'started' | 'skipped' | 'missed' | null
  message: string | null
  run: string | null
}

/** Every line of every project. Those that name the same time start one after the other. */
export function allLines(core: Core, spreadMs: number): Line[] {
  const lines = [...eachProject(core.farm, core.caller)].flatMap(linesOf)
  const timeOf = (line: Line) => `${line.cron.trim().replace(/\s+/g, ' ')} ${line.timezone}`
  const shared = new Map<string, number>()
  for (const line of lines) shared.set(timeOf(line), (shared.get(timeOf(line)) ?? 0) + 1)
  return lines.map(line => ({ ...line, jitter: (shared.get(timeOf(line)) ?? 0) > 1 ? jitterOf(line, spreadMs) : 0 }))
}

/** A line that is there twice is one. */
function linesOf(project: Project): Line[] {
  const lines = (project.settings?.schedules ?? []).map(({ cron, timezone = 'UTC', recipes = [], ref, catch_up: catchUp = false }): Line => {
    const key = createHash('sha256').update(JSON.stringify([project.name, cron, timezone, recipes, ref])).digest('hex').slice(0, 16)
    return { project, key, cron, timezone, recipes, ref, catchUp, jitter: 0 }
  })
  return [...new Map(lines.map(line => [line.key, line])).values()]
}

/** Rather than of a project of its name that was removed. */
const isOfIt = 'coalesce(project_id, @id) = @id'

export function decidedOf(db: Db, line: Line): Decided | undefined {
  return db.prepare(`SELECT decided, slot, outcome, message, run FROM schedule_lines WHERE project = @name AND key = @key AND ${isOfIt}`).get({ name: line.project.name, id: line.project.id, key: line.key }) as Decided | undefined
}

/** A run that was started stays known until another one is. A slot that one process has started is started, whatever another made of it at the same moment. */
export function decide(db: Db, line: Line, what: Decided): void {
  db.prepare(`INSERT INTO schedule_lines (project, project_id, key, decided, slot, outcome, message, run) VALUES (@project, @id, @key, @decided, @slot, @outcome, @message, @run)
    ON CONFLICT DO UPDATE SET project_id = @id, decided = @decided, slot = @slot, outcome = @outcome, message = @message, run = coalesce(@run, CASE WHEN ${isOfIt} THEN run END)
      WHERE NOT (${isOfIt} AND slot IS @slot AND outcome IS 'started' AND @outcome IS NOT 'started')`).run({ project: line.project.name, id: line.project.id, key: line.key, ...what })
}

/** Lines that nobody has any more. */
export function forgetOthers(db: Db, lines: readonly Line[]): void {
  db.prepare('DELETE FROM schedule_lines WHERE key NOT IN (SELECT value FROM json_each(?))').run(JSON.stringify(lines.map(line => line.key)))
}
