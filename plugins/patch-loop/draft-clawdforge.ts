import { setTimeout as pause } from 'node:timers/promises'
import { applyReply } from './apply.ts'
import type { Drafted, Drafter, DraftRequest } from './draft.ts'
import { ask, ForgeAway, ForgeError, read, session, turn, turnState, type ForgeAnswer, type ForgeOptions } from './forge-client.ts'
import { promptFor } from './prompt.ts'
import { shown } from './text.ts'
import { limits } from './screen.ts'

/** Not now: the forge is away, busy, or will not have us. */
class Later extends Error {
  readonly afterMs: number
  constructor(message: string, afterMs: number) {
    super(message)
    this.afterMs = afterMs
  }
}

/** A model behind HTTP; the contract is clawdforge.yaml. Its text is all that is taken from it. */
export function draftByForge(options: ForgeOptions): Drafter {
  return async request => {
    try {
      return await converse(options, request)
    } catch (error) {
      if (error instanceof Later) {
        request.core.log.error('forge unavailable', { message: error.message })
        return { again: error.message, afterMs: error.afterMs }
      }
      if (error instanceof ForgeError) return { refused: error.message }
      if (error instanceof ForgeAway) return { again: error.message, afterMs: 60_000 }
      throw error
    }
  }
}

async function converse(options: ForgeOptions, request: DraftRequest): Promise<Drafted> {
  const { target, base, signal } = request
  const key = `${target.id}-${target.round}-${target.attempt}`
  const opened = checked(await ask(options, 'POST', 'v1/sessions', {
    idempotency_key: key, project: target.project, base_sha: target.baseSha, limits: { files: limits.files, lines: limits.lines, bytes: limits.bytes, seconds: Math.floor(request.timeoutMs / 1000) },
  }, signal), [201, 200, 409])
  // 409: it has been opened before, by the same key.
  const { id } = read(session, opened.body)
  try {
    const { id: number } = await sendTurn(options, request, id)
    for (;;) {
      const answer = read(turnState, checked(await ask(options, 'GET', `v1/sessions/${id}/turns/${number}?wait=30`, undefined, signal), [200]).body)
      if (answer.status === 'running') {
        await pause(1000, undefined, { signal })
        continue
      }
      const note = shown([answer.model ?? '', answer.usage ? `${answer.usage.input_tokens ?? 0} + ${answer.usage.output_tokens ?? 0} tokens` : ''].filter(Boolean).join(', '), 200)
      if (answer.status !== 'done') return { refused: shown(`the forge says ${answer.status}: ${answer.text ?? ''}`, 300), note }
      return { ...await applyReply(base, answer.text ?? ''), note }
    }
  } finally {
    await ask(options, 'DELETE', `v1/sessions/${id}`, undefined, AbortSignal.timeout(5000)).catch(() => { /* it ends by its own limits */ })
  }
}

/** What is too large is said in fewer words. */
async function sendTurn(options: ForgeOptions, request: DraftRequest, id: string): Promise<{ id: string }> {
  for (const share of [1, 0.5, 0.2]) {
    const answer = await ask(options, 'POST', `v1/sessions/${id}/turns`, await promptFor(request, share), request.signal)
    if (answer.status !== 413) return read(turn, checked(answer, [202, 200, 409]).body)
  }
  throw new ForgeError('the request is too large for the forge')
}

function checked(answer: ForgeAnswer, wanted: readonly number[]): ForgeAnswer {
  const { status, retryMs } = answer
  if (wanted.includes(status)) return answer
  if (status === 401 || status === 403) throw new Later(`the forge refuses our token (${status})`, Infinity)
  if (status === 429 || status >= 500) throw new Later(`the forge answers ${status}`, retryMs ?? 60_000)
  throw new ForgeError(`the forge answers ${status}`)
}
