/** A place in a traceback. */
export interface Frame { file: string; line: number }

const frame = /^ *File "(?<file>[^"]+)", line (?<line>\d+)/
const foreign = /^<|[\\/](?:site-packages|dist-packages|lib[\\/]python[\d.]+|lib64[\\/]python[\d.]+|Lib[\\/](?:unittest|importlib|asyncio))[\\/]|^[^\\/]*importlib\._bootstrap/

/** Reads `File "path", line N, in function`, the form of all of Python's own tracebacks. */
export function frameOf(text: string): Frame | undefined {
  const groups = frame.exec(text)?.groups
  return groups?.file === undefined ? undefined : { file: groups.file, line: Number(groups.line) }
}

/** False for what belongs to Python or to an installed package. */
export function isOwn({ file }: Frame): boolean {
  return !foreign.test(file)
}

/** The innermost frame that belongs to the project; failing that, the innermost. */
export function placeOf(frames: readonly Frame[]): Frame | undefined {
  return frames.findLast(isOwn) ?? frames.at(-1)
}

const exception = /^(?<name>[A-Za-z_][\w.]*)(?:: (?<message>.*))?$/

/** Reads `package.SomeError: message`, which ends a traceback; the message may be empty. A name without a module begins with a capital. */
export function exceptionOf(text: string): { name: string; message: string } | undefined {
  const { name, message = '' } = exception.exec(text)?.groups ?? {}
  return name !== undefined && (name.includes('.') || /^[A-Z]/.test(name)) ? { name, message } : undefined
}
