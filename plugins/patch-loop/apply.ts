import type { Base, Change } from '../../core/service.ts'
import { replaceIn, type Edit } from './edits.ts'
import { isOddPath } from './paths.ts'
import { editsOfDiff, readReply } from './reply.ts'

/** How a text became a change: `strict` where it said exactly what is there. */
export type Applied = { change: Change; how: 'strict' | 'recounted' | 'replaced' | 'flexible' | 'files' } | { refused: string }

/** More than this is no answer to anything. */
const mostReply = 2 ** 20
/** Whole files are asked for only where they are short: a model leaves out lines of long ones. */
const mostLines = 400

/** A model's text, put to the commit. What does not fit exactly is refused, with a reason that the model can do something with. */
export async function applyReply(base: Base, text: string): Promise<Applied> {
  if (Buffer.byteLength(text) > mostReply) return { refused: 'the answer is larger than 1 MiB' }
  const reply = readReply(text)
  switch (reply.kind) {
    case 'edits': return applyEdits(base, reply.edits)
    case 'diff': return applyDiff(base, reply.diff)
    case 'files': return applyFiles(base, reply.files)
    case 'broken': return { refused: reply.why }
    case 'nothing': return { refused: 'the answer holds neither SEARCH/REPLACE blocks nor a diff nor a whole file' }
  }
}

/** As it is, then with its counts mended, then by its lines alone. */
export async function applyDiff(base: Base, diff: string): Promise<Applied> {
  const odd = [...diff.matchAll(/^(?:---|\+\+\+) "?(?:[ab]\/)?(?<path>[^\t\n"]*)/gm)].map(match => match.groups?.path ?? '').find(path => path !== '/dev/null' && path.startsWith('/'))
  // git would take it for a path of the repository.
  if (odd !== undefined) return { refused: `${JSON.stringify(odd.slice(0, 100))} is no path of a file to change` }
  const bytes = Buffer.from(diff)
  const exact = await base.apply(bytes)
  if (exact) return checked({ change: exact, how: 'strict' })
  const recounted = await base.apply(bytes, { recount: true })
  if (recounted) return checked({ change: recounted, how: 'recounted' })
  const edits = editsOfDiff(diff)
  return edits && edits.length > 0 ? applyEdits(base, edits, 'replaced') : { refused: 'the diff does not fit the files' }
}

async function applyEdits(base: Base, edits: readonly Edit[], best: 'strict' | 'replaced' = 'strict'): Promise<Applied> {
  const texts = new Map<string, string>()
  let flexible = false
  for (const edit of edits) {
    const before = texts.get(edit.file) ?? (await base.read(edit.file))?.toString('utf8')
    if (before === undefined && edit.search.trim() === '') {
      texts.set(edit.file, edit.replace.endsWith('\n') ? edit.replace : `${edit.replace}\n`)
      continue
    }
    if (before === undefined) return { refused: `there is no file ${edit.file}` }
    if (before.includes('\ufffd')) return { refused: `${edit.file} is not UTF-8` }
    const done = replaceIn(before, edit)
    if ('refused' in done) return { refused: `${edit.file}: ${done.refused}` }
    flexible ||= done.flexible
    texts.set(edit.file, done.text)
  }
  return write(base, texts, flexible ? 'flexible' : best)
}

async function applyFiles(base: Base, files: ReadonlyMap<string, string>): Promise<Applied> {
  for (const [file, text] of files) {
    const before = (await base.read(file))?.toString('utf8')
    if (before?.includes('\ufffd')) return { refused: `${file} is not UTF-8` }
    const lines = (before ?? text).split('\n').length
    if (lines > mostLines) return { refused: `${file} has ${lines} lines: too many to be given as a whole` }
    if (/^\s*(?:\/\/|#|<!--|\/\*)?\s*(?:\.\.\.|…)\s*(?:rest|remaining|existing|unchanged|same|other)\b/im.test(text)) return { refused: `${file} is not whole` }
  }
  return write(base, files, 'files')
}

async function write(base: Base, texts: ReadonlyMap<string, string>, how: 'strict' | 'replaced' | 'flexible' | 'files'): Promise<Applied> {
  const odd = [...texts.keys()].find(isOddPath)
  if (odd !== undefined) return { refused: `${JSON.stringify(odd.slice(0, 100))} is no path of a file to change` }
  try {
    return checked({ change: await base.write(new Map([...texts].map(([file, text]) => [file, Buffer.from(text)]))), how })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'invalid') return { refused: error.message }
    throw error
  }
}

const checked = (applied: Applied & { change: Change }): Applied => applied.change.files.length > 0 ? applied : { refused: 'the answer changes nothing' }
