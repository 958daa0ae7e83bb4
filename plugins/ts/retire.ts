import { get, list, str } from '../../core/parse/index.ts'
import { vulnerable } from './advisory.ts'
import type { JsonParser, ParseContext } from '../../core/contract.ts'

/** retire.js `--outputformat json`: files with the libraries found in them and their vulnerabilities; in an array, or under `data`. */
export const retire: JsonParser = {
  json: {
    is: head => /"results"\s*:\s*\[\s*\{/.test(head) && /"component"\s*:/.test(head) && /"(?:vulnerabilities|detection|npmname|basePurl)"\s*:/.test(head),
    each: ['[]', 'data[]'],
    read(value, context) {
      for (const library of list(value, 'results')) {
        for (const vulnerability of list(library, 'vulnerabilities')) emit(str(value, 'file'), library, vulnerability, context)
      }
    },
  },
}

function emit(file: string | undefined, library: unknown, vulnerability: unknown, context: ParseContext): void {
  const name = str(library, 'npmname') ?? str(library, 'component')
  if (name === undefined) return
  const of = (key: string) => [get(vulnerability, 'identifiers', key)].flat().filter(id => typeof id === 'string') as string[]
  const below = str(vulnerability, 'below')
  const finding = vulnerable({
    tool: 'retire', package: name, ids: [...of('CVE'), ...of('githubID')], id: of('issue')[0] ?? of('bug')[0],
    title: of('summary')[0] ?? `Vulnerable ${name}`, severity: str(vulnerability, 'severity'),
    range: below === undefined ? undefined : `<${below}`, installed: str(library, 'version'), patched: below,
    url: list(vulnerability, 'info').find(link => typeof link === 'string') as string | undefined,
  })
  context.emit({ ...finding, ...(file ? { file } : {}) })
}
