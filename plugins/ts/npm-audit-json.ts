import { entries, get, list, num, str } from '../../core/parse/index.ts'
import { vulnerable } from './advisory.ts'
import type { Finding, JsonParser, ParseContext } from '../../core/contract.ts'

/**
 * `npm audit --json` and `pnpm audit --json`. npm 7 and later list vulnerable packages with what makes them so (`via`):
 * an object is an advisory of the package itself, a name says that a dependency is to blame, which has its own entry.
 * npm 6, pnpm and Yarn 2 and 3 list `advisories` by number.
 */
export const npmAuditJson: JsonParser = {
  json: {
    is: head => /"auditReportVersion"\s*:/.test(head) || /"advisories"\s*:\s*\{/.test(head)
      || (/^\s*\{\s*"actions"\s*:/.test(head) && /"resolves"\s*:/.test(head)),
    read(value, context) {
      const seen = new Set<string>()
      for (const [name, entry] of entries(value, 'vulnerabilities')) {
        for (const cause of list(entry, 'via')) {
          if (typeof cause === 'object' && cause !== null) once(byCause(name, entry, cause), seen, context)
        }
      }
      for (const [, advisory] of entries(value, 'advisories')) once(byAdvisory(clientOf(value), advisory), seen, context)
    },
  },
}

/** Only npm numbers its runs, and only npm and pnpm advise on actions. */
function clientOf(value: unknown): string {
  if (get(value, 'runId') !== undefined) return 'npm-audit'
  return get(value, 'actions') === undefined ? 'yarn-audit' : 'pnpm-audit'
}

/** An advisory in the shape of npm's first audit endpoint, which pnpm and Yarn took over. */
export function byAdvisory(tool: string, advisory: unknown): Finding | undefined {
  const title = str(advisory, 'title')
  // The registry has lost the name of some old packages; their advisories stand all the same.
  const name = str(advisory, 'module_name') ?? str(advisory, 'name') ?? 'unknown'
  if (title === undefined && name === 'unknown') return undefined
  const ids = [...list(advisory, 'cves'), get(advisory, 'github_advisory_id')].filter(id => typeof id === 'string' && id !== '') as string[]
  return vulnerable({
    tool, package: name, ids, id: str(advisory, 'id'),
    title: title ?? 'Vulnerability',
    severity: str(advisory, 'severity'),
    score: num(advisory, 'cvss', 'score'),
    range: str(advisory, 'vulnerable_versions'),
    installed: str(advisory, 'findings', 0, 'version'),
    patched: str(advisory, 'patched_versions'),
    url: str(advisory, 'url'),
    text: str(advisory, 'recommendation') ?? str(advisory, 'overview'),
  })
}

function byCause(name: string, entry: unknown, cause: unknown): Finding {
  const affected = str(cause, 'name') ?? name
  const fix = get(entry, 'fixAvailable')
  return vulnerable({
    tool: 'npm-audit', package: affected, id: str(cause, 'source'),
    title: str(cause, 'title') ?? 'Vulnerability',
    severity: str(cause, 'severity') ?? str(entry, 'severity'),
    score: num(cause, 'cvss', 'score'),
    range: str(cause, 'range'),
    // The fix names the direct dependency to update, which need not be the package itself.
    patched: str(fix, 'name') === affected ? str(fix, 'version') : undefined,
    url: str(cause, 'url'),
    text: remedy(fix),
  })
}

function remedy(fix: unknown): string | undefined {
  const version = str(fix, 'version')
  if (version !== undefined) return `Update ${str(fix, 'name') ?? 'the direct dependency'} to ${version}${get(fix, 'isSemVerMajor') === true ? ' (a breaking change)' : ''}.`
  return fix === true ? 'A fix is available: npm audit fix.' : undefined
}

function once(finding: Finding | undefined, seen: Set<string>, context: ParseContext): void {
  const key = `${finding?.advisory?.package}\0${finding?.advisory?.ids.join()}`
  if (!finding || seen.has(key)) return
  seen.add(key)
  context.emit(finding)
}
