import type { Level, ParseContext, XmlParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

interface Type { level: Level; text?: string; url?: string }
const types = new WeakMap<ParseContext, Map<string, Type>>()
const levels: Readonly<Record<string, Level>> = { ERROR: 'error', WARNING: 'warning', SUGGESTION: 'note', HINT: 'note', INFO: 'note' }

/** JetBrains' `inspectcode --format=Xml`: the types with their severity come first, the issues by project behind them. (Its SARIF is read like any other.) */
export const inspectcode: XmlParser = {
  xml: {
    is: head => /<Report\b[^>]*\bToolsVersion=/.test(head) || /<Report[\s>]/.test(head) && /<IssueTypes?[\s>]|<InspectionScope[\s>]/.test(head),
    each: ['IssueType', 'Issue'],
    read(element, _ancestors, context) {
      const known = types.get(context) ?? new Map<string, Type>()
      types.set(context, known)
      const { attributes } = element
      if (element.name === 'IssueType') {
        const { Id: id, Severity: severity = '', Description: text, WikiUrl: url } = attributes
        if (id) known.set(id, { level: levels[severity.toUpperCase()] ?? 'warning', ...text && { text }, ...url && { url } })
        return
      }
      const { TypeId: rule, File: file, Line: line, Message: message = '', Severity: own } = attributes
      const type = known.get(rule ?? '')
      const at = position(line)
      context.emit({
        tool: 'inspectcode', kind: 'lint', level: own === undefined ? type?.level ?? 'warning' : levels[own.toUpperCase()] ?? 'warning',
        message: message || type?.text || rule || 'issue',
        ...rule && { rule },
        // Without a line it is the first one.
        ...file && { file: file.replaceAll('\\', '/'), line: at ?? 1 },
        ...type && (type.url ?? type.text) && { help: { ...type.text && { text: type.text }, ...type.url && { url: type.url } } },
      })
    },
  },
}
