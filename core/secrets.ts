import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FarmError, machineFault, messageOf } from './errors.ts'
import type { Db } from './ledger/database.ts'
import { sealedSecrets } from './ledger/secrets.ts'
import type { Project } from './ledger/projects.ts'
import { isTrial } from './patches.ts'
import { shortestSecret } from './run/mask-forms.ts'

/** AES-256-GCM: 12 bytes of nonce, 16 of tag, then the text. The project and the name are authenticated, so that no row can be put in another's place. */
export interface Vault {
  seal(value: string, place: string): Buffer
  open(sealed: Buffer, place: string): string
}

const lostKey = 'Restore secrets.key in the data directory from a backup, or set the secret again.'

/** The key is made when the first secret is set, never to open one: 32 bytes in `secrets.key` of the data directory, mode 600. */
export function openVault(dataDir: string): Vault {
  const path = join(dataDir, 'secrets.key')
  let key: Buffer | undefined
  return {
    seal(value, place) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key ??= keyIn(path, { make: true }), nonce).setAAD(Buffer.from(place))
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), text])
    },
    open(sealed, place) {
      const opening = key ??= keyIn(path, { make: false })
      try {
        const cipher = createDecipheriv('aes-256-gcm', opening, sealed.subarray(0, 12)).setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(12, 28))
        return Buffer.concat([cipher.update(sealed.subarray(28)), cipher.final()]).toString('utf8')
      } catch (error) {
        throw new FarmError('unavailable', `The secret ${place.slice(place.indexOf('/') + 1)} cannot be opened: secrets.key is not the key that it was sealed with`, { hint: lostKey, cause: error })
      }
    },
  }
}

function keyIn(path: string, { make }: { make: boolean }): Buffer {
  try {
    if (make) makeKey(path)
    const key = readFileSync(path)
    if (key.length !== 32) throw new Error(`it has ${key.length} bytes, not 32`)
    // Copied by hand, it may be for everybody to read. Another's is not ours to change.
    if (statSync(path).uid === process.geteuid?.()) chmodSync(path, 0o600)
    return key
  } catch (error) {
    throw machineFault(error) ?? new FarmError('unavailable', `Secrets cannot be opened: secrets.key in the data directory: ${isMissing(error) ? 'there is none' : messageOf(error).replace(/, \w+ '.*$/, '')}`, { hint: lostKey, cause: error })
  }
}

/** Whole or not at all: half a key on a full disk would be there for good. Of two who make one, the first one's is it. */
function makeKey(path: string): void {
  if (existsSync(path)) return
  const draft = join(dirname(path), `.${basename(path)}-${randomUUID()}`)
  try {
    writeDurably(draft, randomBytes(32))
    linkSync(draft, path)
    syncDirectory(dirname(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally { rmSync(draft, { force: true }) }
}

function writeDurably(path: string, bytes: Buffer): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, bytes)
    fsyncSync(file)
  } finally { closeSync(file) }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try { fsyncSync(directory) } finally { closeSync(directory) }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

export const secretPlace = (projectId: number, name: string) => `${projectId}/${name}`

/** Names that would change how a job runs instead of telling it something. */
const reserved = /^(?:CRAFTING_.*|LD_.*|PATH|HOME|TMPDIR|SHELL|IFS|ENV|BASH_ENV|NODE_OPTIONS|PYTHONPATH|PYTHONSTARTUP|PERL5OPT|PERL5LIB|PERLLIB|PERL5DB|RUBYOPT|JAVA_TOOL_OPTIONS|GIT_.*)$/

export function checkSecret(name: string, value: string): void {
  if (!/^[A-Z_][A-Z0-9_]{0,63}$/.test(name) || reserved.test(name)) throw new FarmError('invalid', `${JSON.stringify(name.slice(0, 80))} cannot be the name of a secret`, { field: 'name', hint: 'It becomes an environment variable: use capitals, digits and underscores, and none that programs act upon by themselves.' })
  if (value.length < shortestSecret || new Set(value).size < 4) throw new FarmError('invalid', `A secret has at least ${shortestSecret} characters, four of them different`, { field: 'value', hint: 'Shorter values would be hidden in half of every log, and can be guessed.' })
  // Half of a surrogate pair is no character: it could not be stored as it is.
  if (/[\0\p{Surrogate}]/u.test(value) || Buffer.byteLength(value) > 65_536) throw new FarmError('invalid', 'The value holds NUL, or what is no character, or is longer than 64 KiB', { field: 'value' })
}

/** A pull request from a fork. */
const isStrange = ({ ref }: { ref: string }) => /^refs\/(?:pull|merge-requests)\//.test(ref)

export interface JobSecrets { env: Readonly<Record<string, string>>; values: readonly string[]; missing: readonly string[] }

/**
 * What a job is given, and what must not be seen of the project. Jobs of drafted patches and of pull requests from forks are given nothing: what they run
 * was written by a machine or a stranger, and nobody has read it yet.
 */
export function secretsFor(db: Db, vault: Vault, project: Project, job: { recipe: string; subproject: string; ref: string }): JobSecrets {
  const sealed = sealedSecrets(db, project.id)
  const wanted = isTrial(job) || isStrange(job) ? [] : (project.settings?.secrets ?? []).filter(one => one.recipes.includes(job.recipe) && (one.subprojects === undefined || one.subprojects.includes(job.subproject)))
  const values = new Map([...sealed].map(([name, bytes]) => [name, vault.open(bytes, secretPlace(project.id, name))]))
  return {
    env: Object.fromEntries(wanted.flatMap(({ name }) => values.has(name) ? [[name, values.get(name) ?? '']] : [])),
    values: [...values.values()],
    missing: wanted.map(one => one.name).filter(name => !values.has(name)),
  }
}
