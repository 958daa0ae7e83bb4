import type { Digest, FailingJob, ShownFinding } from '../../plugins/digest/gather.ts'
import { clean } from '../../plugins/digest/words.ts'

/** Days to look at: a quiet one, a good one, a bad one, and one whose every text is hostile. */

const base: Digest = {
  date: '2026-04-29', project: 'clawdforge', from: '2026-04-28T13:00:00.000Z', until: '2026-04-29T13:00:00.000Z', timezone: 'America/Los_Angeles', verdict: 'quiet', events: [],
  jobs: { all: 0, told: 0, passed: 0, failed: 0, other: 0 }, recovered: 0, failing: { count: 0, shown: [] }, findings: { fresh: 0, open: 0, fixed: 0, shown: [], gone: [] },
  advisories: { counts: { critical: 0, high: 0, moderate: 0, low: 0, unrated: 0 }, count: 0, shown: [] }, patches: { count: 0, shown: [] },
}

export const quiet: Digest = { ...base, events: ['nightly_summary'] }

export const good: Digest = {
  ...base, verdict: 'well', events: ['nightly_summary'], jobs: { all: 24, told: 24, passed: 23, failed: 1, other: 0 }, recovered: 1,
  findings: { fresh: 0, open: 12, fixed: 2, shown: [], gone: [finding(7, 'warning', 'src/farm.py', 118, 'ruff', 'B904', 'Within an except clause, raise exceptions with raise ... from err'), finding(8, 'note', 'src/cli.py', 12, 'mypy', 'import-untyped', 'Library stubs not installed for "requests"')] },
}

export const bad: Digest = {
  ...base, verdict: 'failing', events: ['audit_fail', 'test_fail', 'lint_warn', 'cve_found', 'patch_drafted'], jobs: { all: 36, told: 31, passed: 24, failed: 6, other: 1 }, recovered: 1,
  failing: { count: 2, shown: [
    job('a1', 'test', 'clients/python', 'python', 'main', null, ['FAILED tests/test_sessions.py::test_expiry - AssertionError: assert 401 == 404', 'tests/test_sessions.py:88: in test_expiry', '    assert reply.status == 404', 'E   assert 401 == 404', '1 failed, 212 passed in 14.02s']),
    job('a2', 'audit', 'clients/rust', 'rust', 'main', 'ended with status 1', ['Crate:     openssl', 'Version:   0.10.55', 'Title:     `MemBio::get_buf` has undefined behavior with empty buffers', 'ID:        RUSTSEC-2024-0357', 'error: 1 vulnerability found!']),
  ] },
  findings: { fresh: 3, open: 41, fixed: 5, shown: [
    finding(1, 'error', 'tests/test_sessions.py', 88, 'pytest', null, 'assert 401 == 404  tests/test_sessions.py::test_expiry'),
    finding(2, 'warning', 'clients/python/forge/session.py', 41, 'ruff', 'F401', '`os` imported but unused'),
    finding(3, 'note', 'docs/deploy.md', null, 'vale', 'Google.Passive', 'In general, use active voice'),
  ], gone: [finding(4, 'warning', 'clients/rust/src/lib.rs', 204, 'clippy', 'needless_borrow', 'this expression creates a reference which is immediately dereferenced')] },
  advisories: { counts: { critical: 1, high: 1, moderate: 1, low: 0, unrated: 0 }, count: 3, shown: [
    { id: 'CVE-2024-34156', package: 'golang.org/x/net', installed: '0.21.0', fixed: '0.23.0', severity: 9.8, url: 'https://pkg.go.dev/vuln/GO-2024-3106' },
    { id: 'RUSTSEC-2024-0357', package: 'openssl', installed: '0.10.55', fixed: '0.10.66', severity: 7.5, url: null },
    { id: 'GHSA-9wx4-h78v-vm56', package: 'requests', installed: '2.31.0', fixed: null, severity: 5.6, url: null },
  ] },
  patches: { count: 1, shown: [{ id: 'p-31', title: 'ruff F401: drop the unused import of os', branch: 'ct/patch/ruff-8f31c2a90b7e', pullUrl: null }] },
}

const evil = `\u001b[31m\u202Egnp.exe\u0007 </td></table><script>alert(1)</script> "'&<img src=x onerror=alert(1)> ${'<'.repeat(90)} https://evil.example/${'a'.repeat(200)} ${'𝔘'.repeat(60)}`

export const hostile: Digest = {
  ...base, project: 'a.very-long-project-name_that-goes-up-to-the-very-last-of-its-64c', verdict: 'failing', events: ['nightly_summary'], jobs: { all: 10_400, told: 10_400, passed: 10_352, failed: 40, other: 8 }, recovered: 3,
  failing: { count: 40, shown: Array.from({ length: 10 }, (_, at) => job(`b${at}`, 'test', clean(evil, 100), 'python', clean(evil, 100), clean(evil, 200), Array.from({ length: 5 }, () => clean(evil, 160)))) },
  findings: { fresh: 1234, open: 99_999, fixed: 321, shown: Array.from({ length: 10 }, (_, at) => finding(at, 'error', clean(evil, 160), 1, clean(evil, 40), clean(evil, 80), clean(evil, 200))), gone: Array.from({ length: 10 }, (_, at) => finding(at, 'warning', clean(evil, 160), 1, 'x', null, clean(evil, 200))) },
  advisories: { counts: { critical: 3, high: 17, moderate: 60, low: 5, unrated: 2 }, count: 87, shown: Array.from({ length: 10 }, () => ({ id: clean(evil, 40), package: clean(evil, 80), installed: clean(evil, 40), fixed: clean(evil, 40), severity: 9.8, url: null })) },
  patches: { count: 12, shown: Array.from({ length: 10 }, (_, at) => ({ id: `p${at}`, title: clean(evil, 160), branch: clean(evil, 120), pullUrl: 'https://git.example.org/team/app/pulls/7' })) },
}

function job(id: string, recipe: string, subproject: string, language: string, ref: string, message: string | null, log: string[]): FailingJob {
  return { id: `0f8fad5b-d9cb-469f-a165-7086728950${id}`, subproject, language, recipe, ref, status: 'failed', message, log }
}

function finding(id: number, level: string, file: string, line: number | null, tool: string, rule: string | null, message: string): ShownFinding {
  return { id, level, tool, rule, message, file, line }
}
