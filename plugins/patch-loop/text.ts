/** What comes from logs, sources and models, on one line, without what hides or steers. */
export function shown(text: string, most: number): string {
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').replaceAll(/[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/g, '').trim()
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain
}
