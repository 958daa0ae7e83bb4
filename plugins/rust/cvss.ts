/** Base score of a CVSS 3.0 or 3.1 vector (FIRST's specification, §7.1); undefined for anything else. */
export function scoreOf(vector: string | undefined): number | undefined {
  if (vector === undefined || !/^CVSS:3\.[01]\//.test(vector)) return undefined
  const of = new Map(vector.split('/').slice(1, 20).map(part => part.split(':', 2) as [string, string]))
  const changed = of.get('S') === 'C'
  const weight = (metric: string, weights: Readonly<Record<string, number>>) => weights[of.get(metric) ?? ''] ?? NaN
  const privileges = changed ? { N: 0.85, L: 0.68, H: 0.5 } : { N: 0.85, L: 0.62, H: 0.27 }
  const loss = { H: 0.56, L: 0.22, N: 0 }
  const base = 1 - (1 - weight('C', loss)) * (1 - weight('I', loss)) * (1 - weight('A', loss))
  const impact = changed ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base
  const exploitability = 8.22 * weight('AV', { N: 0.85, A: 0.62, L: 0.55, P: 0.2 }) * weight('AC', { L: 0.77, H: 0.44 }) * weight('PR', privileges) * weight('UI', { N: 0.85, R: 0.62 })
  if (Number.isNaN(impact + exploitability)) return undefined
  return impact <= 0 ? 0 : upward(Math.min((changed ? 1.08 : 1) * (impact + exploitability), 10))
}

/** To one decimal, upwards, free of binary fractions (appendix A of 3.1). */
function upward(value: number): number {
  const whole = Math.round(value * 100_000)
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10
}
