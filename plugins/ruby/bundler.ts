import type { LineParser } from '../../core/contract.ts'

const forms: readonly (readonly [rule: string, pattern: RegExp])[] = [
  ['missing-gem', /^Could not find (?:gem '|\S+-\d[\w.]*(?:,| in )|compatible versions).*$/],
  ['missing-gem', /^(?:Could not find|Unable to find) (?:a valid gem|gem) '.*$/],
  ['missing-gem', /^ERROR: {2}Could not find a valid gem '.*$/],
  ['missing-gem', /^bundler: (?:command not found|failed to load command): .*$/],
  ['version-conflict', /^Bundler could not find compatible versions for gem ".*":$/],
  ['ruby-version', /^Your Ruby (?:version is |patchlevel is )\S+, but your Gemfile specified .*$/],
  ['install', /^An error occurred while installing \S+ \([^)]*\), and Bundler (?:cannot )?.*$/],
  ['gemfile', /^\[!\] There was an error (?:parsing|while loading) `[^`']*[`']: .*$/],
  ['lockfile', /^(?:You are trying to install in deployment mode after changing|The (?:gemspecs?|dependencies) .* changed|The lockfile does not|Your lockfile (?:is|does not|was)|The deployment setting requires|Frozen mode is set, but|Cannot write a changed lockfile while frozen).*$/],
  ['unreachable', /^(?:Could not reach host .*|Network error while fetching .*|Could not fetch specs from .*|Retrying fetcher due to error \(4\/4\): .*)$/],
]
/** Bundler wraps its sentences before the 80th character. */
const wrapped = (message: string): boolean => message.length > 50 && message.length < 2000 && !/[.:!?]$/.test(message)
const inGemfile = /^ *# {2,3}from (?<file>.+):(?<line>\d+)$/

/** What stops Bundler: gems, versions, the Gemfile. Each fault once; the place in the Gemfile follows some lines below. */
export const bundler: LineParser = {
  lines({ emit }) {
    const told = new Set<string>()
    let pending: { rule: string; message: string; lines: number } | undefined
    const close = (place?: { file: string; line: number }) => {
      if (pending) emit({ tool: 'bundler', kind: 'build', level: 'error', rule: pending.rule, message: pending.message, ...(place ?? { file: pending.rule === 'lockfile' ? 'Gemfile.lock' : 'Gemfile' }) })
      pending = undefined
    }
    return {
      line(text) {
        if (pending && pending.lines === 0 && wrapped(pending.message) && /^[a-z]/.test(text)) {
          pending.message += ` ${text.trimEnd()}`
          return true
        }
        if (pending) {
          const place = inGemfile.exec(text)?.groups
          if (place) {
            close({ file: place.file ?? '', line: Number(place.line) })
            return true
          }
          if (++pending.lines > 12) close()
        }
        const c = text.charCodeAt(0)
        // A, B, C, E, F, N, R, T, U, Y, b and [.
        if (c !== 65 && c !== 66 && c !== 67 && c !== 69 && c !== 70 && c !== 78 && c !== 82 && c !== 84 && c !== 85 && c !== 89 && c !== 98 && c !== 91) return false
        const rule = forms.find(([, pattern]) => pattern.test(text))?.[0]
        if (rule === undefined) return false
        close()
        if (!told.has(text) && told.size < 1000) {
          told.add(text)
          pending = { rule, message: text.replace(/^\[!\] |^ERROR: {2}/, '').slice(0, 2000), lines: 0 }
        }
        return true
      },
      end: close,
    }
  },
}
