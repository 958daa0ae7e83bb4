import { perPackage } from './monorepo.ts'
import type { LineParser } from '../../core/contract.ts'

const jest = /^Jest: (?:"(?<where>[^"]+)" coverage threshold for (?<metric>\w+) \([^()]*\) not met: |Coverage data for (?<missing>.+) was not found\.$)/
const istanbul = /^ERROR: Coverage for (?<metric>\w+) \([\d.]+%\) does not meet (?:(?:global|"[^"]+") )?threshold \([\d.]+%\)(?: for (?<file>\S.*))?$/
const node = /^(?:ℹ|#) Error: [\d.]+% (?<metric>\w+) coverage does not meet threshold of [\d.]+%\.$/
const isFile = /^[^*?{}]+\.[cm]?[jt]sx?$/

/** That less was covered than the project asks for: Jest, nyc, c8 and Vitest (which share a form), node --test. All tests may have passed. */
export const coverage: LineParser = perPackage({
  lines: context => ({
    line(text) {
      const c = text.charCodeAt(0)
      if (c !== 74 && c !== 69 && c !== 35 && c !== 8505) return false
      const groups = (jest.exec(text) ?? istanbul.exec(text) ?? node.exec(text))?.groups
      if (!groups) return false
      const file = groups.file ?? groups.where ?? groups.missing
      context.emit({
        tool: 'coverage', rule: groups.metric ?? 'threshold', level: 'error', kind: 'test', message: text.replace(/^(?:Jest:|ERROR:|(?:ℹ|#) Error:) /, ''),
        ...(file !== undefined && isFile.test(file) ? { file } : {}),
      })
      return true
    },
  }),
})
