import type { JsonParser } from '../../core/contract.ts'
import { entries, list, str } from '../../core/parse/index.ts'
import { unusedDependency } from './cargo-udeps.ts'

/** `cargo udeps --output json`. */
export const cargoUdepsJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && /"unused_deps"\s*:/.test(head),
    read(value, { emit }) {
      for (const [, crate] of entries(value, 'unused_deps')) {
        const manifest = str(crate, 'manifest_path') ?? 'Cargo.toml'
        for (const [key, section] of [['normal', 'dependencies'], ['development', 'dev-dependencies'], ['build', 'build-dependencies']] as const) {
          for (const name of list(crate, key)) if (typeof name === 'string') emit(unusedDependency('cargo-udeps', manifest, name, section))
        }
      }
    },
  },
}
