import { writeSync } from 'node:fs'
import { faultOf } from './parsers-case.ts'

const [minutes = 0, first = 0] = process.argv.slice(2, 4).map(Number)
const kind = process.argv[4]
const end = performance.now() + minutes * 60_000
let number = first
do {
  // Not through a stream: it must be out before the case begins.
  writeSync(1, `${number}\n`)
  const fault = await faultOf(number, kind)
  if (fault) process.send?.(fault)
  number++
} while (performance.now() < end)
writeSync(1, `${number}\n`)
process.disconnect?.()
