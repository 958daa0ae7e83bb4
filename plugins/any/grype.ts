import type { JsonParser } from '../../core/contract.ts'
import { levelOf, list, num, severityOf, str } from '../../core/parse/index.ts'
import { ecosystemOf, highestScore } from './packages.ts'

/** `grype -o json` (anchore/grype, its presenter's models). */
export const grype: JsonParser = {
  json: {
    is: head => /"matches"\s*:\s*\[/.test(head) && /"(?:vulnerability|relatedVulnerabilities|matchDetails)"\s*:|"name"\s*:\s*"grype"/.test(head),
    each: ['matches[]'],
    read(match, { emit }) {
      const id = str(match, 'vulnerability', 'id')
      const name = str(match, 'artifact', 'name')
      if (!id || !name) return
      const related = list(match, 'relatedVulnerabilities')
      const word = str(match, 'vulnerability', 'severity')
      const scores = [match, ...related].flatMap(one => list(one, 'vulnerability', 'cvss').concat(list(one, 'cvss')))
      const score = highestScore(scores.map(one => num(one, 'metrics', 'baseScore'))) ?? severityOf(word)
      const fixed = str(match, 'vulnerability', 'fix', 'versions', 0)
      const installed = str(match, 'artifact', 'version')
      // Paths begin at what was scanned; in a layer of an image they are nobody's here.
      const path = str(match, 'artifact', 'locations', 0, 'path')
      const file = str(match, 'artifact', 'locations', 0, 'layerID') ? path : path?.replace(/^\//, '')
      const url = str(match, 'vulnerability', 'dataSource')
      const description = str(match, 'vulnerability', 'description') ?? related.map(one => str(one, 'description')).find(text => text !== undefined)
      emit({
        tool: 'grype', kind: 'audit', rule: id, level: levelOf(word),
        message: description ?? `${name} ${installed ?? ''} is vulnerable to ${id}`,
        ...(file ? { file } : {}),
        advisory: {
          ids: [id, ...related.flatMap(one => str(one, 'id') ?? [])],
          package: name, ecosystem: ecosystemOf(str(match, 'artifact', 'type')),
          ...(installed ? { installed } : {}), ...(fixed ? { fixed } : {}), ...(score === undefined ? {} : { severity: score }), ...(url ? { url } : {}),
        },
        ...(url ? { help: { url } } : {}),
      })
    },
  },
}
