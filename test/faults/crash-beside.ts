import type { Server } from '../support/server.ts'

/** What a farm does beside its jobs, and is killed at too. */
export interface Beside {
  environment: Readonly<Record<string, string>>
  begin?(server: Server): Promise<void>
  /** Asks for more of it, in each round from 1 on. What is still going on when the promise is fulfilled is what the farm is killed at. */
  load(server: Server, round: number): Promise<void>
  /** Lets the last farm bring it to its end; says what there was, and what of it is wrong. */
  reckon(server: Server): Promise<{ done: string; faults: string[] }>
}

/** Asked, and not waited for: the farm may be dead before it answers. */
export function unanswered(asked: Promise<unknown>): void {
  asked.catch(() => undefined)
}
