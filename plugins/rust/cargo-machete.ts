import type { LineParser } from '../../core/contract.ts'
import { unusedDependency } from './cargo-udeps.ts'

/** `cargo machete`: manifests, and below each the names. */
const opening = /^cargo-machete found the following unused dependencies in /
const manifest = /^(?<package>[\w-]+) -- (?<file>\S.*Cargo\.toml):$/
const unused = /^\t(?<name>[\w-]+)(?: .*)?$/

export const cargoMachete: LineParser = {
  lines({ emit }) {
    let open = false
    let file: string | undefined
    return {
      line(text) {
        if (opening.test(text)) {
          file = undefined
          return open = true
        }
        if (!open) return false
        const found = manifest.exec(text)?.groups?.file
        const name = file === undefined ? undefined : unused.exec(text)?.groups?.name
        if (found !== undefined) file = found
        else if (name !== undefined && file !== undefined) emit(unusedDependency('cargo-machete', file, name))
        else open = false
        return open
      },
    }
  },
}
