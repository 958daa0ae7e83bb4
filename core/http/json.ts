import { Problem } from './problem.ts'

/** A body's value; a Problem that says where the fault is. The value is plain data: JSON.parse makes `__proto__` a field like any other. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Longer ones would overflow the regular expression's stack.
    const { line, column }: { line?: number; column?: number } = text.length > 4_000_000 ? {} : faultPosition(text)
    const where = line === undefined ? '' : ` at line ${line}, column ${column}`
    throw new Problem(400, 'invalid', `The body is not JSON${where}`, { hint: 'Send a JSON object.', errors: [{ field: 'body', message: `not JSON${where}` }] })
  }
}

const token = /[\t\n\r ]*(?:(?<mark>[[\]{}:,])|(?<text>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<value>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end'

/** Where JSON breaks off. V8 tells that only for some faults, and differently in every version. */
export function faultPosition(text: string): { line: number; column: number } {
  const offset = faultOffset(text)
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

function faultOffset(text: string): number {
  const open: string[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    token.lastIndex = at
    const groups = token.exec(text)?.groups
    const next: Expected | undefined = groups && follow(open, expected, groups)
    if (!next) return at + (/^[\t\n\r ]*/.exec(text.slice(at, at + 1_000_000))?.[0].length ?? 0)
    expected = next
    at = token.lastIndex
  }
}

/** What may come after a token; undefined when it may not stand here. */
function follow(open: string[], expected: Expected, { mark, text }: Record<string, string | undefined>): Expected | undefined {
  const inner = open.at(-1)
  if (expected === ', or end' && mark === ',') return inner === '{' ? 'name' : inner === '[' ? 'value' : undefined
  if ((expected === ', or end' || expected === 'name or }') && mark === '}' && inner === '{') return close(open)
  if ((expected === ', or end' || expected === 'value or ]') && mark === ']' && inner === '[') return close(open)
  if (expected === ':') return mark === ':' ? 'value' : undefined
  if (expected === 'name' || expected === 'name or }') return text === undefined ? undefined : ':'
  if (expected === ', or end') return undefined
  if (mark === '{' || mark === '[') {
    open.push(mark)
    return mark === '{' ? 'name or }' : 'value or ]'
  }
  return mark === undefined ? ', or end' : undefined
}

function close(open: string[]): Expected {
  open.pop()
  return ', or end'
}
