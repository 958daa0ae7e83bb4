import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import picomatch from 'picomatch'
import type { Tree } from './contract.ts'

/** Directories of other people's code, or of none: never searched for subprojects, never listed. */
const foreign = new Set(['node_modules', 'bower_components', 'vendor', 'third_party', 'third-party', 'site-packages', '.venv', 'venv', '.tox', '.nox', '.yarn', '__pypackages__', 'Pods', 'Carthage', '.git'])

export function isForeign(path: string): boolean {
  return path.split('/').slice(0, -1).some(name => foreign.has(name))
}

const maxRead = 2 ** 20

/** A view of a checkout's directory. `files` are the repository's own files, relative to `root`, sorted. */
export function treeOf(root: string, files: readonly string[], directory = ''): Tree {
  const prefix = directory === '' ? '' : `${directory}/`
  const own = files.filter(file => file.startsWith(prefix) && !isForeign(file)).map(file => file.slice(prefix.length))
  const known = new Set(own)
  for (const file of own) for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) known.add(file.slice(0, at))
  const read = (path: string) => readInside(root, prefix + path)
  return {
    has: glob => isGlob(glob) ? [...known].some(matcher(glob)) : known.has(glob.replace(/\/$/, '')),
    find: glob => isGlob(glob) ? own.filter(matcher(glob)) : known.has(glob) ? [glob] : [],
    read,
    json: path => parseLoose(read(path)),
    get parent() { return directory === '' ? undefined : treeOf(root, files, directory.includes('/') ? directory.slice(0, directory.lastIndexOf('/')) : '') },
  }
}

const isGlob = (text: string) => /[*?[{(]/.test(text)
const matchers = new Map<string, (path: string) => boolean>()

function matcher(glob: string): (path: string) => boolean {
  let known = matchers.get(glob)
  if (!known) {
    const matches = picomatch(glob, { dot: true })
    matchers.set(glob, known = path => matches(path))
  }
  return known
}

/** The program that a script's first line names: `bash` of `#!/usr/bin/env bash`. */
export function interpreterOf(root: string, path: string): string | undefined {
  const groups = /^#![ \t]*(?:\S*\/)?(?<first>[\w.+-]+)(?:[ \t]+(?:-S[ \t]+)?(?<second>[\w.+-]+))?/.exec(readInside(root, path, 128) ?? '')?.groups
  return groups?.first === 'env' ? groups.second : groups?.first
}

/** A file's text, if it is a plain file that lies inside the root once symbolic links are followed. */
function readInside(root: string, path: string, most = maxRead): string | undefined {
  try {
    const real = realpathSync(join(root, path))
    if (!real.startsWith(realpathSync(root) + sep)) return undefined
    const file = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      if (!fstatSync(file).isFile()) return undefined
      const buffer = Buffer.alloc(Math.min(most, fstatSync(file).size))
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, 0))
    } finally { closeSync(file) }
  } catch { return undefined }
}

/** JSON as people write it into tsconfig.json and deno.jsonc: with comments and trailing commas. */
function parseLoose(text: string | undefined): unknown {
  if (text === undefined) return undefined
  const plain = text.replace(/^\uFEFF/, '')
  try { return JSON.parse(plain) } catch { /* comments, then */ }
  const bare = plain.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, part => part.startsWith('"') ? part : '')
  try { return JSON.parse(bare.replace(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g, part => part === ',' ? '' : part)) } catch { return undefined }
}
