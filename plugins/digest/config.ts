import { hostname } from 'node:os'
import { FarmError, isTimezone } from '../../core/service.ts'

export interface Smtp {
  host: string
  port: number
  user: string | undefined
  pass: string
  tls: boolean
  /** How long a silent server is waited for. */
  timeoutMs: number
}

export interface DigestConfig {
  /** Local hour, 0 to 23. */
  hour: number
  /** IANA name. */
  timezone: string
  /** Where people reach the farm; no `/` at its end. Undefined: no links. */
  publicUrl: string | undefined
  /** The sender's bare address. */
  from: string
  /** Undefined: nothing is sent. */
  smtp: Smtp | undefined
}

/** Reads the farm's environment; one error lists every fault. */
export function readDigestConfig(env: Readonly<Record<string, string | undefined>>): DigestConfig {
  const faults: string[] = []
  const text = (name: string, fallback = '') => env[`CRAFTING_${name}`]?.trim() || fallback
  const check = (name: string, value: string, good: boolean, wanted: string) => {
    if (!good) faults.push(`CRAFTING_${name}=${value}: must be ${wanted}`)
    return value
  }
  const integer = (name: string, fallback: number, low: number, high: number) => {
    const raw = text(name, String(fallback))
    return Number(check(name, raw, /^\d{1,5}$/.test(raw) && Number(raw) >= low && Number(raw) <= high, `a whole number from ${low} to ${high}`))
  }
  const host = text('SMTP_HOST')
  const user = text('SMTP_USER')
  const tls = text('SMTP_TLS', '1').toLowerCase()
  const from = text('SMTP_FROM', user.includes('@') ? user : `crafting-table@${hostname()}`)
  const timezone = text('DIGEST_TIMEZONE', 'America/Los_Angeles')
  const publicUrl = text('PUBLIC_URL').replace(/\/+$/, '')
  check('SMTP_FROM', from, /^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/.test(from), 'a bare address such as farm@example.org')
  check('SMTP_TLS', tls, /^(?:1|0|true|false|yes|no|on|off)$/.test(tls), '1 or 0')
  check('DIGEST_TIMEZONE', timezone, isTimezone(timezone), 'the name of a time zone, such as Europe/Berlin')
  check('PUBLIC_URL', publicUrl, publicUrl === '' || /^https?:\/\/[^\s<>"']+$/.test(publicUrl), 'an address such as https://farm.example.org')
  const config: DigestConfig = {
    hour: integer('DIGEST_HOUR', 6, 0, 23), timezone, from, publicUrl: publicUrl || undefined,
    smtp: host === '' ? undefined : { host, port: integer('SMTP_PORT', 587, 1, 65_535), user: user || undefined, pass: env.CRAFTING_SMTP_PASS ?? '', tls: /^(?:1|true|yes|on)$/.test(tls), timeoutMs: integer('SMTP_TIMEOUT_SECS', 60, 1, 120) * 1000 },
  }
  if (faults.length) throw new FarmError('invalid', `The digest's configuration is faulty: ${faults.join('; ')}`, { hint: 'Correct these environment variables and start again.' })
  return config
}
