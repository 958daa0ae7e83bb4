import t from 'tap'
import { repositoryFile } from '../../core/definitions/shape.ts'
import { readYaml } from '../../core/definitions/yaml.ts'
import { projectIn } from '../../core/schemas.ts'

const faultOf = (text: string): string => {
  try {
    return `taken: ${JSON.stringify(readYaml(text, 'x.yml', repositoryFile))}`
  } catch (error) { return (error as Error).message }
}

t.test('what is as it should be', async t => {
  t.same(readYaml('languages: [python, no]\nsubprojects:\n  - { path: a, language: c, test: "make check", lint: null }\n', 'x.yml', repositoryFile), {
    languages: ['python', 'no'], subprojects: [{ path: 'a', language: 'c', test: 'make check', lint: null }],
  }, 'YAML 1.2: no is a word')
  t.same(readYaml('', 'x.yml', repositoryFile), {})
  t.same(readYaml('\ufeff# nothing\r\n', 'x.yml', repositoryFile), {})
  t.match(readYaml('subprojects: [{ path: ., language: c, test: "a & b && c *.c ! d" }] # &x *y !z\n', 'x.yml', repositoryFile), { subprojects: [{ test: 'a & b && c *.c ! d' }] }, 'signs in text are text')
})

t.test('what is not is refused with place and remedy', async t => {
  for (const [text, fault] of [
    ['subprojects:\n  - path: a\n    language: c\n    tset: make check\n', /^x\.yml:4:5: subprojects\[0\]\.tset: unknown field; did you mean test\?$/],
    ['subproject: []\n', /^x\.yml:1:1: subproject: unknown field; did you mean subprojects\?$/],
    ['name: me\n', /^x\.yml:1:1: name: unknown field \(known: languages, subprojects\)$/],
    ['subprojects:\n  - language: c\n', /^x\.yml:2:5: subprojects\[0\]\.path: is required$/],
    ['languages: python\n', /^x\.yml:1:12: languages: expected array, received string$/],
    ['subprojects:\n  - path: ../up\n    language: c\n    timeout_secs: many\n', /^x\.yml:2:11: subprojects\[0\]\.path: must be relative.*\nx\.yml:4:19: subprojects\[0\]\.timeout_secs: /],
    ['subprojects: [\n', /^x\.yml:\d:\d+: \S.*/],
    ['a: 1\na: 2\n', /^x\.yml:2:1: Map keys must be unique$/],
    ['a: 1\n---\nb: 2\n', /^x\.yml:\d:\d: .*multiple documents/],
    ['- a\n', /^x\.yml:1:1: the file: expected object, received array$/],
  ] as const) t.match(faultOf(text), fault, JSON.stringify(text))
  t.match((() => { try { return readYaml('name: x\ngit_url: https://a.example/b.git\nnotify: { emial: me@example.org }\n', 'p.yml', projectIn) } catch (error) { return (error as Error).message } })(), /^p\.yml:3:11: notify\.emial: unknown field; did you mean email\?$/)
})

t.test('what was written to do harm', async t => {
  const laughs = Array.from({ length: 9 }, (_, at) => `l${at + 1}: &l${at + 1} [${Array(9).fill(`*l${at}`).join(', ')}]`).join('\n')
  const began = performance.now()
  for (const [name, text, fault] of [
    ['a billion laughs', `l0: &l0 lol\n${laughs}\n`, /^x\.yml:1:\d+: anchors are not taken/],
    ['an alias', 'languages: *x\n', /alias/i],
    ['a merge', 'a: &a { path: . }\nb: { <<: *a }\n', /anchors are not taken/],
    ['a tag', 'languages: !!js/function "x"\n', /^x\.yml:1:\d+: (?:tags are not taken|Unresolved tag)/],
    ['brackets', '['.repeat(100_000), /nested too deep|x\.yml:\d+:\d+: /],
    ['closed brackets', `${'['.repeat(500)}${']'.repeat(500)}`, /nested too deep/],
    ['indents', Array.from({ length: 600 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), /nested too deep/],
    ['size', `# ${'x'.repeat(300_000)}\n`, /^x\.yml: larger than 256 KiB$/],
    ['keys of objects', '__proto__: { languages: [c] }\nconstructor: 1\n', /__proto__: unknown field.*\n.*constructor: unknown field/],
    ['a long word', `${'s'.repeat(100_000)}: 1\n`, /unknown field|x\.yml/],
    ['many faults', Array.from({ length: 5000 }, (_, at) => `k${at}: 1\n`).join(''), /^(?:x\.yml:.*\n){19}x\.yml:.*$/],
  ] as const) t.match(faultOf(text), fault, name)
  t.ok(performance.now() - began < 20_000, 'and takes no long time')
  t.equal(({} as { languages?: unknown }).languages, undefined)
})
