import type { LineParser } from '../../core/contract.ts'

/** `cargo udeps`: a tree per crate; `cargo machete`: a list per manifest. Both say which dependencies nobody uses. */
const opening = /^unused dependencies:$/
const crate = /^`(?<name>[\w-]+) v\S+ \((?<path>[^)]*)\)`$/
const section = /^ *[├└]─+ (?<section>(?:dev-|build-)?dependencies)$/
const unused = /^[ │]*[├└]─+ "(?<name>[\w-]+)"$/

export const cargoUdeps: LineParser = {
  lines({ emit }) {
    let open = false
    let path = ''
    let part = ''
    return {
      line(text) {
        if (opening.test(text)) return open = true
        if (!open) return false
        const here = crate.exec(text)?.groups ?? section.exec(text)?.groups
        const name = here ? undefined : unused.exec(text)?.groups?.name
        if (here?.path !== undefined) path = here.path
        else if (here?.section !== undefined) part = here.section
        else if (name !== undefined) emit(unusedDependency('cargo-udeps', `${path}/Cargo.toml`, name, part))
        else open = false
        return open
      },
    }
  },
}

export function unusedDependency(tool: string, manifest: string, name: string, section = 'dependencies') {
  return { tool, kind: 'lint', level: 'warning', rule: 'unused-dependency', message: `\`${name}\` of [${section}] is not used`, file: manifest } as const
}
