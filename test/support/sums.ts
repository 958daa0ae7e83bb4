import { join } from 'node:path'
import { writeFiles } from './repository.ts'

const index = `import type { LanguagePack } from 'crafting-table/contract'
import { has, linePattern } from 'crafting-table/parse'
import { sums } from './sums.ts'

export default {
  kind: 'language', api: 1, name: 'sums', title: 'Sums', aliases: ['arithmetic'],
  markers: ['sums.txt'], extensions: ['.sum'],
  recipes: [
    { name: 'build', title: 'slow', when: has('slow.sh'), setup: tree => tree.has('setup.sh') ? 'sh ./setup.sh' : undefined, run: 'sh ./slow.sh' },
    { name: 'test', title: 'sums', when: has('sums.txt'), run: 'awk \\'{ if ($1 + $3 != $5) { print FILENAME ":" FNR ": sum error: " $1 + $3 " is not " $5; bad = 1 } else print FILENAME ":" FNR ": sum ok" } END { exit bad }\\' sums.txt' },
    { name: 'lint', title: 'missing tool', when: has('sums.txt'), run: 'sums-lint', needs: ['sums-lint'] },
  ],
  parsers: { sums, notes: linePattern({ tool: 'sums-notes', kind: 'lint', match: /^(?<file>[^:]+):(?<line>\\d+): sum (?<level>warning|note): (?<message>.+)$/ }) },
  toolchain: [{ name: 'sums-lint', version: 'sums-lint --version', get: 'it cannot be had', neededFor: ['lint'] }],
} satisfies LanguagePack
`

const parser = `import type { LineParser } from 'crafting-table/contract'

export const sums: LineParser = {
  lines: ({ emit }) => ({
    line(text) {
      const found = /^(?<file>[^:]+):(?<line>\\d+): sum (?<state>ok|error: (?<message>.+))$/.exec(text)?.groups
      if (!found) return false
      const test = \`line \${found.line}\`
      emit({ tool: 'sums', test, status: found.message ? 'failed' : 'passed', file: found.file, line: Number(found.line), ...(found.message ? { message: found.message } : {}) })
      return true
    },
  }),
}
`

/** A pack for a language that the farm has never heard of, in a folder of its own; answers the folder for CRAFTING_PLUGINS_DIR. */
export function writeSumsPack(root: string): string {
  const directory = join(root, 'plugins')
  writeFiles(join(directory, 'sums'), { 'index.ts': index, 'sums.ts': parser })
  return directory
}
