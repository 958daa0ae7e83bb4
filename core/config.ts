import { homedir, availableParallelism, totalmem } from 'node:os'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { FarmError } from './errors.ts'
import { isNetwork } from './networks.ts'
import type { Retention } from './ledger/retention.ts'

/** Everything the environment can say. Frozen; read once. */
export interface Config {
  /** Ledger, admin bearer and logs. */
  dataDir: string
  /** Shared by all jobs: package managers' caches. */
  cacheDir: string
  /** Mirrors and slots. */
  workspaceDir: string
  /** Folders of plugins besides the farm's own. */
  pluginDirs: readonly string[]
  /** Project definitions that `serve` takes in at its start. */
  recipesDir: string | undefined
  host: string
  port: number
  /** Who may connect at all, as CIDRs. */
  lanCidrs: readonly string[]
  /** Whose X-Forwarded-For is believed, as CIDRs. */
  trustedProxies: readonly string[]
  gitAllowFile: boolean
  sandbox: 'auto' | 'off' | 'require'
  /** How many jobs run at once. */
  jobs: number
  /** What one job may take with all its processes, where the machine can hold it to that; 0: whatever there is. */
  jobLimits: { memoryMb: number; pids: number }
  /** With less room than this in one of its directories the farm says that it is not well. */
  minFreeMb: number
  /** A job's log is cut beyond this. */
  logCapBytes: number
  /** Between SIGTERM and SIGKILL of a job. */
  killGraceMs: number
  /** How long running jobs may go on after the farm was told to stop. */
  drainMs: number
  /** A request's body may not be larger. */
  bodyLimitBytes: number
  /** What is kept of a project that does not say so itself. */
  retention: Retention
  /** Names of variables of the farm's own environment that jobs get too. */
  jobEnv: readonly string[]
  /** The farm's own environment, for plugins' CRAFTING_<SERVICE>_… variables. */
  env: Readonly<Record<string, string | undefined>>
}

/** The spec's default allowlist. */
export const defaultLanCidrs = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '::1/128']

/**
 * How this machine reaches the network: certificate bundles and proxies. Jobs need them to fetch dependencies,
 * and they are properties of the machine, not of the farm.
 */
export const networkVariables = [
  'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'PIP_CERT', 'GIT_SSL_CAINFO', 'CARGO_HTTP_CAINFO',
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy',
]

/** Reads the environment; one error lists every fault. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const faults: string[] = []
  const text = (name: string, fallback: string) => env[`CRAFTING_${name}`]?.trim() || fallback
  const list = (name: string, separator: string | RegExp) => text(name, '').split(separator).map(one => one.trim()).filter(Boolean)
  const integer = (name: string, fallback: number, low: number, high: number) => {
    const raw = text(name, String(fallback))
    const value = Number(raw)
    if (Number.isInteger(value) && value >= low && value <= high) return value
    faults.push(`CRAFTING_${name}=${raw}: must be a whole number from ${low} to ${high}`)
    return fallback
  }
  const flag = (name: string) => {
    const raw = text(name, '0').toLowerCase()
    if (['1', 'true', 'yes', 'on'].includes(raw)) return true
    if (!['0', 'false', 'no', 'off'].includes(raw)) faults.push(`CRAFTING_${name}=${raw}: must be 1 or 0`)
    return false
  }
  const choice = <T extends string>(name: string, choices: readonly [T, ...T[]]): T => {
    const raw = text(name, choices[0])
    const found = choices.find(one => one === raw)
    if (!found) faults.push(`CRAFTING_${name}=${raw}: must be one of ${choices.join(', ')}`)
    return found ?? choices[0]
  }
  const cidrs = (name: string, fallback: readonly string[]) => {
    const given = list(name, ',')
    for (const one of given) if (!one.includes('/') || !isNetwork(one)) faults.push(`CRAFTING_${name}: ${one} is not a CIDR such as 192.168.0.0/16 or ::1/128`)
    return given.length ? given : fallback
  }
  const names = (name: string) => {
    const given = list(name, ',')
    for (const one of given) if (!/^[A-Za-z_]\w*$/.test(one)) faults.push(`CRAFTING_${name}: ${JSON.stringify(one)} is not the name of a variable`)
    return given
  }
  const config: Config = {
    dataDir: resolve(text('DATA_DIR', join(xdg(env, 'XDG_DATA_HOME', '.local/share'), 'crafting-table'))),
    cacheDir: resolve(text('CACHE_DIR', join(xdg(env, 'XDG_CACHE_HOME', '.cache'), 'crafting-table'))),
    workspaceDir: resolve(text('WORKSPACE_DIR', join(xdg(env, 'XDG_STATE_HOME', '.local/state'), 'crafting-table', 'workspace'))),
    pluginDirs: list('PLUGINS_DIR', delimiter).map(one => resolve(one)),
    recipesDir: text('RECIPES_DIR', '') === '' ? undefined : resolve(text('RECIPES_DIR', '')),
    host: text('HOST', '0.0.0.0'),
    port: integer('PORT', 8810, 0, 65_535),
    lanCidrs: cidrs('LAN_CIDRS', defaultLanCidrs),
    trustedProxies: cidrs('TRUSTED_PROXIES', []),
    gitAllowFile: flag('GIT_ALLOW_FILE'),
    sandbox: choice('SANDBOX', ['auto', 'off', 'require']),
    jobs: integer('JOBS', Math.max(2, availableParallelism()), 1, 256),
    jobLimits: { memoryMb: integer('JOB_MEMORY_MB', Math.floor(machineMemory() * 0.75 / 2 ** 20), 0, 10_000_000), pids: integer('JOB_PIDS', 4096, 0, 4_000_000) },
    minFreeMb: integer('MIN_FREE_MB', 100, 0, 10_000_000),
    logCapBytes: integer('LOG_CAP_MB', 256, 1, 1_000_000) * 2 ** 20,
    killGraceMs: integer('KILL_GRACE_SECS', 10, 0, 600) * 1000,
    drainMs: integer('DRAIN_SECS', 30, 0, 86_400) * 1000,
    bodyLimitBytes: integer('BODY_LIMIT_KB', 1024, 1, 1_000_000) * 1024,
    retention: {
      logDays: integer('KEEP_LOG_DAYS', 90, 1, 36_500), logMb: integer('KEEP_LOG_MB', 5120, 1, 10_000_000),
      jobDays: integer('KEEP_JOB_DAYS', 365, 1, 36_500), jobs: integer('KEEP_JOBS', 5000, 1, 10_000_000),
    },
    jobEnv: names('JOB_ENV'),
    env,
  }
  if (faults.length) throw new FarmError('invalid', `The configuration has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}:\n  ${faults.join('\n  ')}`, { hint: 'Correct these environment variables and start again.' })
  return Object.freeze(config)
}

/** Bytes: of the machine, or of the container. */
function machineMemory(): number {
  const constrained = process.constrainedMemory()
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}

/** XDG base directories: an absolute path in the variable, else a folder of the home. */
function xdg(env: Readonly<Record<string, string | undefined>>, name: string, fallback: string): string {
  const value = env[name]
  return value && isAbsolute(value) ? value : join(env.HOME || homedir(), fallback)
}
