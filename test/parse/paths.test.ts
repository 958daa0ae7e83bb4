import t from 'tap'
import type { Finding, LineParser } from '../../core/contract.ts'
import { pathResolver } from '../../core/findings/paths.ts'
import { lines, read, toy, toyFinding } from './support.ts'

t.test('where a printed path lies', async t => {
  const resolve = pathResolver({ root: '/repo', aliases: ['/sandbox/work'], directory: 'lib' })
  for (const [printed, expected] of [
    ['/repo/lib/a.c', 'lib/a.c'], ['/sandbox/work/b.c', 'b.c'], ['/usr/include/stdio.h', '/usr/include/stdio.h'], ['/repository/a.c', '/repository/a.c'],
    ['a.c', 'lib/a.c'], ['./a.c', 'lib/a.c'], ['../top.c', 'top.c'], ['../../outside.c', '/outside.c'], ['src\\win.cs', 'lib/src/win.cs'],
    ['C:\\x\\y.c', 'C:/x/y.c'], ['c:\\x\\y.c', 'C:/x/y.c'], ['file:///repo/lib/with%20space.c', 'lib/with space.c'], ['file:///C:/x/y.c', 'C:/x/y.c'], ['/repo/lib/../c.c', 'c.c'],
    ['<stdin>', undefined], ['<command-line>', undefined], ['', undefined], ['-', undefined],
  ] as const) t.equal(resolve(printed), expected, printed)
})

t.test('with the repository\'s files at hand', async t => {
  const files = new Set(['lib/a.c', 'b.c', 'lib/deep/only.c', 'x/twin.c', 'y/twin.c'])
  const resolve = pathResolver({ root: '/repo', directory: 'lib', files })
  t.equal(resolve('a.c'), 'lib/a.c', 'of the subproject')
  t.equal(resolve('b.c'), 'b.c', 'of the root')
  t.equal(resolve('only.c'), 'lib/deep/only.c', 'the one that ends so')
  t.equal(resolve('twin.c'), 'lib/twin.c', 'not one of two')
  t.equal(pathResolver({ root: '/repo', directory: 'lib', files: path => files.has(path) })('b.c'), 'b.c', 'asked by a function')
})

t.test('the list of files is asked for once, and only for a path found nowhere', async t => {
  let asked = 0
  const listed = () => { asked++; return new Set(['lib/a.c', 'lib/deep/only.c']) }
  const resolve = pathResolver({ root: '/repo', directory: 'lib', files: path => path === 'lib/a.c' || path === 'lib/made/only.c', listed })
  t.equal(resolve('a.c'), 'lib/a.c')
  t.equal(resolve('made/only.c'), 'lib/made/only.c', 'what a build made is no file of the repository')
  t.equal(resolve('/usr/include/stdio.h'), '/usr/include/stdio.h')
  t.equal(asked, 0)
  t.equal(resolve('only.c'), 'lib/deep/only.c')
  t.equal(resolve('none.c'), 'lib/none.c')
  t.equal(asked, 1)
})

t.test('absolute paths are made plain, and stay outside where they lead outside', async t => {
  const resolve = pathResolver({ root: '/repo', directory: '' })
  for (const [printed, expected] of [
    ['/repo/a/../b.c', 'b.c'], ['/repo/./a//b.c', 'a/b.c'], ['//repo/a.c', 'a.c'], ['/repo/../../etc/passwd', '/etc/passwd'], ['../../etc/passwd', '/etc/passwd'],
    ['C:\\work\\..\\..\\x.cs', 'C:/x.cs'], ['c:/a/./b.cs', 'C:/a/b.cs'], ['\\\\server\\share\\x.cs', '//server/share/x.cs'],
  ] as const) t.equal(resolve(printed), expected, printed)
})

t.test('make says where it is, on either pipe', async t => {
  const log = [
    ['stdout', "make[1]: Entering directory '/repo/sub'"], ['stderr', 'E x.c:1: in sub'],
    ['stdout', 'make[2]: Entering directory `/repo/sub/deep\''], ['stderr', 'E x.c:1: in deep'], ['stdout', 'make[2]: Leaving directory `/repo/sub/deep\''],
    ['stderr', 'E x.c:2: in sub again'], ['stdout', 'make[1]: Leaving directory ‘/repo/sub’'], ['stdout', 'E x.c:3: gone'],
    ['stdout', "make[1]: Leaving directory '/repo/sub'"], ['stdout', 'E x.c:3: at the top'], ['stdout', "ninja: Entering directory `build'"], ['stdout', 'E x.c:4: in build'],
  ].map(([stream, text]) => ({ stream: stream as 'stdout', text: text! }))
  const { findings } = await read(log, { toy })
  t.same(findings.map(one => `${one.file} ${one.message}`), ['sub/x.c in sub', 'sub/deep/x.c in deep', 'sub/x.c in sub again', 'x.c gone', 'x.c at the top', 'build/x.c in build'])
})

t.test('a finding that waits for its following lines belongs where make was when it began', async t => {
  const waiting: LineParser = {
    lines: ({ emit }) => {
      let pending: Finding | undefined
      const flush = () => { if (pending) emit(pending); pending = undefined }
      return {
        line(text) {
          flush()
          const groups = /^W (?<file>[^:]+):(?<line>\d+): (?<message>.*)$/.exec(text)?.groups
          if (groups) pending = toyFinding(groups.message ?? '', groups.file, Number(groups.line))
        },
        end: flush,
      }
    },
  }
  const { findings } = await read([
    ...lines("make[1]: Entering directory '/repo/one'"), ...lines('W x.c:1: first', 'stderr'), ...lines("make[1]: Leaving directory '/repo/one'\nmake[1]: Entering directory '/repo/two'"),
    ...lines('W x.c:2: second', 'stderr'), ...lines("W x.c:3: third\nmake[1]: Leaving directory '/repo/two'"),
  ], { waiting })
  t.same(findings.map(one => `${one.file} ${one.message}`).toSorted(), ['one/x.c first', 'two/x.c second', 'two/x.c third'])
})
