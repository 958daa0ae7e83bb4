import type { z } from 'zod'
import { FarmError, messageOf } from '../../core/service.ts'
import { line } from './text.ts'
import type { Call, Tool } from './tool.ts'

export interface Answer { content: { type: 'text'; text: string }[]; structuredContent?: Record<string, unknown>; isError?: true }

/**
 * One call. What the caller did wrong, and what is not there, is an answer with `isError` and no structured content: clients throw at both together. The
 * answer goes through the output schema, since clients refuse fields that it does not name.
 */
export async function answerOf(tool: Tool, call: Call, given: unknown): Promise<Answer> {
  try {
    const args = tool.input.safeParse(given)
    if (!args.success) throw wrong(tool, args.error)
    const answer = tool.output.parse(await tool.run(call, args.data as never)) as Record<string, unknown>
    return { content: [{ type: 'text', text: tool.lines(answer as never) }], structuredContent: answer }
  } catch (error) {
    return { content: [{ type: 'text', text: failure(call, tool, error) }], isError: true }
  }
}

function wrong(tool: Tool, error: z.core.$ZodError): FarmError {
  const faults = error.issues.slice(0, 5).map(issue => issue.code === 'unrecognized_keys' ? `unknown: ${issue.keys.slice(0, 5).join(', ')}` : `${issue.path.join('.') || 'arguments'}: ${issue.message}`)
  const unknown = error.issues.some(issue => issue.code === 'unrecognized_keys')
  return new FarmError('invalid', line(faults.join('; '), 500), unknown ? { hint: `known: ${Object.keys(tool.input.shape).join(', ')}` } : {})
}

/** `code: message. hint` */
function failure(call: Call, tool: Tool, error: unknown): string {
  const known = error as FarmError
  if (!(error instanceof Error) || error.name !== 'FarmError') {
    call.farm.log.error('tool failed', { tool: tool.name, message: messageOf(error), stack: error instanceof Error ? error.stack : undefined })
    return 'internal: The farm failed to answer. Its log tells more.'
  }
  return `${known.code}: ${line(known.message, 500).replace(/\.$/, '')}.${known.hint ? ` ${line(known.hint, 300)}` : ''}`
}
