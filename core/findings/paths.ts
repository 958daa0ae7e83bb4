import { posix } from 'node:path'
import { percentDecoded } from '../parse/percent.ts'
import { elsewhere } from './elsewhere.ts'

/** Where the tools ran. */
export interface Place {
  /** Absolute path of the checkout. */
  root: string
  /** The subproject, relative to root; '' for the root itself. */
  directory: string
  /** The repository's files, by paths relative to root. With a set, a path that is only the end of one is found too. */
  files?: ReadonlySet<string> | ((path: string) => boolean)
  /** The same as a set, beside a `files` that is a function: asked for once, when a path is found nowhere. */
  listed?: () => ReadonlySet<string>
  /** Other absolute names of root: its real path, its path inside a sandbox. */
  aliases?: readonly string[]
  /** The repository's name: absolute paths are those of another machine, whose checkout lay who knows where. */
  elsewhere?: string
}

/** A printed path → relative to the repository; absolute where it lies outside; undefined where it names no file. */
export type Resolve = (printed: string, makeDirectory?: string) => string | undefined

const maxCached = 20_000

export function pathResolver(place: Place): Resolve {
  const roots = rootsOf(place)
  const exists = existence(place)
  const foreign = place.elsewhere === undefined || !exists ? () => undefined : elsewhere(path => exists.has(path), place.elsewhere)
  const cache = new Map<string, string | undefined>()
  return (printed, makeDirectory) => {
    const key = makeDirectory === undefined ? printed : `${makeDirectory}\0${printed}`
    if (cache.has(key)) return cache.get(key)
    if (cache.size >= maxCached) cache.clear()
    const resolved = resolve(printed, makeDirectory)
    cache.set(key, resolved)
    return resolved
  }

  function resolve(printed: string, makeDirectory: string | undefined): string | undefined {
    const path = plain(printed)
    if (path === undefined) return undefined
    if (isAbsolute(path)) {
      const whole = normalized(path)
      const local = whole.replace(/^\/\//, '/')
      return below(local) ?? foreign(local) ?? whole
    }
    const bases = [makeDirectory, place.directory, ''].filter((base): base is string => base !== undefined)
    const candidates = bases.map(base => joined(base, path))
    if (exists) {
      const found = candidates.find(candidate => exists.has(candidate)) ?? exists.endingIn(path)
      if (found !== undefined) return found
    }
    return candidates[0] ?? path
  }

  function joined(base: string, path: string): string {
    if (isAbsolute(base)) {
      const whole = normalized(`${slashed(base)}/${path}`)
      return below(whole) ?? whole
    }
    const whole = posix.join(base, path)
    return whole === '..' || whole.startsWith('../') ? posix.join(roots[0] ?? '/', whole) : whole
  }

  function below(path: string): string | undefined {
    const root = roots.find(one => path.startsWith(`${one}/`))
    return root === undefined ? undefined : path.slice(root.length + 1)
  }
}

interface Existence {
  has(path: string): boolean
  /** The one file whose path ends in this one. */
  endingIn(path: string): string | undefined
}

function existence({ files, listed }: Place): Existence | undefined {
  if (files === undefined) return undefined
  const all = typeof files === 'function' ? listed : () => files
  let byName: Map<string, string[]> | undefined
  return {
    has: typeof files === 'function' ? files : path => files.has(path),
    endingIn(path) {
      if (!all) return undefined
      byName ??= indexByName(all())
      const tail = posix.normalize(path).replace(/^(?:\.\.\/)+/, '')
      const alike = (byName.get(posix.basename(tail)) ?? []).filter(file => file === tail || file.endsWith(`/${tail}`))
      return alike.length === 1 ? alike[0] : undefined
    },
  }
}

function indexByName(files: ReadonlySet<string>): Map<string, string[]> {
  const index = new Map<string, string[]>()
  for (const file of files) {
    const name = posix.basename(file)
    const alike = index.get(name)
    if (alike) alike.push(file)
    else index.set(name, [file])
  }
  return index
}

/** `<stdin>`, `<command-line>` and their like name no file. */
const noFile = /^(?:<.*>|-|\(standard input\)|stdin|unknown file|n\/a)$/i

function plain(printed: string): string | undefined {
  let path = printed.trim()
  if (path === '' || path.length > 4096 || noFile.test(path) || path.includes('\0')) return undefined
  const url = /^file:(?:\/\/[^/]*)?(?<path>\/.*)$/i.exec(path)?.groups?.path
  if (url !== undefined) path = percentDecoded(url).replace(/^\/(?=[A-Za-z]:\/)/, '')
  return slashed(path)
}

/** Without `.` and `..`. Of Windows a drive stays, and the two slashes before a machine's name. */
function normalized(absolute: string): string {
  const before = /^(?:[A-Za-z]:(?=\/)|\/(?=\/[^/]))/.exec(absolute)?.[0] ?? ''
  return before + posix.normalize(absolute.slice(before.length))
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:\//.test(path)
}

/** Forward slashes, and Windows' drive letters, which tools print in either case, in upper case. */
function slashed(path: string): string {
  return path.replaceAll('\\', '/').replace(/^[a-z]:\//, drive => drive.toUpperCase())
}

/** The repository's own place taken out of a message: it differs from job to job, and the rest is found without it. */
export function withoutRoot(place: Place): (text: string) => string {
  const roots = rootsOf(place)
  return text => roots.reduce((rest, root) => rest.includes(root) ? rest.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, '') : rest, text)
}

function rootsOf({ root, aliases = [] }: Place): string[] {
  return [root, ...aliases].map(path => slashed(path).replace(/\/$/, '')).filter(path => path !== '')
}
