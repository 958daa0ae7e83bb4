import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copied, goModule } from './fetch.ts'
import { nth, spread, type Seed, type Tree } from './seeds.ts'

interface Module { name: string; path: string; version: string; held: readonly string[]; seeds: readonly Seed[] }

function module({ name, path, version, held, seeds }: Module): Tree {
  return {
    name, needs: ['go', 'gofmt'],
    async lay(directory) {
      copied(goModule(path, version), directory)
      for (const file of readdirSync(directory).filter(one => /^(?:\.|Makefile|CHANGELOG|go\.sum)/.test(one))) rmSync(join(directory, file), { recursive: true })
      writeFileSync(join(directory, 'go.mod'), `module ${path}\n\ngo 1.21\n`)
      const files = new Map(held.map(file => [file, readFileSync(join(directory, file))] as const))
      for (const file of held) rmSync(join(directory, file))
      return { files, run: 'go test ./...' }
    },
    seeds: () => seeds,
  }
}

/** Lines that gofmt would write otherwise, one offer for each file. */
const astray = (files: readonly string[], each: number): Seed[] => files.flatMap(file => [
  ...spread({ tool: 'gofmt', rule: '', pattern: /^\t(if |return |for )(?!.*`)/m, replacement: '\t    $1', files: [file], each }),
].map(({ rule: _, ...seed }) => ({ ...seed, lot: file })))

/** Blanks for tabs in the whole file. */
const blanks = (file: string): Seed => ({ tool: 'gofmt', file, refused: 'too large', edit: text => text.replaceAll(/^\t+/gm, tabs => '    '.repeat(tabs.length)) })
const inTest = (file: string): Seed => ({ tool: 'gofmt', file, refused: 'protected', edit: nth(/^\tif /m, '\t  if ') })

export const mapstructure = module({
  name: 'mapstructure', path: 'github.com/mitchellh/mapstructure', version: 'v1.5.0', held: ['mapstructure_bugs_test.go', 'decode_hooks_test.go'],
  seeds: [...astray(['decode_hooks.go', 'error.go'], 4), inTest('mapstructure_test.go')],
})
export const mux = module({
  name: 'mux', path: 'github.com/gorilla/mux', version: 'v1.8.1', held: ['old_test.go', 'regexp_test.go', 'middleware_test.go'],
  seeds: [...astray(['middleware.go', 'mux.go', 'regexp.go'], 3), blanks('route.go'), inTest('mux_test.go')],
})
export const uuid = module({
  name: 'uuid', path: 'github.com/google/uuid', version: 'v1.6.0', held: ['json_test.go', 'null_test.go'],
  seeds: [...astray(['marshal.go', 'node.go', 'sql.go', 'time.go', 'util.go'], 2), inTest('uuid_test.go')],
})

export const trees: readonly Tree[] = [mapstructure, mux, uuid]
