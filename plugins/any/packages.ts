/** Syft's and Trivy's words for kinds of packages → the ecosystems of the OSV schema. */
const ecosystems: Readonly<Record<string, string>> = {
  npm: 'npm', yarn: 'npm', pnpm: 'npm', 'node-pkg': 'npm', 'javascript': 'npm', bun: 'npm',
  python: 'PyPI', pip: 'PyPI', pipenv: 'PyPI', poetry: 'PyPI', uv: 'PyPI', pylock: 'PyPI', 'python-pkg': 'PyPI', wheel: 'PyPI',
  'rust-crate': 'crates.io', cargo: 'crates.io', rustbinary: 'crates.io', rust: 'crates.io',
  'go-module': 'Go', gomod: 'Go', gobinary: 'Go', golang: 'Go',
  gem: 'RubyGems', bundler: 'RubyGems', gemspec: 'RubyGems', rubygems: 'RubyGems',
  'php-composer': 'Packagist', composer: 'Packagist', 'composer-vendor': 'Packagist',
  'java-archive': 'Maven', jar: 'Maven', pom: 'Maven', gradle: 'Maven', 'gradle-lockfile': 'Maven', 'sbt-lockfile': 'Maven', maven: 'Maven', sbt: 'Maven',
  dotnet: 'NuGet', nuget: 'NuGet', 'dotnet-core': 'NuGet', 'packages-props': 'NuGet',
  swift: 'SwiftURL', cocoapods: 'CocoaPods', pub: 'Pub', 'dart-pub': 'Pub', hex: 'Hex', conan: 'ConanCenter',
  apk: 'Alpine', alpine: 'Alpine', deb: 'Debian', debian: 'Debian', ubuntu: 'Ubuntu', rpm: 'Red Hat', redhat: 'Red Hat', rocky: 'Rocky Linux', alma: 'AlmaLinux',
  'github-action': 'GitHub Actions', 'github-action-workflow': 'GitHub Actions',
}

export function ecosystemOf(type: string | undefined): string {
  const key = type?.toLowerCase() ?? ''
  return (Object.hasOwn(ecosystems, key) ? ecosystems[key] : undefined) ?? type ?? 'unknown'
}

export function highestScore(scores: readonly (number | undefined)[]): number | undefined {
  const known = scores.filter(score => score !== undefined && score > 0 && score <= 10) as number[]
  return known.length ? Math.max(...known) : undefined
}
