import type { Base, Core, Project, StoredFinding } from '../../core/service.ts'
import type { Applied } from './apply.ts'
import type { Target } from './rows.ts'

/** What a drafter is given. */
export interface DraftRequest {
  core: Core
  project: Project
  target: Target
  findings: readonly StoredFinding[]
  base: Base
  /** Why earlier tries of this round were not taken, oldest first. */
  feedback: readonly string[]
  /** Ends the attempt. */
  signal: AbortSignal
  /** ms that the attempt may still take. */
  timeoutMs: number
}

/** `note`: who or what it was, and what it cost, for people. `again`: not the draft's fault, and no attempt is used up. */
export type Drafted = (Applied & { note?: string | undefined }) | { again: string; afterMs: number }

export type Drafter = (request: DraftRequest) => Promise<Drafted>
