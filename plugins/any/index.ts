import type { LanguagePack } from '../../core/contract.ts'
import { checkstyle } from './checkstyle.ts'
import { junit } from './junit.ts'

const any: LanguagePack = {
  kind: 'language',
  api: 1,
  name: 'any',
  title: 'Any language',
  markers: [],
  extensions: [],
  recipes: [],
  parsers: { junit, checkstyle },
  toolchain: [],
  everywhere: true,
}
export default any
