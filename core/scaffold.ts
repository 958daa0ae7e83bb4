/** What the author of a new pack says of it; all of it checked. */
export interface Wish { name: string; title: string; tool: string; extensions: readonly string[]; markers: readonly string[]; builtin: boolean }

/** The files of a new pack: it loads, and it claims nothing that is not so. */
export function scaffold(wish: Wish): Record<string, string> {
  const { name, title, tool, builtin } = wish
  return {
    'index.ts': indexOf(wish),
    [`${tool}.ts`]: parserOf(wish),
    'README.md': `# ${title}\n\n| recipe | runs | fails when |\n| --- | --- | --- |\n| lint | \`${tool}\` | it reports an error |\n\n## What is read\n\n\`${tool}\`.\n`,
    'smoke.json': '{ "faults": [] }\n',
    'smoke.sh': smokeOf(wish),
    'toolchain.sh': `#!/usr/bin/env bash\n# Installs what the recipes use, on Debian.\n${builtin ? '. "$(dirname "$(realpath "$0")")/../install.sh"' : '. "${CRAFTING_INSTALL:?the path of plugins/install.sh of crafting-table}"'}\n\nstep ${tool} apt_install ${tool}\nfinish\n`,
    ...(builtin ? {} : { 'package.json': `${JSON.stringify({ name: `crafting-table-${name}`, private: true, type: 'module' }, null, 2)}\n` }),
  }
}

const identifierOf = (text: string) => text.replace(/[^A-Za-z0-9]+(?<next>.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '')
const listOf = (items: readonly string[]) => `[${items.map(item => `'${item}'`).join(', ')}]`
const importOf = (builtin: boolean, room: 'contract' | 'parse') => builtin ? `../../core/${room === 'parse' ? 'parse/index.ts' : 'contract.ts'}` : `crafting-table/${room}`

function indexOf({ name, title, tool, extensions, markers, builtin }: Wish): string {
  const parser = identifierOf(tool)
  const own = `./${tool}.ts`
  const files = [...markers, ...extensions.map(extension => `**/*${extension}`)]
  return `import type { LanguagePack } from '${importOf(builtin, 'contract')}'
import { has } from '${importOf(builtin, 'parse')}'
import { ${parser} } from '${own}'

export default {
  kind: 'language',
  api: 1,
  name: '${name}',
  title: ${JSON.stringify(title)},
  markers: ${listOf(markers)},
  extensions: ${listOf(extensions)},
  claimsLoose: true,
  recipes: [
    { name: 'lint', title: '${tool}', when: has(${listOf(files).slice(1, -1)}), run: '${tool} .', needs: ['${tool}'], network: false },
  ],
  parsers: { ${parser === tool ? tool : `'${tool}': ${parser}`} },
  toolchain: [
    { name: '${tool}', version: '${tool} --version', get: 'apt install ${tool}', neededFor: ['lint'] },
  ],
} satisfies LanguagePack
`
}

function parserOf({ tool, builtin }: Wish): string {
  return `import { linePattern, marksPlace } from '${importOf(builtin, 'parse')}'

export const ${identifierOf(tool)} = linePattern({
  tool: '${tool}',
  kind: 'lint',
  might: marksPlace,
  match: /^(?<file>[^:]+):(?<line>\\d+):(?<column>\\d+): (?<level>error|warning): (?<message>.+?) \\[(?<rule>[\\w-]+)\\]$/,
})
`
}

function smokeOf({ name, title, tool, builtin }: Wish): string {
  return `#!/usr/bin/env bash
# A hello world with each toolchain.
. "${builtin ? '$(dirname "$(realpath "$0")")/../hello.sh' : '${CRAFTING_HELLO:?the path of plugins/hello.sh of crafting-table}'}"

greet() {
  echo 'build and run a hello world in ${title.replace(/[^\w .,+#-]/g, '')} here'
  return 1
}

hello ${name} ${tool} 'apt install ${tool}' greet
finish
`
}
