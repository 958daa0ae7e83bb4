import type { LineParser } from '../../core/contract.ts'

const refused = /^ *(?:ERROR|error): (?<message>(?:Could not find a version that satisfies the requirement (?<wanted>[^\s;(]+)|No matching distribution found for (?<missing>[^\s;(]+)|Cannot install (?<clash>\S+)|Could not build wheels for (?<unbuilt>[^\s,]+)|Failed building wheel for (?<failed>\S+)|Invalid requirement: |ResolutionImpossible|Could not open requirements file: |Directory '[^']+' is not installable|Could not install packages due to an OSError: |THESE PACKAGES DO NOT MATCH THE HASHES|Failed to build installable wheels|Package '[^']+' requires a different Python|subprocess-exited-with-error|metadata-generation-failed).*)$/
const unsolved = /^ *(?:×|error:) No solution found when resolving /
const because = /^ *(?:╰─▶|cause:) (?<message>.*)$/

/**
 * What stops pip or uv from installing a project. Of pip's two lines on one requirement the first is taken; uv's reason
 * is one sentence over several lines.
 */
export const pip: LineParser = {
  lines({ emit }) {
    const told = new Set<string>()
    let solving = false
    let clashed = false
    let reason: string | undefined

    function close(): void {
      if (reason !== undefined) emit({ tool: 'uv', kind: 'build', rule: 'no-solution', level: 'error', message: reason })
      reason = undefined
    }

    return {
      line(text) {
        if (reason !== undefined && /^ {4,}\S/.test(text) && reason.length < 4000) {
          reason += ` ${text.trim()}`
          return true
        }
        close()
        const c = text.charCodeAt(0)
        if (!solving && c !== 32 && c !== 69 && c !== 101 && c < 128) {
          reason = undefined
          return false
        }
        if (solving) reason = because.exec(text)?.groups?.message
        solving = unsolved.test(text)
        const groups = refused.exec(text)?.groups
        if (!groups) return solving || reason !== undefined
        if (groups.clash !== undefined) clashed = true
        // The closing word on a clash that was told.
        if (clashed && groups.message?.startsWith('ResolutionImpossible')) return true
        const about = groups.wanted ?? groups.missing ?? groups.clash ?? groups.unbuilt ?? groups.failed ?? groups.message ?? ''
        if (!told.has(about) && told.size < 1000) {
          told.add(about)
          emit({ tool: 'pip', kind: 'build', rule: 'install', level: 'error', message: (groups.message ?? '').slice(0, 2000) })
        }
        return true
      },
      end: close,
    }
  },
}
