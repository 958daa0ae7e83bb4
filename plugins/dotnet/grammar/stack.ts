import type { Location } from '../../../core/contract.ts'

/** `   at A.B() in /repo/A.cs:line 12` (the word differs by language), Mono's `in /repo/A.cs:12`, xUnit's `A.cs(12,0): at A.B()`. */
const shapes: readonly RegExp[] = [
  / (?:in|bei|dans|en|в|位置) (?<file>(?:[A-Za-z]:)?[^:<>|"]{1,1000}):(?:\p{L}{1,12} ?)?(?<line>\d{1,9})\s{0,4}$/u,
  /^\s{0,40}(?<file>\S[^(]{0,1000})\((?<line>\d{1,9}),\d{1,9}\): at /,
]
/** Sources of libraries, as their debugging symbols name them. */
const foreign = /^\/_\d{0,2}\/|[\\/](?:xunit\.?\w*|shouldly|fluentassertions|nunit\.framework|moq4?|autofixture)[\\/]|^[a-z]:\\projects\\(?:xunit|shouldly)/i

/** The first frame of a .NET stack that lies in somebody's own source. */
export function frameOf(lines: readonly string[]): Required<Pick<Location, 'file' | 'line'>> | undefined {
  for (const text of lines.slice(0, 400)) {
    if (text.length > 2000) continue
    for (const shape of shapes) {
      const groups = shape.exec(text)?.groups
      if (!groups?.['file'] || foreign.test(groups['file'])) continue
      const line = Number(groups['line'])
      if (line >= 1) return { file: groups['file'], line }
    }
  }
  return undefined
}

/** `12 ms`, `< 1 ms`, `1 m 2 s`, `1s 020ms` → seconds. */
export function secondsOf(text: string | undefined): number | undefined {
  const units = { h: 3600, m: 60, s: 1, ms: 0.001 } as const
  const parts = [...(text ?? '').slice(0, 60).matchAll(/(?<count>\d{1,9}(?:[.,]\d{1,9})?)\s?(?<unit>ms|h|m|s)\b/g)]
  if (parts.length === 0) return undefined
  const sum = parts.reduce((total, { groups }) => total + Number((groups?.['count'] ?? '0').replace(',', '.')) * units[groups?.['unit'] as keyof typeof units], 0)
  return Math.round(sum * 1e6) / 1e6
}
