import type { TestCase, XmlElement, XmlParser } from '../../core/contract.ts'
import { child, position } from '../../core/parse/index.ts'
import { frameOf, placeOf, unreadable, type Frame } from './frames.ts'

const place = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+): ?(?:in .+|[A-Za-z_].*)?$/

/**
 * `pytest --junitxml`, of all its families. Tests get the names that pytest's summary prints, so that report and log
 * speak of the same test. Only the family xunit1 says the file, and counts its lines from 0.
 * Source: pytest's documentation, "Creating JUnitXML format files".
 */
export const pytestJunit: XmlParser = {
  xml: {
    is: head => /<testsuite\s[^>]*\bname="pytest"/.test(head),
    each: ['testcase'],
    read(element, _ancestors, { emit }) {
      const bad = child(element, 'failure') ?? child(element, 'error')
      const skipped = child(element, 'skipped')
      const frames = bad ? framesIn(bad.text) : []
      const at = placeOf(frames)
      const { file, line, time } = element.attributes
      const seconds = Number(time)
      emit({
        tool: 'pytest', test: nameOf(element, frames), status: bad ? 'failed' : skipped ? 'skipped' : 'passed',
        seconds: time !== undefined && Number.isFinite(seconds) ? seconds : undefined,
        file: at?.file ?? file, line: at?.line ?? (line === undefined ? undefined : position(Number(line) + 1)),
        ...(bad ? said(bad) : skipped ? { message: skipped.attributes.message || undefined } : {}),
      })
    },
  },
}

function said(bad: XmlElement): Pick<TestCase, 'message' | 'trace'> {
  const lines = [...bad.text.matchAll(/^ *E +(?<message>\S.*)$/gm)].map(({ groups }) => groups?.message ?? '')
  const reason = lines[0] !== undefined && frameOf(lines[0]) ? lines.find(line => unreadable.test(line)) : lines[0]
  // The attribute may say no more than that a file could not be collected.
  const message = bad.attributes.message === 'collection failure' && reason !== undefined ? reason : bad.attributes.message ?? ''
  // Before 4.0 the attribute holds the whole representation, in which XML turns the line ends into blanks.
  const whole = /(?:^|\s)E {2,}\S/.test(message) || message.includes('\n')
  return { message: (whole ? reason : undefined) ?? (message.split('\n')[0] || reason), trace: bad.text.trim() || undefined }
}

function framesIn(text: string): Frame[] {
  return text.split('\n', 5000).flatMap(line => {
    const groups = place.exec(line.trim())?.groups
    const frame = groups?.file === undefined ? frameOf(line.replace(/^ *E +/, '')) : { file: groups.file, line: Number(groups.line) }
    return frame ? [frame] : []
  })
}

/**
 * `tests.test_cart.CartTest` and `test_total` to `tests/test_cart.py::CartTest::test_total`. Where no file is named, a
 * frame of the trace may be the module; else the module ends before the first capital, since pytest collects `Test*`.
 */
function nameOf({ attributes }: XmlElement, frames: readonly Frame[]): string {
  const { name = '', classname = '', file } = attributes
  if (classname === '') return /^[\w.]+$/.test(name) ? `${name.replaceAll('.', '/')}.py` : name
  const known = [file, ...frames.map(frame => frame.file)].find(path => path !== undefined && inside(classname, path))
  if (known !== undefined) {
    const classes = classname.slice(dotted(known).length + 1)
    return [known, ...(classes === '' ? [] : classes.split('.')), name].join('::')
  }
  const parts = classname.split('.')
  const capital = parts.findIndex(part => /^[A-Z]/.test(part))
  const end = capital < 0 ? parts.length : capital
  return [`${parts.slice(0, end).join('/')}.py`, ...parts.slice(end), name].join('::')
}

function dotted(path: string): string {
  return path.replace(/\.py$/, '').replaceAll(/[\\/]/g, '.')
}

function inside(classname: string, path: string): boolean {
  return path.endsWith('.py') && (classname === dotted(path) || classname.startsWith(`${dotted(path)}.`))
}
