/** Percent-encoding undone (RFC 3986 2.1); a text whose encoding is broken is left as it is. */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
