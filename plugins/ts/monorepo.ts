import { remembering } from '../../core/parse/index.ts'
import type { Item, LineParser, LineReader, ParseContext } from '../../core/contract.ts'

/**
 * Runners of workspaces print the scripts of several packages at once, each line behind the package's name. They say so first:
 * `web:build: > web@1.0.0 build` (Turborepo), `web: > web@1.0.0 build` (Lerna), `packages/web build$ tsc` (pnpm).
 * Yarn 2 and later begins each line with `[web]: ` and says nothing before.
 */
const named = /^(?<prefix>@?[\w./-]+:(?:[\w.:-]+:)? )> @?[\w./-]+(?:@\S+)? \S+$/
const placed = /^(?<directory>[\w@./-]+) (?<script>[\w:.-]+)\$ \S/
const bracketed = /^\[(?:@[\w.-]+\/)?[\w.-]+\]: /
const most = 500

/** What a package's lines begin with from here on. */
const beginning = remembering((text): { prefix: string; directory?: string | undefined } | undefined => {
  const prefix = text.includes('>') ? named.exec(text)?.groups?.prefix : undefined
  if (prefix !== undefined) return { prefix }
  const yarn = text.charCodeAt(0) === 91 ? bracketed.exec(text)?.[0] : undefined
  if (yarn !== undefined) return { prefix: yarn }
  const groups = text.includes('$') ? placed.exec(text)?.groups : undefined
  return groups && { prefix: `${groups.directory} ${groups.script}: `, directory: groups.directory }
})

/** Reads each package's lines by a reader of its own, without the prefix, so that tables and blocks do not mix. */
export function perPackage(parser: LineParser): LineParser {
  return {
    ...parser,
    lines(context) {
      const whole = parser.lines(context)
      const packages = new Map<string, LineReader>()
      return {
        line(text) {
          const begun = beginning(text)
          if (begun && !packages.has(begun.prefix) && packages.size < most) packages.set(begun.prefix, parser.lines(inDirectory(context, begun.directory)))
          if (packages.size === 0) return whole.line(text)
          for (const [lead, reader] of packages) {
            if (text.startsWith(lead)) return reader.line(text.slice(lead.length))
            if (text === lead.trimEnd()) return reader.line('')
          }
          return whole.line(text)
        },
        end() {
          for (const reader of packages.values()) reader.end?.()
          whole.end?.()
        },
      }
    },
  }
}

/** pnpm tells the package's directory, to which the script's paths are relative. */
function inDirectory(context: ParseContext, directory: string | undefined): ParseContext {
  if (directory === undefined || directory === '.') return context
  return { ...context, emit: item => context.emit(below(directory, item)) }
}

function below(directory: string, item: Item): Item {
  if (!('file' in item) || item.file === undefined || /^(?:[/\\]|[A-Za-z]:)/.test(item.file)) return item
  return { ...item, file: `${directory}/${item.file.replace(/^\.\//, '')}` }
}
