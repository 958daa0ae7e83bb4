import type { Base, Change } from '../../core/service.ts'
import { testLines } from './inline-tests.ts'
import { partsOf, type Allowed, type Part } from './screen.ts'
import { versionFaults } from './versions.ts'

/** Screening that needs the files as they were: what a change does to tests within sources, and to manifests. */
export async function contextFaults(base: Pick<Base, 'read'>, change: Change, allowed: Allowed): Promise<string[]> {
  const faults: string[] = []
  for (const part of partsOf(change.diff.toString('utf8'))) {
    const before = (await base.read(part.path))?.toString('utf8')
    const name = JSON.stringify(part.path.slice(0, 120))
    if (!allowed.tests && before !== undefined && touches(part, testLines(part.path, before))) faults.push(`it touches a test within ${name}`)
    if (allowed.versions) faults.push(...versionFaults(part.path, part, { base: before, anywhere: allowed.fixer ?? false }).map(fault => `${name}: ${fault}`))
  }
  return faults
}

/** Lines that go, and places between two lines of a test where something comes in. */
function touches({ gone, into }: Part, tests: ReadonlySet<number>): boolean {
  return gone.some(line => tests.has(line)) || into.some(line => tests.has(line) && tests.has(line + 1))
}
