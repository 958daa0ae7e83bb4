import type { LanguagePack } from '../../core/contract.ts'
import { csharpier } from './csharpier.ts'
import { dotnetFormatJson } from './dotnet-format-json.ts'
import { dupfinder } from './dupfinder.ts'
import { exception } from './exception.ts'
import { fantomas } from './fantomas.ts'
import { fixers } from './fixers.ts'
import { fsharplint } from './fsharplint.ts'
import { fxcop } from './fxcop.ts'
import { gendarmeXml } from './gendarme-xml.ts'
import { gendarme } from './gendarme.ts'
import { inspectcode } from './inspectcode.ts'
import { msbuild } from './msbuild.ts'
import { mstest } from './mstest.ts'
import { nugetJson } from './nuget-json.ts'
import { nuget } from './nuget.ts'
import { nunitXml } from './nunit-xml.ts'
import { nunit } from './nunit.ts'
import { recipes } from './recipes.ts'
import { roslynatorXml } from './roslynator-xml.ts'
import { stylecop } from './stylecop.ts'
import { testingPlatform } from './testing-platform.ts'
import { trx } from './trx.ts'
import { vstest } from './vstest.ts'
import { xunitXml } from './xunit-xml.ts'
import { xunit } from './xunit.ts'

const download = 'plugins/dotnet/toolchain.sh, or the SDK from dot.net'

export default {
  kind: 'language',
  api: 1,
  name: 'dotnet',
  title: '.NET (C#, F#, Visual Basic)',
  aliases: ['csharp', 'c#', 'fsharp', 'f#', 'vb', 'vb.net', 'visualbasic'],
  markers: ['*.sln', '*.slnx', '*.csproj', '*.fsproj', '*.vbproj'],
  extensions: ['.cs', '.fs', '.fsx', '.fsi', '.vb', '.razor', '.cshtml', '.xaml'],
  nested: 'part',
  recipes,
  parsers: {
    msbuild, exception,
    vstest, 'testing-platform': testingPlatform, trx, nunit, 'nunit-xml': nunitXml, xunit, 'xunit-xml': xunitXml, mstest,
    'dotnet-format-json': dotnetFormatJson, csharpier, fantomas, fsharplint, 'roslynator-xml': roslynatorXml,
    inspectcode, dupfinder, fxcop, stylecop, gendarme, 'gendarme-xml': gendarmeXml,
    nuget, 'nuget-json': nugetJson,
  },
  fixers,
  caches: { NUGET_PACKAGES: 'nuget' },
  toolchain: [
    { name: 'dotnet', version: 'dotnet --version', get: download, neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'msbuild', version: 'msbuild -version -nologo', get: 'apt install mono-complete, and msbuild from mono-project.com', neededFor: ['build'] },
    { name: 'xbuild', version: 'xbuild /version', get: 'apt install mono-devel', neededFor: ['build'] },
  ],
} satisfies LanguagePack
