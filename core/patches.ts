import type { Caller } from './ledger/tokens.ts'

/**
 * Whether a job tries a patch: it is compared with the commit that the patch repairs, is nobody's past, and is given no secrets,
 * since what it runs was written by a program.
 */
export const isTrial = ({ ref }: { ref: string }) => ref.startsWith('ct/patch/')

/** A patch as other rooms see it. The service that drafts them knows more. */
export interface PatchSummary {
  id: string
  project: string
  /** Where it is on its way: `drafting`, `verifying`, `drafted`, `unfixable`, … */
  state: string
  /** Nothing more will happen by itself. */
  settled: boolean
  title: string
  /** Why it ended as it did, or what it waits for; text of tools and models in it. */
  reason: string | null
  /** Null until it is published. */
  branch: string | null
  /** Of its pull request, once there is one. */
  pullUrl: string | null
  findings: readonly number[]
  createdAt: string
}

export interface PatchRequest { findingIds?: readonly number[]; jobId?: string; maxAttempts?: number; dryRun?: boolean }

/** What the service that drafts patches offers to every door. What a caller may not see is `not_found`. */
export interface PatchDoor {
  /** A target per finding or group of them that can be repaired; the same findings give the same targets. With `dryRun` nothing begins. */
  request(caller: Caller, project: string, request: PatchRequest): PatchSummary[]
  /** Waits until all of them have settled, for so many seconds at most; `changed` hears of every step on the way. */
  settled(caller: Caller, ids: readonly string[], wait: { seconds: number; signal: AbortSignal; changed?: (patches: PatchSummary[]) => void }): Promise<PatchSummary[]>
  /** Newest first. */
  list(caller: Caller, filter: { project?: string; state?: string; limit: number }): PatchSummary[]
  diff(caller: Caller, id: string): string
}
