import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { untimed } from './grammar/prefix.ts'
import { frameOf, secondsOf } from './grammar/stack.ts'
import { closing, type Totals } from './grammar/vstest-totals.ts'

/**
 * `dotnet test` and vstest.console: `  Failed Name [12 ms]` with message and stack, and totals in the forms of all versions and
 * languages. Since .NET 9 the terminal logger prints failures as errors of the code TESTERROR.
 */
export const vstest: LineParser = { lines: context => new VsTest(context) }

const tool = 'vstest'
const timed = /^\s{0,8}(?<word>[^\s\d]{1,24}) {1,3}(?<name>\S.{0,2000}?) \[(?<time><? ?\d[^[\]]{0,30}?m?s)\]$/
const bare = /^\s{0,4}(?<word>Passed|Failed|Skipped|[XV\u221a\u2713!])\s{1,8}(?<name>[A-Za-z_][\w.+`<>]{0,500}(?:\(.{0,1000}\))?)$/
const words: Readonly<Record<string, TestCase['status']>> = {
  Passed: 'passed', V: 'passed', '\u221a': 'passed', '\u2713': 'passed', Failed: 'failed', X: 'failed', Skipped: 'skipped', '!': 'skipped',
  Bestanden: 'passed', Fehler: 'failed', 'Übersprungen': 'skipped', 'Réussi': 'passed', 'Échoué': 'failed', 'Ignoré': 'skipped', 'Ignorée': 'skipped',
  Superado: 'passed', Correcto: 'passed', 'Con': 'failed', Omitido: 'skipped', 成功: 'passed', 失敗: 'failed', スキップ: 'skipped', 已通过: 'passed', 失败: 'failed', 已跳过: 'skipped',
}
const running = /^(?:Starting test execution, please wait|Test run for \S|A total of \d+ test (?:files|source)|Microsoft \(R\) Test Execution Command Line Tool|VSTest version \d|Total tests: )/
const header = /^\s{0,8}(?<name>Error Message|Stack Trace|Expected|Standard Output Messages|Standard Error Messages|Debug Traces Messages|Additional Information Messages|Fehlermeldung|Stapelüberwachung|Message d'erreur|Arborescence des appels de procédure|エラー メッセージ|スタック トレース|错误消息|堆栈跟踪):$/
const noise = /^\[(?:xUnit\.net|MSTest|NUnit3?TestAdapter)\b|^NUnit Adapter \d|^\s{0,3}(?:Attachments|Results File):/
const testError = /(?:^|[\s:])error TESTERROR\s{0,2}:\s{0,2}(?<rest>.*)$/
const aborted = /^The active test run was aborted\. Reason: (?<reason>.{1,2000})$/

class VsTest implements LineReader {
  #context: ParseContext
  #active = false
  #case: TestCase | undefined
  #lines: string[] = []
  #section = ''
  #message: string[] = []
  #totals: Totals[] = []
  #summary: Totals | undefined
  #open: Totals | undefined
  /** Of a TESTERROR whose name stands on the next line. */
  #place: { file?: string; line?: number } | undefined

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    const text = untimed(raw)
    if (this.#place) return this.#named(text)
    if (this.#open && this.#more(text)) return true
    if (running.test(text)) this.#active = true
    const total = closing(text)
    if (total) return this.#close(total)
    if (noise.test(text)) return true
    const error = text.includes('TESTERROR') ? testError.exec(text) : null
    if (error) return this.#error(text.slice(0, error.index), error.groups?.['rest'] ?? '')
    const head = this.#head(text)
    if (head) return this.#begin(head)
    const reason = aborted.exec(text)?.groups?.['reason']
    if (reason) this.#context.emit({ tool, rule: 'aborted', level: 'error', kind: 'test', message: `the test run was aborted: ${reason}` })
    if (!this.#case) return reason !== undefined
    return this.#inside(text)
  }

  end(): void {
    this.#finish()
    const sum = this.#totals.length ? this.#totals : this.#summary ? [this.#summary] : []
    for (const { total, passed, failed, skipped } of sum) if (total > 0) this.#context.emit({ tool, totals: { total, passed, failed, skipped } })
  }

  #head(text: string): Record<string, string | undefined> | undefined {
    const c = text.charCodeAt(0)
    if (c === 91 || c === 60) return undefined
    const groups = (text.endsWith(']') ? timed.exec(text) : this.#active ? bare.exec(text) : null)?.groups
    return groups && Object.hasOwn(words, groups['word']!) ? groups : undefined
  }

  #begin(groups: Record<string, string | undefined>): boolean {
    this.#finish()
    const seconds = secondsOf(groups['time'])
    this.#case = { tool, test: groups['name']!, status: words[groups['word']!]!, ...seconds !== undefined && { seconds } }
    if (this.#case.status === 'passed') this.#finish()
    return true
  }

  #error(before: string, rest: string): boolean {
    this.#finish()
    const groups = /^\s{0,40}(?<file>\S.{0,1000}?)\((?<line>\d{1,9})(?:,\d{1,9})?\)\s?:$/.exec(before)?.groups
    this.#place = groups ? { file: groups['file']!, line: Number(groups['line']) } : {}
    return rest.trim() === '' ? true : this.#named(rest)
  }

  #named(text: string): boolean {
    const groups = /^\s{0,40}(?<name>\S.{0,1000}?) \((?<time>[\d.,<hms ]{2,30})\): ?(?:Error Message: ?)?(?<message>.*)$/.exec(text)?.groups
    const seconds = secondsOf(groups?.['time'])
    this.#case = { tool, test: groups?.['name'] ?? text.trim().slice(0, 500), status: 'failed', ...this.#place, ...seconds !== undefined && { seconds } }
    this.#place = undefined
    this.#section = 'Error Message'
    if (groups?.['message']) this.#message.push(groups['message'])
    return true
  }

  #inside(text: string): boolean {
    const name = header.exec(text)?.groups?.['name']
    if (name) this.#section = name
    else if (this.#section === 'Error Message' || this.#section === '' && this.#message.length === 0 && text.trim()) this.#message.push(text.trim())
    if (this.#lines.length < 500) this.#lines.push(text)
    return name !== undefined
  }

  #finish(): void {
    const one = this.#case
    this.#case = undefined
    const [message, lines] = [this.#message.join('\n').trim(), this.#lines]
    this.#message = []
    this.#lines = []
    this.#section = ''
    if (!one) return
    if (one.status !== 'failed') return this.#context.emit(one)
    const trace = lines.join('\n').trimEnd()
    this.#context.emit({ ...one, ...one.file === undefined && frameOf(lines), ...message && { message }, ...trace && { trace } })
  }

  #close(total: Totals): boolean {
    this.#finish()
    if (total.form === 'summary') this.#summary = total
    else this.#totals.push(total)
    this.#open = total.form === 'open' ? total : undefined
    return true
  }

  /** `     Passed: 2` below `Total tests: 3`. */
  #more(text: string): boolean {
    const groups = /^\s{1,12}(?<word>Passed|Failed|Skipped)\s?: (?<count>\d{1,9})$/.exec(text)?.groups
    if (!groups) {
      this.#open = undefined
      return false
    }
    this.#open![groups['word']!.toLowerCase() as 'passed'] = Number(groups['count'])
    return true
  }
}
