import { readFileSync } from 'node:fs'
import { FarmError, type Core } from '../../core/service.ts'
import type { CommandOptions } from './draft-command.ts'
import type { ForgeOptions } from './forge-client.ts'
import type { PullOptions } from './pulls.ts'
import { settings as defaults, type Settings } from './loop.ts'

export interface Options { command: CommandOptions | undefined; forge: ForgeOptions | undefined; settings: Settings; pulls: Pick<PullOptions, 'everyMs' | 'timeoutMs' | 'publicUrl'> }

/** CRAFTING_PATCH_LOOP_…; throws `invalid` and says which. */
export function optionsOf({ config, farm }: Pick<Core, 'config' | 'farm'>): Options {
  const number = (name: string, fallback: number, [least, most]: readonly [number, number]) => {
    const text = config[name]
    const value = text ? Number(text) : fallback
    if (!Number.isInteger(value) || value < least || value > most) throw fault(name, `must be a whole number from ${least} to ${most}`)
    return value
  }
  return {
    command: commandOf(config, farm.config.env), forge: forgeOf(config),
    pulls: { everyMs: number('PULL_SECS', 300, [1, 86_400]) * 1000, timeoutMs: number('PULL_TIMEOUT_SECS', 10, [1, 50]) * 1000, publicUrl: farm.config.env.CRAFTING_PUBLIC_URL?.trim().replace(/\/{1,10}$/, '') || undefined },
    settings: {
      ...defaults,
      openDrafts: number('OPEN_DRAFTS', defaults.openDrafts, [1, 1000]), perDay: number('PER_DAY', defaults.perDay, [1, 10_000]),
      attemptMs: number('ATTEMPT_SECS', defaults.attemptMs / 1000, [1, 86_400]) * 1000, targetMs: number('TARGET_SECS', defaults.targetMs / 1000, [1, 86_400]) * 1000,
    },
  }
}

const fault = (name: string, what: string) => new FarmError('invalid', `CRAFTING_PATCH_LOOP_${name} ${what}`)

function commandOf(config: Core['config'], env: Readonly<Record<string, string | undefined>>): CommandOptions | undefined {
  if (!config.COMMAND) return undefined
  let argv: unknown
  try { argv = JSON.parse(config.COMMAND) } catch { /* said below */ }
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every(one => typeof one === 'string' && !one.includes('\0'))) throw fault('COMMAND', 'must be a JSON array of a program and its arguments')
  const names = (config.COMMAND_ENV ?? '').split(',').map(name => name.trim()).filter(Boolean)
  return { argv, network: config.COMMAND_NETWORK === '1', env: Object.fromEntries(names.flatMap(name => env[name] === undefined ? [] : [[name, env[name] ?? '']])) }
}

function forgeOf(config: Core['config']): ForgeOptions | undefined {
  const { FORGE_URL: url, FORGE_TOKEN_FILE: file } = config
  if (!url) return undefined
  if (!/^https?:\/\/[^\s@]+$/.test(url) || !URL.canParse(url)) throw fault('FORGE_URL', 'must be an http or https URL without credentials')
  if (!file) throw fault('FORGE_TOKEN_FILE', 'must name the file that holds the bearer token')
  // Read each time, so that a new token needs no restart.
  return { url, token: () => readFileSync(file, 'utf8').trim() }
}
