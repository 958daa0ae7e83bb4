// Prints the directory of a Node that the project asks for, if another one than this is it. Arguments: the version or range, and who asks.
// Looked for where version managers keep them: nvm, fnm, n, Volta, asdf, mise, and $CRAFTING_TOOLS/node-*.
const { existsSync, readdirSync } = require('node:fs')
const { join } = require('node:path')

const [asked = '', source = ''] = process.argv.slice(2)
const codenames = { argon: 4, boron: 6, carbon: 8, dubnium: 10, erbium: 12, fermium: 14, gallium: 16, hydrogen: 18, iron: 20, jod: 22, krypton: 24 }

/** @param {string} text of at most three numbers: `20`, `20.x`, `20.11.1` */
const numbers = text => text.replace(/^[v=\s]+/, '').split(/[.+-]/, 3).filter(one => /^\d+$/.test(one)).map(Number)
/** @param {readonly number[]} a @param {readonly number[]} b */
const compare = (a, b) => [0, 1, 2].map(at => (a[at] ?? 0) - (b[at] ?? 0)).find(one => one !== 0) ?? 0
/** @param {readonly number[]} parts the first version that is no longer one of these */
const after = parts => parts.map((one, at) => (at === parts.length - 1 ? one + 1 : one))

/** One comparator of a range: from the first version on, below the second. @param {string} text @returns {[number[], number[]]} */
function bounds(text) {
  const [, sign = '', version = ''] = /^([<>^~]?=?)\s*(.*)$/.exec(text) ?? []
  const parts = numbers(version)
  if (parts.length === 0) return [[0], [Infinity]]
  if (sign === '>=') return [parts, [Infinity]]
  if (sign === '>') return [after(parts), [Infinity]]
  if (sign === '<') return [[0], parts]
  if (sign === '<=') return [[0], after(parts)]
  if (sign === '^') return [parts, after(parts.slice(0, 1))]
  if (sign === '~') return [parts, after(parts.slice(0, 2))]
  return [parts, after(parts)]
}

/** @param {readonly number[]} version */
function satisfies(version) {
  const name = /^lts\/(?<name>\w+)$/i.exec(asked)?.groups?.name?.toLowerCase() ?? ''
  const range = name in codenames ? String(codenames[/** @type {keyof typeof codenames} */ (name)]) : asked
  return range.split('||').some(part => {
    const hyphen = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(part)
    const comparators = hyphen ? [`>=${hyphen[1]}`, `<=${hyphen[2]}`] : part.trim().replace(/([<>^~=])\s+/g, '$1').split(/[\s,]+/)
    return comparators.map(bounds).every(([from, below]) => compare(version, from) >= 0 && compare(version, below) < 0)
  })
}

/** Directories that hold one directory for each version. @type {[string | undefined, string[], string][]} */
const places = [
  [process.env.NVM_DIR, ['versions/node'], 'bin'],
  [process.env.FNM_DIR, ['node-versions'], 'installation/bin'],
  [process.env.VOLTA_HOME, ['tools/image/node'], 'bin'],
  [process.env.N_PREFIX ?? '/usr/local', ['n/versions/node'], 'bin'],
  [process.env.ASDF_DATA_DIR, ['installs/nodejs'], 'bin'],
  [process.env.MISE_DATA_DIR, ['installs/node'], 'bin'],
  [process.env.CRAFTING_TOOLS ?? '/opt', ['.'], 'bin'],
]
const found = places.flatMap(([root, [below = ''], bin]) => {
  const directory = root === undefined ? '' : join(root, below)
  if (directory === '' || !existsSync(directory)) return []
  return readdirSync(directory).filter(name => /^(?:node-)?v?\d+\.\d+\.\d+$/.test(name)).map(name => ({ version: numbers(name.replace(/^node-/, '')), bin: join(directory, name, bin) }))
}).filter(one => existsSync(join(one.bin, 'node')) && satisfies(one.version)).sort((a, b) => compare(b.version, a.version))

const here = numbers(process.version)
if (!satisfies(here)) {
  const [best] = found
  const said = `The project asks for Node ${asked} (${source})`
  console.error(best ? `${said}: ${best.version.join('.')} runs.` : `${said}, which is not on this machine: ${here.join('.')} runs.`)
  if (best) console.log(best.bin)
}
