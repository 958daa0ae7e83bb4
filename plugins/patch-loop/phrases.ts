/** Words that a patch must not bring in: they silence a tool, or look at where they run. `files` says in which languages they mean it. */
interface Phrase { pattern: RegExp; what: string; files?: RegExp }

const tools = 'eslint|oxlint|tslint|stylelint|jshint|jslint|standard'

const suppressions: readonly Phrase[] = [
  { pattern: /#\s*(?:noqa|nosec|type:\s*ignore|pyright:|pylint:\s*(?:disable|skip)|mypy:|ruff:|flake8:|fmt:\s*(?:off|skip)|yapf:\s*disable|isort:\s*skip|pragma:\s*no)/i, what: 'a suppression' },
  { pattern: new RegExp(`\\b(?:${tools})[- :](?:disable|ignore)|/\\*\\s*(?:eslint(?:-env)?|globals?|exported|jshint|jslint)\\s`), what: 'a suppression' },
  { pattern: /\$Flow(?:FixMe|Ignore|Issue|ExpectedError)|\b(?:biome|prettier|deno-lint|deno-fmt|dprint)-ignore|@ts-(?:ignore|expect-error|nocheck)|\b(?:istanbul|c8|v8|node:coverage)\s+(?:ignore|disable)/i, what: 'a suppression' },
  { pattern: /#!?\s*\[\s*(?:cfg_attr\([^\]]*)?(?:allow|expect|ignore|rustfmt::skip|coverage\(off)/, what: 'a suppression', files: /\.rs$/ },
  { pattern: /\/\/\s*(?:nolint|lint:ignore|lint:file-ignore|#nosec|revive:disable|exhaustive:ignore)|\/\/go:build\s+ignore|\/\/\s*\+build\s+ignore/, what: 'a suppression' },
  { pattern: /#\s*(?:shellcheck\s+\w+=|rubocop:\s*(?:disable|todo)|standard:disable|:nocov:|:reek:)|\bsimplecov:disable/, what: 'a suppression' },
  { pattern: /@Suppress(?:Warnings|FBWarnings|Lint)?\b|@file:Suppress|\/\/\s*(?:NOPMD|NOSONAR|CHECKSTYLE|noinspection|ktlint-disable|scalastyle:off|scalafix:off|scalafmt:)|@nowarn\b/, what: 'a suppression' },
  { pattern: /#pragma\s+(?:warning\s*(?:\(|disable)|(?:GCC|clang)\s+diagnostic)|\bNOLINT|cppcheck-suppress|clang-format\s+off|\[SuppressMessage|ReSharper\s+disable|#nullable\s+disable|coverity\[|LCOV_EXCL/, what: 'a suppression' },
  { pattern: /@(?:phpstan|psalm|phan|phpmd)-?(?:ignore|suppress)|@SuppressWarnings|phpcs:(?:ignore|disable)|@codingStandardsIgnore|@codeCoverageIgnore/, what: 'a suppression' },
  { pattern: /swift(?:lint:|-format-)(?:disable|ignore)|swiftformat:disable|semgrep:\s*ignore|nosemgrep|gitleaks:allow|trivy:ignore|pragma:\s*allowlist|hadolint\s+ignore|yamllint\s+disable|markdownlint-disable|skipcq|codeql\[|lgtm\[|NOCHECK/i, what: 'a suppression' },
  { pattern: /#\s*[\w-]+:\s*ignore\b|\bno_type_check\b|\b(?:nopep8|autopep8:\s*off|trufflehog:ignore|(?:checkov|tfsec|kics-scan)[: ](?:skip|ignore)|(?:flawfinder|RATS|ITS4):\s*ignore)|\b(?:__clang_analyzer__|__CPPCHECK__|__COVERITY__|S_SPLINT_S)\b/i, what: 'a suppression' },
  // Tools pass over what says that it was generated.
  { pattern: /\bCode generated\b|@generated\b|<auto-?generated\b|\bDO NOT EDIT\b/i, what: 'a suppression' },
]

const skips: readonly Phrase[] = [
  { pattern: /\.(?:skip|todo|only|failing|skipIf|runIf|fixme)\s*\(|\b(?:xit|xdescribe|xtest|xcontext|fit|fdescribe)\s*\(/, what: 'a skipped test' },
  { pattern: /@(?:pytest\.mark\.(?:skip|xfail|usefixtures)|unittest\.(?:skip|expectedFailure)|skip|Ignore|Disabled|DisabledIf)|\bpytest\.(?:skip|xfail|importorskip)|\bself\.skipTest|\braise\s+(?:unittest\.)?SkipTest/, what: 'a skipped test' },
  { pattern: /\b[tb]\.Skip(?:f|Now)?\s*\(|\bmarkTest(?:Skipped|Incomplete)|\bAssume\.|XCTSkip|\bGTEST_SKIP|\[(?:Ignore|Skip)\b|Skip\s*=\s*"|\bpending\s*(?:\(|['"]|$)|^\s*skip(?:\s+['"]|\s*$)/, what: 'a skipped test' },
]

/** Code that finds out who is watching: no repair of a finding needs it. */
const prying: readonly Phrase[] = [
  { pattern: /\bprocess\.env\b|\bimport\.meta\.env\b|\bDeno\.env\b|\bBun\.env\b|\bos\.(?:environ|getenv|LookupEnv|Getenv|Environ)\b|\bgetenv\s*\(|\benv::vars?\b|\bstd::env\b|\b(?:option_)?env!\s*\(|\bENV\s*[[.]|\$_(?:ENV|SERVER)\b|\bSystem\.getenv\b|Environment\.GetEnvironmentVariable|ProcessInfo\.processInfo\.environment|\bsys\.env\b/, what: 'a look at the environment' },
  { pattern: /CRAFTING_|\$\{?(?:CI|GITHUB_ACTIONS|GITLAB_CI|JENKINS_URL|BUILD_ID)\b/, what: 'a look at the environment' },
  { pattern: /\b(?:child_process|subprocess|os\.(?:system|popen|exec\w+|spawn\w+)|pty\.spawn|ProcessBuilder|Runtime\.getRuntime|Process\.Start|Command::new|exec\.Command|shell_exec|proc_open|passthru|popen|posix_spawn|execv\w*|execl\w*|dlopen|ctypes|__import__|importlib)\b\s*[(.]|(?<![.\w])(?:eval|exec|compile|fork|system)\s*\(|\bos\.fork\b|\bfrom\s+(?:subprocess|ctypes|importlib)\b|\bimport\s+(?:subprocess|ctypes|importlib|socket|urllib|requests|pickle|marshal)\b|\brequire\(['"](?:node:)?(?:child_process|vm|net|http|https|dgram|worker_threads)['"]|from\s+['"](?:node:)?(?:child_process|vm|net|http|https|dgram|worker_threads)['"]/, what: 'a program, code or connection of its own' },
  { pattern: /(?:^|[/'"`\s])\.git\/|core\.(?:hooksPath|fsmonitor)|\b(?:curl|wget|nc|ncat|socat|telnet|ssh|scp)\s+|\/dev\/tcp\/|\bbase64\s+-d|\batob\s*\(|\bFunction\s*\(|\/etc\/(?:passwd|shadow)|~\/\.ssh|authorized_keys/, what: 'a program, code or connection of its own' },
  { pattern: /\bgo:(?:generate|linkname|embed)\b|\binclude(?:_str|_bytes)?!\s*\(|\b__attribute__\s*\(\(\s*constructor|\bproc_macro\b|\batexit\b|\bsys\.exit\b|\bos\._exit\b|\bprocess\.exit\b|\bstd::process::exit\b|\bos\.Exit\b|\bpanic::set_hook\b|\bset_trace\b|\bsys\.(?:settrace|modules)\b|\bgc\.get_objects\b|\binspect\.(?:stack|currentframe)\b|\bsys\._getframe\b/, what: 'something that runs or ends things at another time' },
  { pattern: /<testsuites?\b|<testcase\b|junit[-_.]|surefire-reports|test-results/i, what: 'a forged report' },
]

/** What the added lines of a file say more often than the removed ones: each kind once. A suppression may stay as it is, but not say more. */
export function newPhrases(file: string, removed: readonly string[], added: readonly string[]): string[] {
  const told = new Set<string>()
  const [before, after] = [removed.join('\n'), added.join('\n')]
  for (const { pattern, what, files } of [...suppressions, ...skips, ...prying]) {
    if (files && !files.test(file)) continue
    const says = what === 'a suppression' ? wordings : occurrences
    if (!covers(says(before, pattern), says(after, pattern))) told.add(what)
  }
  return [...told]
}

const everywhere = (pattern: RegExp) => new RegExp(pattern.source, `${pattern.flags}gm`)
const occurrences = (text: string, pattern: RegExp) => Array.from(text.matchAll(everywhere(pattern)), () => '')
/** To the end of the line: a suppression of one rule is another one than that of all. */
const wordings = (text: string, pattern: RegExp) => Array.from(text.matchAll(everywhere(pattern)), ({ index, 0: { length } }) => `${text.slice(index, index + length)}${/^.*/.exec(text.slice(index + length))?.[0] ?? ''}`.trimEnd())

/** Whether each of `now` was there, as often. */
function covers(was: readonly string[], now: readonly string[]): boolean {
  const left = [...was]
  return now.every(one => {
    const at = left.indexOf(one)
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}
