import type { Logger } from './contract.ts'
import { isFarmError, machineFault, messageOf } from './errors.ts'
import type { Farm } from './facade.ts'
import { noteAction } from './ledger/audit.ts'
import type { Db } from './ledger/database.ts'
import type { Caller } from './ledger/tokens.ts'

type Text = { [K in keyof Farm]?: { action: string; subject(...args: Parameters<Extract<Farm[K], (...args: never) => unknown>>): string } }

const named = (_: Caller, name: string) => name

/** What changes something, and whom it concerns. Values are never noted. */
const actions = {
  createProject: { action: 'project.create', subject: (_, definition) => definition.name },
  updateProject: { action: 'project.update', subject: named },
  removeProject: { action: 'project.remove', subject: named },
  startJob: { action: 'job.start', subject: (_, name, request) => `${name} ${request.subproject ?? ''} ${request.recipe}` },
  startRun: { action: 'run.start', subject: (_, name, wish) => `${name} ${wish.ref ?? ''}` },
  cancelJob: { action: 'job.cancel', subject: named },
  startBisect: { action: 'bisect.start', subject: (_, name, wish) => `${name} ${wish.test ?? wish.finding ?? ''}` },
  cancelBisect: { action: 'bisect.cancel', subject: named },
  cancelRun: { action: 'run.cancel', subject: named },
  suppress: { action: 'finding.accept', subject: (_, name, wish) => `${name} ${wish.finding === undefined ? `identity ${wish.identity}` : wish.finding}` },
  withdraw: { action: 'finding.withdraw', subject: (_, name, id) => `${name} ${id}` },
  importSarif: { action: 'sarif.import', subject: (_, name, __, wish) => `${name} ${wish?.ref ?? ''} ${wish?.tool ?? ''}` },
  putSecret: { action: 'secret.set', subject: (_, name, secret) => `${name} ${secret}` },
  removeSecret: { action: 'secret.remove', subject: (_, name, secret) => `${name} ${secret}` },
  mintToken: { action: 'token.mint', subject: (_, token) => `${token.name}${token.isAdmin ? ' (admin)' : ''}` },
  collectGarbage: { action: 'gc', subject: () => '' },
  revokeToken: { action: 'token.revoke', subject: named },
} satisfies Text

/** Does what somebody wants, and notes how it ended. */
export type Noted = <T>(caller: Pick<Caller, 'name'>, action: string, subject: string, act: () => T) => T

export function notedIn(db: Db, log: Logger): Noted {
  return (caller, action, subject, act) => {
    const note = (outcome: string) => {
      const entry = { caller: caller.name, action, subject, outcome }
      try { noteAction(db, entry) } catch (error) {
        if (!machineFault(error)) throw error
        log.error('action not noted', { ...entry, reason: messageOf(error) })
      }
    }
    const failed = (error: unknown) => {
      note(isFarmError(error) ? error.code : 'failed')
      throw error
    }
    try {
      const answer = act()
      if (answer instanceof Promise) return answer.then(value => { note('done'); return value as unknown }, failed) as typeof answer
      note('done')
      return answer
    } catch (error) { return failed(error) }
  }
}

/** The same farm, which notes who did what, done or refused, by whichever door it was asked. */
export function audited(farm: Farm, noted: Noted): Farm {
  const cases = Object.entries(actions).map(([name, { action, subject }]) => {
    const act = farm[name as keyof typeof actions] as (caller: Caller, ...rest: unknown[]) => unknown
    const told = subject as (caller: Caller, ...rest: unknown[]) => string
    return [name, (caller: Caller, ...rest: unknown[]) => noted(caller, action, told(caller, ...rest), () => act(caller, ...rest))] as const
  })
  return Object.defineProperties({} as Farm, { ...Object.getOwnPropertyDescriptors(farm), ...Object.getOwnPropertyDescriptors(Object.fromEntries(cases)) })
}
