/** Years of five digits are written another way and sort before all others; 9999-12-31, which many write for ever, would end in one. */
const last = Date.parse('9999-12-31T23:59:59.999Z')

/** ISO 8601 in UTC; of a date its end. Undefined for anything else. */
export function endOf(text: string): string | undefined {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text)
  if (!isDate && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined
  const time = Date.parse(text)
  // `2027-02-30` is the second of March to some, and no date to others.
  if (Number.isNaN(time) || (isDate && !new Date(time).toISOString().startsWith(text))) return undefined
  return new Date(Math.min(last, isDate ? time + 86_400_000 : time)).toISOString()
}
