import { randomBytes } from 'node:crypto'
import { FarmError } from '../../core/service.ts'
import { quote } from '../../core/parse/index.ts'
import { applyReply } from './apply.ts'
import type { Drafter, DraftRequest } from './draft.ts'
import { promptFor, promptText } from './prompt.ts'
import { changedIn } from './workdir.ts'

export interface CommandOptions {
  /** Program and arguments; the prompt comes on standard input. */
  argv: readonly string[]
  /** What it finds in its environment besides what a job does, e.g. the key of its model. */
  env: Readonly<Record<string, string>>
  network: boolean
}

const mostOutput = 2 ** 20
/** One argument of a program may have 128 KiB. */
const mostPrompt = 120 * 1024

/** Files are there as one commit of a repository of their own: what agents expect, and nothing that leads back. */
const asRepository = 'git init -q . && git add -A && git -c user.name=base -c user.email=base@localhost -c commit.gpgsign=false commit -qm base >/dev/null 2>&1 || true'

/** A prompt that is cut would lose the mark that ends what strangers wrote: there is less in it instead. */
async function fitting(request: DraftRequest): Promise<string> {
  for (const share of [1, 0.5, 0.2, 0]) {
    const text = promptText(await promptFor(request, share))
    if (Buffer.byteLength(text) <= mostPrompt) return text
  }
  throw new FarmError('invalid', 'what there is to say does not fit into a prompt')
}

/** Any agent's or model's command line, in the sandbox. It may change the files, or print blocks or a diff. */
export function draftByCommand({ argv, env, network }: CommandOptions): Drafter {
  return async request => {
    const { core, project, target, base, signal } = request
    const prompt = await fitting(request)
    const mark = `end-${randomBytes(12).toString('hex')}`
    const enough = new AbortController()
    const output: Buffer[] = []
    let size = 0
    const changes = await changedIn(core, project.name, base, async directory => {
      const exit = await core.runProcess({
        shell: `${asRepository}\n${argv.map(quote).join(' ')} <<'${mark}'\n${prompt}\n${mark}\n`, directory, cwd: target.subproject, env, network, timeoutMs: request.timeoutMs,
        signal: AbortSignal.any([signal, enough.signal]),
        output(stream, chunk) {
          size += chunk.length
          if (size > mostOutput) enough.abort(new Error('too much output'))
          else if (stream === 'stdout') output.push(Buffer.from(chunk))
        },
      })
      if (enough.signal.aborted) throw new FarmError('invalid', 'the program printed more than 1 MiB')
      if (exit.ended === 'timed_out') throw new FarmError('invalid', 'the program took too long')
      if (exit.ended === 'failed_to_start' || exit.exitCode === 127) throw new FarmError('invalid', `the program ${argv[0]} is not there`)
    }, { added: true })
    signal.throwIfAborted()
    const note = argv[0]?.split('/').at(-1)
    if (changes.size > 0) return { change: await base.write(changes), how: 'files', note }
    return { ...await applyReply(base, Buffer.concat(output).toString('utf8')), note }
  }
}
