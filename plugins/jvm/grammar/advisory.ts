/** `pkg:maven/org.example/lib@1.2?type=jar` → package, version, ecosystem, as the OSV schema names them. */
export function packageOf(purl: string | undefined): { package: string; installed?: string; ecosystem: string } | undefined {
  const groups = /^pkg:(?<type>[a-z.+-]{1,30})\/(?<name>[^@?#]{1,500})(?:@(?<version>[^?#]{1,200}))?/i.exec(purl ?? '')?.groups
  if (!groups) return undefined
  const name = decoded(groups.name!)
  const installed = groups.version === undefined ? undefined : decoded(groups.version)
  const kind = groups.type!.toLowerCase()
  return { package: kind === 'maven' ? name.replace('/', ':') : name, ecosystem: ecosystems[kind] ?? kind, ...installed && { installed } }
}

const ecosystems: Readonly<Record<string, string>> = { maven: 'Maven', npm: 'npm', javascript: 'npm', pypi: 'PyPI', golang: 'Go', nuget: 'NuGet', gem: 'RubyGems', composer: 'Packagist', cargo: 'crates.io' }

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What is left where no package URL is known: `log4j-core-2.14.1.jar`. */
export function packageOfFile(name: string): { package: string; installed?: string; ecosystem: string } {
  const groups = /^(?<name>.{1,300}?)-(?<version>\d[\w.+-]{0,100})\.\w{2,4}$/.exec(name)?.groups
  return groups ? { package: groups.name!, installed: groups.version!, ecosystem: 'Maven' } : { package: name, ecosystem: 'Maven' }
}
