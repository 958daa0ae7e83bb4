/** Building stones of the HTML body: tables and inline styles only, since that is what mail clients agree upon. */

export const colour = {
  ink: '#1c2128', muted: '#5b6570', line: '#e2e6ea', paper: '#ffffff', page: '#eef1f4', code: '#f5f7f9',
  red: '#c0334d', amber: '#a8690a', green: '#1d7f54', grey: '#7b8794', blue: '#2a5db0', violet: '#7d2fb3',
} as const
export type Colour = (typeof colour)[keyof typeof colour]

const sans = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
const mono = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}

export function table(rows: string, style = ''): string {
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse${style ? `;${style}` : ''}">${rows}</table>`
}

export function row(content: string, style: string): string {
  return `<tr><td style="${style}">${content}</td></tr>`
}

/** Some text in a size of pixels; `content` is HTML. */
export function line(content: string, { size = 14, tone = colour.ink as Colour, bold = false, above = 0 } = {}): string {
  return `<div style="${sans};font-size:${size}px;line-height:${Math.round(size * 1.45)}px;color:${tone}${bold ? ';font-weight:600' : ''}${above ? `;padding-top:${above}px` : ''};overflow-wrap:anywhere;word-break:break-word">${content}</div>`
}

export function code(content: string, tone: Colour = colour.ink): string {
  return `<span style="${mono};font-size:12px;color:${tone};overflow-wrap:anywhere;word-break:break-word">${content}</span>`
}

/** A word on a colour; the word says what the colour does. */
export function badge(word: string, tone: Colour, size = 11): string {
  return `<span style="${sans};display:inline-block;background-color:${tone};color:#ffffff;font-size:${size}px;line-height:${size + 7}px;font-weight:600;padding:0 ${Math.round(size * 0.6)}px;border-radius:3px;white-space:nowrap">${escape(word)}</span>`
}

export function link(address: string, words: string): string {
  return `<a href="${escape(address)}" style="color:${colour.blue};text-decoration:underline">${escape(words)}</a>`
}

export function logBlock(lines: readonly string[]): string {
  if (!lines.length) return ''
  const text = lines.map(one => escape(one).replaceAll(/^ | (?= )/g, '&nbsp;') || '&nbsp;').join('<br>')
  return table(row(`<div style="${mono};font-size:12px;line-height:17px;color:${colour.ink};overflow-wrap:anywhere;word-break:break-word">${text}</div>`, `background-color:${colour.code};border-left:3px solid ${colour.line};padding:7px 10px`), 'margin-top:7px')
}

/** Numbers in equal cells. */
export function figures(cells: readonly { count: number; label: string; tone: Colour }[]): string {
  const width = Math.floor(100 / cells.length)
  const size = cells.some(one => one.count > 9999) ? 17 : cells.some(one => one.count > 999) ? 20 : 26
  const cell = ({ count, label, tone }: (typeof cells)[number]) => `<td width="${width}%" align="center" style="padding:14px 2px 12px">${line(String(count), { size, bold: true, tone: count ? tone : colour.grey })}${line(escape(label), { size: 12, tone: colour.muted })}</td>`
  return table(`<tr>${cells.map(cell).join('')}</tr>`)
}

/** One strip of coloured cells, as wide as the numbers are; what is there at all can be seen. */
export function strip(parts: readonly { count: number; tone: Colour }[]): string {
  const shown = parts.filter(part => part.count > 0)
  const total = shown.reduce((sum, part) => sum + part.count, 0)
  const widths = shown.map(part => Math.max(2, Math.round(part.count / total * 100)))
  const over = widths.reduce((sum, width) => sum + width, 0) - 100
  const widest = widths.indexOf(Math.max(...widths))
  const cells = shown.map(({ tone }, at) => `<td width="${(widths[at] ?? 0) - (at === widest ? over : 0)}%" style="background-color:${tone};height:6px;font-size:1px;line-height:6px">&nbsp;</td>`)
  return cells.length ? table(`<tr>${cells.join('')}</tr>`, 'table-layout:fixed') : ''
}

/** A titled part of the body; nothing where it has no items. */
export function section(title: string, count: number, items: readonly string[], before = ''): string {
  if (!count) return ''
  const rest = count - items.length
  const heading = line(`${escape(title)} <span style="color:${colour.muted};font-weight:400">${count}</span>`, { size: 16, bold: true })
  const rows = items.map(item => row(item, `padding:11px 0;border-top:1px solid ${colour.line}`)).join('')
  const last = rest > 0 ? row(line(`${rest} more`, { size: 13, tone: colour.muted }), `padding:10px 0;border-top:1px solid ${colour.line}`) : ''
  return row(`${heading}${before}<div style="height:9px;font-size:1px;line-height:9px">&nbsp;</div>${table(rows + last)}`, 'padding:24px 24px 0')
}
