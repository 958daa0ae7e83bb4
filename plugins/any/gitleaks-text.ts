import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const field = /^(?<name>Finding|Secret|RuleID|Entropy|Tags|File|SymlinkFile|Line|Commit|Author|Email|Date|Fingerprint|Link|Message): {2,14}(?<value>\S.*)?$/

/** `gitleaks detect --verbose`, version 8: a block of fields for each leak, `Finding` first, an empty line at its end. The secret itself is not shown. */
export const gitleaksText: LineParser = {
  lines({ emit }) {
    let leak: Record<string, string> | undefined
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
        if (name === undefined) return close()
        if (name === 'Finding') {
          close()
          leak = {}
        } else if (leak) leak[name] = value ?? ''
        return true
      },
      end: close,
    }
  },
}
