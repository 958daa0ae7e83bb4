import type { z } from 'zod'
import type { Caller, Farm } from '../../core/service.ts'

export type Toolset = 'status' | 'run' | 'projects' | 'fix'

/** Who calls, through which farm, and how a call that waits says that it still does. */
export interface Call {
  farm: Farm
  caller: Caller
  /** Aborted when nobody waits for the answer any more. The work goes on. */
  signal: AbortSignal
  /** Undefined where the client asked for none. */
  progress: ((message: string) => void) | undefined
}

/** One tool, as a value. */
export interface Tool {
  name: string
  toolset: Toolset
  description: string
  annotations: { readOnlyHint: boolean; destructiveHint?: boolean; idempotentHint?: boolean; openWorldHint: boolean }
  input: z.ZodObject
  output: z.ZodObject
  run(call: Call, args: never): Promise<unknown>
  /** The same as `run`'s answer, in compact lines. */
  lines(answer: never): string
}

/** Ties the types of a tool together. */
export function tool<Input extends z.ZodObject, Output extends z.ZodObject>(spec: Omit<Tool, 'input' | 'output' | 'run' | 'lines'> & {
  input: Input
  output: Output
  run(call: Call, args: z.output<Input>): Promise<z.input<Output>> | z.input<Output>
  lines(answer: z.output<Output>): string
}): Tool {
  return spec as unknown as Tool
}
