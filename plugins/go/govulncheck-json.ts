import type { JsonParser, ParseContext } from '../../core/contract.ts'
import { list, str } from '../../core/parse/index.ts'
import { entryOf, Vulnerabilities, type Depth } from './vulnerabilities.ts'

const messages = /^\[\s*\{\s*"(?:config|progress|SBOM|osv|finding)"\s*:/
const versionOne = /^\{\s*"(?:Calls|Imports|Requires|Vulns)"\s*:/
const kinds = /"(?:OSV|Symbol|PkgPath|ModPath|CallSink|FoundVersion)"\s*:|"Vulns"\s*:\s*(?:null|\[\s*\])/

/** govulncheck's JSON as one document: the stream put into an array, and the object that versions before 1.0 wrote. */
export const govulncheckJson: JsonParser = {
  json: {
    is: head => messages.test(head) || versionOne.test(head) && kinds.test(head),
    each: ['[]', 'Vulns[]'],
    read(value, context, path) {
      const found = gathered.get(context) ?? new Vulnerabilities()
      gathered.set(context, found)
      if (path === '[]') found.message(value)
      else readOld(value, found)
    },
    end(context) {
      gathered.get(context)?.emit(context)
      gathered.delete(context)
    },
  },
}

const gathered = new WeakMap<ParseContext, Vulnerabilities>()

/** `Vulns[]` of 0.0.x (one per symbol: PkgPath, ModPath, CallSink) and of 0.1 (one per vulnerability, with Modules and CallStacks). */
function readOld(value: unknown, found: Vulnerabilities): void {
  const osv = (value as { OSV?: unknown } | null)?.OSV
  const id = str(osv, 'id')
  if (!id) return
  found.entry(id, entryOf(osv))
  const modules = list(value, 'Modules')
  for (const module of modules) {
    const packages = list(module, 'Packages')
    const called = packages.some(one => list(one, 'CallStacks').length > 0)
    const depth: Depth = called ? 'symbol' : packages.length > 0 ? 'package' : 'module'
    found.hit({ id, module: str(module, 'Path') ?? 'unknown', installed: str(module, 'FoundVersion'), fixed: str(module, 'FixedVersion'), depth, calls: [] })
  }
  if (modules.length > 0) return
  const depth: Depth = Number(str(value, 'CallSink') ?? 0) > 0 ? 'symbol' : Number(str(value, 'ImportSink') ?? 0) > 0 ? 'package' : 'module'
  found.hit({ id, module: str(value, 'ModPath') ?? str(value, 'PkgPath') ?? 'unknown', installed: undefined, fixed: undefined, depth, calls: [] })
}
