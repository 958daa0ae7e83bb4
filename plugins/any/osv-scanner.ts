import type { JsonParser, ParseContext } from '../../core/contract.ts'
import { levelOf, list, num, severityOf, str } from '../../core/parse/index.ts'
import { ecosystemOf } from './packages.ts'

/** `osv-scanner --format json`: sources → packages → vulnerabilities in the OSV schema, grouped by aliases. One finding per group. */
export const osvScanner: JsonParser = {
  json: {
    is: head => /"results"\s*:\s*\[/.test(head) && /"packages"\s*:\s*\[/.test(head) && /"(?:vulnerabilities|groups|ecosystem)"\s*:/.test(head),
    each: ['results[]'],
    read(result, context) {
      const file = str(result, 'source', 'path')
      for (const one of list(result, 'packages')) readPackage(one, file, context)
    },
  },
}

function readPackage(one: unknown, file: string | undefined, { emit }: ParseContext): void {
  const name = str(one, 'package', 'name')
  if (!name) return
  const installed = str(one, 'package', 'version')
  const known = new Map(list(one, 'vulnerabilities').map(found => [str(found, 'id') ?? '', found]))
  for (const { ids, score } of groupsOf(one, [...known.keys()])) {
    const first = ids.map(id => known.get(id)).find(found => found !== undefined)
    const word = str(first, 'database_specific', 'severity')
    const severity = score ?? severityOf(word)
    const aliases = ids.flatMap(id => list(known.get(id), 'aliases').flatMap(alias => str(alias) ?? []))
    const id = ids[0]
    if (!id) continue
    const url = `https://osv.dev/${id}`
    const fixed = fixedIn(first, name)
    const details = str(first, 'details')
    emit({
      tool: 'osv-scanner', kind: 'audit', rule: id,
      level: word ? levelOf(word) : severity === undefined ? 'warning' : severity >= 7 ? 'error' : severity >= 4 ? 'warning' : 'note',
      message: str(first, 'summary') ?? details?.split('\n', 1)[0] ?? `${name} ${installed ?? ''} is vulnerable to ${id}`,
      ...(file ? { file } : {}),
      advisory: {
        ids: [...ids, ...aliases], package: name, ecosystem: ecosystemOf(str(one, 'package', 'ecosystem')),
        ...(installed ? { installed } : {}), ...(fixed ? { fixed } : {}), ...(severity === undefined ? {} : { severity }), url,
      },
      help: { ...(details ? { text: details } : {}), url },
    })
  }
}

/** Older versions have no groups: each vulnerability is one of its own. */
function groupsOf(one: unknown, ids: readonly string[]): { ids: string[]; score: number | undefined }[] {
  const groups = list(one, 'groups')
  if (groups.length === 0) return ids.map(id => ({ ids: [id], score: undefined }))
  return groups.map(group => ({ ids: list(group, 'ids').flatMap(id => str(id) ?? []), score: num(group, 'max_severity') }))
}

function fixedIn(vulnerability: unknown, name: string): string | undefined {
  for (const affected of list(vulnerability, 'affected')) {
    if (str(affected, 'package', 'name') !== name) continue
    for (const range of list(affected, 'ranges')) {
      const fixed = list(range, 'events').map(event => str(event, 'fixed')).findLast(version => version !== undefined)
      if (fixed !== undefined && str(range, 'type') !== 'GIT') return fixed
    }
  }
  return undefined
}
