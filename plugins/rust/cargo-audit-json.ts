import type { JsonParser } from '../../core/contract.ts'
import { entries, list, str } from '../../core/parse/index.ts'
import { noticeOf } from './advisory.ts'
import { scoreOf } from './cvss.ts'

/** `cargo audit --json`: vulnerabilities, and warnings by kind (before 0.12 a plain list). A yanked version has no advisory. */
export const cargoAuditJson: JsonParser = {
  json: {
    is: head => /"advisory-count"\s*:/.test(head) || /"lockfile"\s*:\s*\{/.test(head) && /"vulnerabilities"\s*:\s*\{\s*"found"/.test(head),
    read(value, { emit }) {
      for (const one of list(value, 'vulnerabilities', 'list')) emit(found(one, undefined))
      const warnings = [...list(value, 'warnings').map((one): [string, unknown] => ['', one]), ...entries(value, 'warnings').flatMap(([kind, all]) => list(all).map((one): [string, unknown] => [kind, one]))]
      for (const [kind, one] of warnings) emit(found(one, str(one, 'kind') ?? (kind || 'notice')))
    },
  },
}

function found(one: unknown, informational: string | undefined) {
  const name = str(one, 'package', 'name') ?? str(one, 'advisory', 'package') ?? 'unknown'
  const kind = informational ?? str(one, 'advisory', 'informational')
  return noticeOf({
    tool: 'cargo-audit', package: name, informational: kind,
    id: str(one, 'advisory', 'id'),
    aliases: list(one, 'advisory', 'aliases').flatMap(alias => str(alias) ?? []),
    title: str(one, 'advisory', 'title') ?? (kind === 'yanked' ? `\`${name}\` was yanked` : name),
    installed: str(one, 'package', 'version'),
    patched: [...list(one, 'versions', 'patched'), ...list(one, 'advisory', 'patched_versions')].flatMap(range => str(range) ?? []),
    score: scoreOf(str(one, 'advisory', 'cvss')),
    text: str(one, 'advisory', 'description'),
    ...str(one, 'advisory', 'id') === undefined && { url: str(one, 'advisory', 'url') },
  })
}
