import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

/** Names are padded to twelve characters, so that the longest has one blank behind it. */
const field = /^(?<name>Finding|Secret|RuleID|Entropy|Tags|File|SymlinkFile|Line|Commit|Author|Email|Date|Fingerprint|Link|Message): {1,14}(?<value>\S.*)?$/
/** A key printed over many lines is looked through so far. */
const longestSecret = 300

/**
 * `gitleaks detect --verbose`, version 8: a block of fields for each leak, `Finding` first, an empty line at its end. A private key goes on
 * over many lines before the next field. The secret itself is not shown.
 */
export const gitleaksText: LineParser = {
  lines({ emit }) {
    let leak: Record<string, string> | undefined
    let between = 0
    const seen = new Set<string>()
    const close = () => {
      const { RuleID: rule, File: file, Line: at, Commit: commit } = leak ?? {}
      leak = undefined
      if (rule === undefined || file === undefined) return
      const key = `${rule}\0${file}\0${at}`
      if (seen.has(key)) return
      seen.add(key)
      const line = position(at)
      emit({ tool: 'gitleaks', kind: 'audit', level: 'error', rule, file, message: commit ? `${rule} (commit ${commit.slice(0, 12)})` : rule, ...(line ? { line } : {}) })
    }
    return {
      line(text) {
        if (!leak && !text.startsWith('Finding:')) return
        const { name, value } = field.exec(text)?.groups ?? {}
        if (name === undefined) {
          if (leak?.RuleID === undefined && ++between < longestSecret) return true
          return close()
        }
        if (name === 'Finding') {
          close()
          leak = {}
          between = 0
        } else if (leak) leak[name] = value ?? ''
        return true
      },
      end: close,
    }
  },
}
