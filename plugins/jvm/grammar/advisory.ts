import { percentDecoded } from '../../../core/parse/index.ts'

/** `pkg:maven/org.example/lib@1.2?type=jar` → package, version, ecosystem, as the OSV schema names them. */
export function packageOf(purl: string | undefined): { package: string; installed?: string; ecosystem: string } | undefined {
  const groups = /^pkg:(?<type>[a-z.+-]{1,30})\/(?<name>[^@?#]{1,500})(?:@(?<version>[^?#]{1,200}))?/i.exec(purl ?? '')?.groups
  if (!groups) return undefined
  const name = percentDecoded(groups.name!)
  const installed = groups.version === undefined ? undefined : percentDecoded(groups.version)
  const kind = groups.type!.toLowerCase()
  return { package: kind === 'maven' ? name.replace('/', ':') : name, ecosystem: ecosystems[kind] ?? kind, ...installed && { installed } }
}

const ecosystems: Readonly<Record<string, string>> = { maven: 'Maven', npm: 'npm', javascript: 'npm', pypi: 'PyPI', golang: 'Go', nuget: 'NuGet', gem: 'RubyGems', composer: 'Packagist', cargo: 'crates.io' }

/** What is left where no package URL is known: `log4j-core-2.14.1.jar`. */
export function packageOfFile(name: string): { package: string; installed?: string; ecosystem: string } {
  const groups = /^(?<name>.{1,300}?)-(?<version>\d[\w.+-]{0,100})\.\w{2,4}$/.exec(name)?.groups
  return groups ? { package: groups.name!, installed: groups.version!, ecosystem: 'Maven' } : { package: name, ecosystem: 'Maven' }
}
