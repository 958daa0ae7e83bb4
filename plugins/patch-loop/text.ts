/** What has no width, or turns text around: Unicode's format characters and variation selectors, as far as they hide something. */
export const invisible = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\u{fe00}-\u{fe0f}]|[\u{e0000}-\u{e01ef}]/u

/** What comes from logs, sources and models, on one line, without what hides or steers. */
export function shown(text: string, most: number): string {
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').replaceAll(new RegExp(invisible, 'gu'), '').trim()
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain
}
