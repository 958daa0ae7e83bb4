import { invisible } from './text.ts'

/**
 * Which files a patch may not touch. Denied is what decides how the repository is built, tested, linted or trusted, what runs by itself,
 * and what other systems take for something else than a name.
 */

/** Not a plain relative path, or one that some file system takes for a git directory. */
export function isOddPath(path: string): boolean {
  if (path === '' || path.length > 400 || path.startsWith('/') || /[\u0000-\u001f\u007f-\u009f\\:*?"<>|\ufffd]/.test(path) || invisible.test(path)) return true
  return path.split('/').some(name => name === '' || name === '.' || name === '..' || name.startsWith('-') || /[. ]$/.test(name) || name.startsWith(' ') || /~\d/.test(name) || /^\.git$/i.test(name))
}

type Ban = readonly [pattern: RegExp, why: string]

/** Tried on the whole path in lower case. */
const bans: readonly Ban[] = [
  [/(?:^|\/)\.git[^/]*(?:\/|$)/, "git's own files, hooks and CI"],
  [/(?:^|\/)(?:\.husky|\.githooks|hooks|lefthook[^/]*|\.pre-commit-[^/]*|\.pre-commit-config\.ya?ml)(?:\/|$)/, 'hooks'],
  [/(?:^|\/)(?:\.circleci|\.woodpecker|\.buildkite|\.drone|\.travis|\.forgejo|\.gitea|\.azure[^/]*|azure-pipelines[^/]*|jenkinsfile[^/]*|appveyor[^/]*|\.cirrus[^/]*|bitbucket-pipelines[^/]*|cloudbuild[^/]*|\.tekton)(?:\.[^/]*)?(?:\/|$)/, 'CI'],
  [/(?:^|\/)\.crafting-table[^/]*$/, 'the recipes, or what is accepted'],
  [/(?:^|\/)(?:dockerfile|containerfile)[^/]*$|\.dockerfile$|(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$|(?:^|\/)\.dockerignore$/, 'images'],
  [/(?:^|\/)codeowners$/, 'who reviews'],
  [/(?:^|\/)\.?(?:env|envrc|netrc|npmrc|yarnrc|pypirc|pip\.conf|gemrc|curlrc|wgetrc|bashrc|profile|htaccess)(?:\.[^/]*)?$/, 'environment and credentials'],
  [/(?:^|\/)(?:\.ssh|\.aws|\.gnupg|\.kube|\.docker|\.cargo|\.bundle|\.m2|\.mvn|\.gradle|\.nuget|\.yarn|\.vscode|\.idea|\.devcontainer|\.claude|\.cursor)(?:\/|$)/, 'settings of tools and editors'],
  [/\.(?:pem|key|p12|pfx|jks|keystore|crt|cer|asc|gpg|kdbx)$|(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)/, 'keys'],
  [/(?:^|\/)(?:conftest|sitecustomize|usercustomize|setup|noxfile|tasks|manage)\.py$|\.pth$/, 'what Python runs by itself'],
  [/(?:^|\/)(?:pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|\.coveragerc|\.flake8|\.pylintrc|pylintrc|mypy\.ini|\.mypy\.ini|ruff\.toml|\.ruff\.toml|pyrightconfig\.json|\.isort\.cfg|\.bandit|bandit\.ya?ml|pyre[^/]*)$/, 'configuration of build, lint or tests'],
  [/(?:^|\/)(?:package\.json|deno\.jsonc?|[jt]sconfig[^/]*\.json|(?:biome|turbo|nx|lerna|tslint|cypress|jest|vercel|firebase)\.jsonc?)$/, 'configuration of build, lint or tests'],
  [/(?:^|\/)(?:\.(?=[^/]*rc|[^/]*ignore|[^/]*config)|(?=[^/]*[.-](?:config|setup|workspace)\.))(?:eslint|oxlint|prettier|stylelint|babel|jest|vitest|vite|webpack|rollup|mocha|ava|karma|cypress|playwright|nyc|c8|swc|biome|tslint|lint-?staged|commitlint|tap|next|nuxt|svelte|astro|tailwind|postcss|tsup|esbuild)[^/]*$/, 'configuration of build, lint or tests'],
  [/(?:^|\/)(?:cargo\.toml|build\.rs|clippy\.toml|\.clippy\.toml|rustfmt\.toml|\.rustfmt\.toml|deny\.toml|rust-toolchain[^/]*)$/, 'configuration of build, lint or tests'],
  [/(?:^|\/)(?:go\.mod|go\.work|\.golangci[^/]*|staticcheck\.conf|revive\.toml|gemfile|rakefile|[^/]*\.gemspec|\.rubocop[^/]*|\.rspec|composer\.json|phpunit[^/]*\.xml[^/]*|phpstan[^/]*|psalm[^/]*|phpcs[^/]*|\.php-cs-fixer[^/]*|pint\.json)$/, 'configuration of build, lint or tests'],
  [/(?:^|\/)(?:pom\.xml|build\.(?:gradle|sbt|sc|xml)[^/]*|settings\.gradle[^/]*|gradle[^/]*|mvnw[^/]*|checkstyle[^/]*|pmd[^/]*|spotbugs[^/]*|detekt[^/]*|\.scalafmt[^/]*|\.scalafix[^/]*|package\.swift|\.swiftlint[^/]*|\.swiftformat[^/]*)$/, 'configuration of build, lint or tests'],
  [/(?:^|\/)(?:[^/]*\.(?:csproj|fsproj|vbproj|sln|slnx|props|targets|ruleset|globalconfig)|global\.json|nuget\.config|\.editorconfig)$/, 'configuration of build, lint or tests'],
  [/(?:^|\/)(?:gnu)?makefile[^/]*$|\.(?:mk|cmake|mak|am|ac|m4)$|(?:^|\/)(?:cmakelists\.txt|cmakepresets[^/]*|meson[^/]*|configure|autogen\.sh|justfile|taskfile[^/]*|\.clang-(?:tidy|format)[^/]*|\.cppcheck[^/]*|build\.sh|install\.sh|bootstrap[^/]*|wscript|sconstruct|build(?:\.bazel)?|workspace(?:\.bazel)?|module\.bazel|\.bazelrc)$/, 'configuration of build, lint or tests'],
  [/(?:^|\/)(?:\.shellcheckrc|\.yamllint[^/]*|\.markdownlint[^/]*|\.hadolint[^/]*|\.semgrep[^/]*|\.?trivy[^/]*|\.gitleaks[^/]*|\.snyk|\.sonar[^/]*|sonar-project\.properties|\.codeclimate[^/]*|codecov[^/]*|\.codecov[^/]*|renovate[^/]*|\.renovate[^/]*|dependabot[^/]*|osv-scanner[^/]*|audit\.toml|\.nsprc)$/, 'configuration of build, lint or tests'],
]

/** Environments, credentials and keys: not even shown to a model. */
export const isKept = (path: string) => ['environment and credentials', 'keys'].includes(bans.find(([pattern]) => pattern.test(path.toLowerCase()))?.[1] ?? '')

const locks = /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|cargo\.lock|poetry\.lock|pdm\.lock|uv\.lock|pipfile\.lock|gemfile\.lock|composer\.lock|go\.sum|packages\.lock\.json|package\.resolved|gradle\.lockfile|deno\.lock|requirements[^/]*\.(?:txt|in)|constraints[^/]*\.txt)$/
/** What an advisory may raise versions in, besides locks. */
const manifests = /(?:^|\/)(?:go\.mod|cargo\.toml|pyproject\.toml|pipfile|gemfile|composer\.json|package\.json|requirements[^/]*\.(?:txt|in)|pom\.xml|directory\.packages\.props)$/

const tests = /(?:^|\/)(?:tests?|specs?|__tests__|testing|testdata|test-data|fixtures?|__fixtures__|__snapshots__|__mocks__|snapshots?|golden|e2e|t)\/|(?:^|\/)(?:test_[^/]*|[^/]*_tests?\.[a-z]+|[^/]*_spec\.[a-z]+|[^/]*[.-](?:test|tests|spec|cy|e2e)\.[a-z]+|[^/]*tests?\.(?:java|kt|scala|groovy|cs|fs|vb|swift|php)|tests?\.[a-z]+|[^/]*\.(?:bats|snap|golden|approved\.[a-z]+|feature))$/

export const isTest = (path: string) => tests.test(path.toLowerCase()) || /(?:Tests?|Spec|IT)\.[a-z]+$/.test(path)
export const isLock = (path: string) => locks.test(path.toLowerCase())
export const isManifest = (path: string) => manifests.test(path.toLowerCase())

/** Why nobody but a human changes that file; undefined where a patch may. */
export function banOf(path: string, allow: { tests: boolean; versions: boolean }): string | undefined {
  const lower = path.toLowerCase()
  if (isLock(lower)) return allow.versions ? undefined : 'a lock file'
  if (allow.versions && isManifest(lower)) return undefined
  if (isTest(path) && !allow.tests) return 'a test, or what tests compare with'
  return bans.find(([pattern]) => pattern.test(lower))?.[1]
}
