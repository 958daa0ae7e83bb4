import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, delimiter, join } from 'node:path'
import type { LanguagePack, Tool } from './contract.ts'
import type { PackReport } from './facade.ts'
import { makeScratch } from './run/scratch.ts'

/** Which programs are here, and in which version. */
export class Toolbox {
  readonly #env: Readonly<Record<string, string>>
  readonly #versions = new Map<string, Promise<string | null>>()

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env
  }

  /** The line of the version command's output that holds it; null where the tool is not to be had. Asked once, until it is found. */
  version(tool: Tool): Promise<string | null> {
    const known = this.#versions.get(tool.version)
    if (known) return known
    const asked = (this.#find(tool.name) === undefined && tool.version.startsWith(tool.name) ? Promise.resolve(null) : this.#ask(tool.version)).then(version => {
      if (version === null) this.#versions.delete(tool.version)
      return version
    })
    this.#versions.set(tool.version, asked)
    return asked
  }

  /** Those of the tools that are not here. A look at the PATH decides where it can: it costs no process. */
  async missing(tools: readonly Tool[]): Promise<Tool[]> {
    const there = await Promise.all(tools.map(async tool => {
      const path = this.#find(tool.name)
      return path === undefined || isShim(path) ? await this.version(tool) !== null : true
    }))
    return tools.filter((_, at) => !there[at])
  }

  #find(name: string): string | undefined {
    return (this.#env.PATH ?? '').split(delimiter).filter(Boolean).map(directory => join(directory, name)).find(isProgram)
  }

  /** execa is loaded when it is needed: its many files would cost every start of the command line half a second. */
  async #ask(command: string): Promise<string | null> {
    const { execa } = await import('execa')
    const home = await makeScratch('tool')
    try {
      const answer = await execa('/bin/sh', ['-c', command], { env: { ...this.#env, HOME: home }, extendEnv: false, stdin: 'ignore', reject: false, timeout: 30_000, all: true, cwd: home, forceKillAfterDelay: 1000 })
      return answer.failed ? null : versionLine(answer.all ?? '')
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch { return false }
}

/** A version manager's stand-in is there whether or not the tool is. */
function isShim(path: string): boolean {
  return path.includes('/shims/') || ['rustup', 'corepack'].includes(basename(realpathSync(path), '.js'))
}

/** What is loaded, and which of its tools are here. */
export function reportPacks(packs: readonly LanguagePack[], toolbox: Toolbox): Promise<PackReport[]> {
  return Promise.all(packs.map(async pack => ({
    name: pack.name, title: pack.title, aliases: pack.aliases ?? [], markers: pack.markers, parsers: Object.keys(pack.parsers),
    recipes: pack.recipes.map(({ name, title }) => ({ name, title })),
    tools: await Promise.all(pack.toolchain.map(async tool => ({ name: tool.name, version: await toolbox.version(tool), get: tool.get, neededFor: tool.neededFor }))),
  })))
}

function versionLine(text: string): string {
  const lines = text.split('\n').map(line => line.trim()).filter(Boolean)
  return (lines.find(line => /\d+\.\d+/.test(line)) ?? lines[0] ?? '').slice(0, 200)
}
