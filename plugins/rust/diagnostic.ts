import type { Finding, Level } from '../../core/contract.ts'

/** What the compiler's text and its JSON have in common: which tool speaks, what is no diagnostic of its own, where help is. */

/** Closing lines of rustc, cargo, rustdoc and rustfmt: they count what was told before. */
const summary = new RegExp(`^(?:${[
  'aborting due to ', '\\d{1,9} warnings? emitted', '`[^`]*`(?: \\([^)]*\\))? generated \\d', '[Cc]ould not (?:compile|document) `',
  'build failed', '(?:doc)?test failed, to rerun', 'bench failed', 'test run failed', '\\d{1,9} targets? failed', 'failed to compile `', 'rustfmt has failed to format',
  'process didn\'t exit successfully: `(?!.*\\(signal:)', 'Some errors have detailed explanations', 'For more information about ',
].join('|')})`)

export function isSummary(message: string): boolean { return summary.test(message) }

export const ice = 'internal-compiler-error'

export function isIce(message: string): boolean { return /^(?:the compiler unexpectedly panicked|unexpected panic$)/.test(message) }

/** Code that is not the project's: macros of the standard library and of dependencies. */
export function isForeign(file: string): boolean { return foreign.test(file) }

const foreign = new RegExp([
  '^(?:.{0,1000}[\\\\/])?<', '^/rustc/', '^src/lib(?:std|core|alloc|test|panic_unwind|proc_macro|backtrace)/',
  '[\\\\/](?:registry[\\\\/]src|git[\\\\/]checkouts|rustlib[\\\\/]src|library[\\\\/](?:core|std|alloc|test))[\\\\/]',
].join('|'))

/** Miri says no rule, but always what went wrong, before the first colon. */
const miri: readonly (readonly [RegExp, string])[] = [
  [/^Undefined Behavior: /, 'undefined-behavior'],
  [/^unsupported operation: /, 'unsupported-operation'],
  [/^memory leaked: |^the evaluated program leaked memory/, 'memory-leak'],
  [/^the evaluated program deadlocked|^deadlock: /, 'deadlock'],
  [/^abnormal termination: /, 'abnormal-termination'],
]

/** Tool, kind and rule by rule, message and place. */
export function whose({ rule, message, file }: { rule: string | undefined; message: string; file: string | undefined }): Pick<Finding, 'tool' | 'kind' | 'rule'> {
  if (rule?.startsWith('clippy::')) return { tool: 'clippy', kind: 'lint', rule }
  if (rule?.startsWith('rustdoc::')) return { tool: 'rustdoc', kind: 'lint', rule }
  if (rule === 'internal' || /^line formatted, but exceeded maximum width|^left behind trailing whitespace/.test(message)) return { tool: 'rustfmt', kind: 'format' }
  const found = rule === undefined ? miri.find(([pattern]) => pattern.test(message))?.[1] : undefined
  if (found !== undefined) return { tool: 'miri', kind: 'test', rule: found }
  return { tool: file !== undefined && /(?:^|[\\/])(?:Cargo\.(?:toml|lock)|\.cargo[\\/]config(?:\.toml)?)$/.test(file) ? 'cargo' : 'rustc', kind: 'build', ...rule !== undefined && { rule } }
}

export function helpUrl(rule: string | undefined): string | undefined {
  if (rule === undefined) return undefined
  if (/^E\d{4}$/.test(rule)) return `https://doc.rust-lang.org/error_codes/${rule}.html`
  const clippy = /^clippy::(\w+)$/.exec(rule)?.[1]
  return clippy === undefined ? undefined : `https://rust-lang.github.io/rust-clippy/master/index.html#${clippy}`
}

export function levelOfWord(word: string): Level {
  return word.startsWith('error') ? 'error' : word === 'warning' ? 'warning' : 'note'
}
