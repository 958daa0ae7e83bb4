/** A place in a traceback. */
export interface Frame { file: string; line: number }

const frame = /^ *File "(?<file>[^"]+)", line (?<line>\d+)/
const foreign = /^<|[\\/](?:site-packages|dist-packages|lib[\\/]python[\d.]+|lib64[\\/]python[\d.]+|Lib[\\/](?:unittest|importlib|asyncio))[\\/]|^[^\\/]*importlib\._bootstrap/

/** Reads `File "path", line N, in function`, the form of all of Python's own tracebacks. */
export function frameOf(text: string): Frame | undefined {
  const groups = frame.exec(text)?.groups
  return groups?.file === undefined ? undefined : { file: groups.file, line: Number(groups.line) }
}

const installed = /[\\/](?:site|dist)-packages[\\/](?<package>[^\\/]+)[\\/]/

/**
 * False for what belongs to Python or to an installed package. Compiled packages (mypy) name their files relative to where
 * they were built; an installed frame of the same package among `frames` gives them away.
 */
export function isOwn({ file }: Frame, frames: readonly Frame[] = []): boolean {
  if (foreign.test(file)) return false
  const top = /^[^\\/]+(?=[\\/])/.exec(file)?.[0]
  return top === undefined || !frames.some(other => installed.exec(other.file)?.groups?.package === top)
}

/** The innermost frame that belongs to the project; failing that, the innermost. */
export function placeOf(frames: readonly Frame[]): Frame | undefined {
  return frames.findLast(one => isOwn(one, frames)) ?? frames.at(-1)
}

const exception = /^(?<name>[A-Za-z_][\w.]*)(?:: (?<message>.*))?$/

/** Reads `package.SomeError: message`, which ends a traceback; the message may be empty. A name without a module begins with a capital. */
export function exceptionOf(text: string): { name: string; message: string } | undefined {
  const { name, message = '' } = exception.exec(text)?.groups ?? {}
  return name !== undefined && (name.includes('.') || /^[A-Z]/.test(name)) ? { name, message } : undefined
}

/** Why a file cannot be read. It stands below the file's place and source, while other exceptions come first. */
export const unreadable = /^(?:SyntaxError|IndentationError|TabError): /
