import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LanguagePack, Tool } from './contract.ts'
import type { PackReport } from './farm.ts'

/** Asks programs for their versions, each once. A tool that was missing is asked for again, it may have been installed. */
export class Toolbox {
  readonly #env: Readonly<Record<string, string>>
  readonly #known = new Map<string, Promise<string | null>>()

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env
  }

  /** The first line that the version command printed; null where the tool is not to be had. */
  version(tool: Tool): Promise<string | null> {
    const known = this.#known.get(tool.version)
    if (known) return known
    const asked = this.#ask(tool.version).then(version => {
      if (version === null) this.#known.delete(tool.version)
      return version
    })
    this.#known.set(tool.version, asked)
    return asked
  }

  async missing(tools: readonly Tool[]): Promise<Tool[]> {
    const versions = await Promise.all(tools.map(tool => this.version(tool)))
    return tools.filter((_, at) => versions[at] === null)
  }

  async #ask(command: string): Promise<string | null> {
    const { execa } = await import('execa')
    const home = await mkdtemp(join(tmpdir(), 'crafting-tool-'))
    try {
      const answer = await execa('/bin/sh', ['-c', command], { env: { ...this.#env, HOME: home }, extendEnv: false, stdin: 'ignore', reject: false, timeout: 30_000, all: true, cwd: home, forceKillAfterDelay: 1000 })
      if (answer.failed) return null
      return firstVersionLine(answer.all ?? '')
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  }
}

/** What is loaded, and which of its tools are here. */
export function reportPacks(packs: readonly LanguagePack[], toolbox: Toolbox): Promise<PackReport[]> {
  return Promise.all(packs.map(async pack => ({
    name: pack.name, title: pack.title, aliases: pack.aliases ?? [], markers: pack.markers, parsers: Object.keys(pack.parsers),
    recipes: pack.recipes.map(({ name, title }) => ({ name, title })),
    tools: await Promise.all(pack.toolchain.map(async tool => ({ name: tool.name, version: await toolbox.version(tool), get: tool.get, neededFor: tool.neededFor }))),
  })))
}

function firstVersionLine(text: string): string {
  const lines = text.split('\n').map(line => line.trim()).filter(Boolean)
  return (lines.find(line => /\d+\.\d+/.test(line)) ?? lines[0] ?? '').slice(0, 200)
}
