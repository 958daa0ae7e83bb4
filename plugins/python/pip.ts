import type { LineParser } from '../../core/contract.ts'

const refused = /^ *(?:ERROR|error): (?<message>(?:Could not find a version that satisfies the requirement (?<a>[^\s;(]+)|No matching distribution found for (?<b>[^\s;(]+)|Cannot install (?<c>\S+)|Invalid requirement: |ResolutionImpossible|Could not build wheels for (?<d>[^\s,]+)|Failed building wheel for (?<e>\S+)|Failed to build installable wheels|Package '[^']+' requires a different Python|subprocess-exited-with-error|metadata-generation-failed).*)$/
const unsolved = /^ *(?:×|error:) No solution found when resolving (?<what>.*?):?$/
const because = /^ *╰─▶ (?<message>.*)$/

/** What stops pip or uv from installing a project. Of pip's two lines on one requirement the first is taken. */
export const pip: LineParser = {
  lines({ emit }) {
    const told = new Set<string>()
    let solving = false
    return {
      line(text) {
        const groups = refused.exec(text)?.groups
        const reason = solving ? because.exec(text)?.groups?.message : undefined
        solving = unsolved.test(text) || solving && text.trim() !== '' && !reason
        if (reason) emit({ tool: 'uv', kind: 'build', rule: 'no-solution', level: 'error', message: reason })
        if (!groups) return Boolean(reason)
        const about = groups.a ?? groups.b ?? groups.c ?? groups.d ?? groups.e ?? groups.message ?? ''
        if (!told.has(about) && told.size < 1000) {
          told.add(about)
          emit({ tool: 'pip', kind: 'build', rule: 'install', level: 'error', message: (groups.message ?? '').slice(0, 2000) })
        }
        return true
      },
    }
  },
}
