import type { Finding, JsonParser, Level } from '../../core/contract.ts'
import { num, position, str } from '../../core/parse/index.ts'

const levels: Readonly<Record<string, Level>> = { high: 'error', medium: 'warning', weak: 'note' }

/** What Brakeman tells of a warning, in whichever form. How sure it is of it is the only grade that it gives. */
export function warned(given: { rule: string; message: string; confidence: string | undefined; file?: string | undefined; line?: number | undefined; url?: string | undefined; code?: string | undefined }): Finding {
  const { rule, message, file, line, url, code } = given
  return {
    tool: 'brakeman', kind: 'audit', level: levels[given.confidence?.trim().toLowerCase() ?? ''] ?? 'warning', rule, message,
    ...(file ? { file } : {}), ...(file && line ? { line } : {}), ...(url ? { help: { url } } : {}), ...(code ? { trace: code } : {}),
  }
}

/** `brakeman -f json`; what is ignored on purpose is not reported, nor are files that could not be read. Source: Brakeman's documentation, "JSON report". */
export const brakemanJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && (/"brakeman_version"\s*:/.test(head) || /"scan_info"\s*:/.test(head) && /"(?:warnings|checks_performed)"\s*:/.test(head) || /"warning_code"\s*:/.test(head) && /"warnings"\s*:/.test(head)),
    each: ['warnings[]'],
    read(value, { emit }) {
      const message = str(value, 'message')
      if (message === undefined) return
      emit(warned({
        rule: str(value, 'warning_type') ?? str(value, 'check_name') ?? 'warning', message, confidence: str(value, 'confidence'),
        file: str(value, 'file'), line: position(num(value, 'line')), url: str(value, 'link'), code: str(value, 'code'),
      }))
    },
  },
}
