import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const found = new Map<string, string>()

/** A program of the machine: never looked for on the PATH of a job. One that is missing is looked for again each time. */
export function findProgram(name: string): string | undefined {
  const known = found.get(name)
  if (known !== undefined) return known
  const directories = ['/usr/bin', '/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter).filter(Boolean)]
  const path = directories.map(directory => join(directory, name)).find(isExecutable)
  if (path !== undefined) found.set(name, path)
  return path
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch { return false }
}
