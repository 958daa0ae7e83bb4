import type { LineParser } from '../../core/contract.ts'

const heading = /^In (?<where>[\w.-]+\.php) line (?<line>\d+):$/
/** Before 3.4 the class stood at the top of a box. */
const boxed = /^ {2}\[(?<type>[A-Z][\w\\]*(?:Exception|Error))\] *$/
const mostLines = 40

/**
 * How programs on Symfony's Console (Composer, Artisan, bin/console, Rector …) tell what ended them: `In File.php line 3:` and the message in a box.
 * The file's directory is not told. Source: symfony/console's `Application::renderThrowable`.
 */
export const symfonyConsole: LineParser = {
  lines({ emit }) {
    let open: { where: string; lines: string[] } | undefined
    const close = () => {
      const message = open && unwrapped(open.lines)
      if (open && message) emit({ tool: 'symfony-console', kind: 'build', level: 'error', rule: open.where, message })
      open = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const groups = c === 73 ? heading.exec(text)?.groups : c === 32 ? boxed.exec(text)?.groups : undefined
        if (groups) {
          close()
          open = { where: groups.type ?? groups.where ?? '', lines: [] }
          return true
        }
        if (!open) return false
        const blank = text.trim() === ''
        if (!blank && !text.startsWith('  ') || blank && text === '' && open.lines.length > 0 && open.lines.some(line => line.trim() !== '')) {
          close()
          return false
        }
        if (open.lines.length < mostLines) open.lines.push(text)
        return true
      },
      end: close,
    }
  },
}

/** The box is as wide as its longest line: a line that fills it goes on in the next one, in the middle of a word. */
function unwrapped(lines: readonly string[]): string {
  const width = Math.max(...lines.map(line => line.length))
  return lines.map(line => (line.length === width && line.trimEnd().length === width - 2 ? line.slice(2, -2) : `${line.trim()}\n`)).join('').trim()
}
