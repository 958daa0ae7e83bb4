import type { Advisory, Finding } from '../contract.ts'
import type { ShownFinding } from '../overview.ts'
import { shorten } from '../terminal/text.ts'
import { placeText } from './words.ts'
import { clean } from '../findings/sarif-text.ts'

/** No character that ends a text or an attribute, hides, or turns the direction of what follows. */
export function escapeHtml(raw: string): string {
  return clean(raw).replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '').replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

const longest = 4000

export function findingHtml(one: ShownFinding): string {
  const { finding, state, reopened } = one
  const at = [finding.line, finding.column].filter(part => part !== undefined).join(':')
  const place = at ? `<span class="soft mono">${at}</span>` : ''
  return `<div class="finding ${finding.level}${state === 'new' ? ' new' : ''}">
<div class="line"><span class="level">${finding.level}</span>${place}<span class="soft">${ruleHtml(finding)}</span>${state === 'new' ? `<span class="fresh">${reopened ? 'reopened' : 'new'}</span>` : ''}</div>
<p class="message">${escapeHtml(shorten(finding.message, longest))}</p>
${[advisoryHtml(finding.advisory), snippetHtml(one), moreHtml(finding)].filter(Boolean).join('\n')}
</div>`
}

export function ruleHtml({ tool, rule, help, advisory }: Finding): string {
  const name = escapeHtml(shorten([tool, rule].filter(Boolean).join(' '), 200))
  const url = webAddress(help?.url) ?? webAddress(advisory?.url)
  return url === undefined ? name : `<a href="${escapeHtml(url)}" rel="noopener noreferrer">${name}</a>`
}

/** What a tool calls an address may be any text: `javascript:` is none. */
function webAddress(raw: string | undefined): string | undefined {
  if (raw === undefined || !URL.canParse(raw)) return undefined
  const { href, protocol } = new URL(raw)
  return protocol === 'https:' || protocol === 'http:' ? href : undefined
}

function advisoryHtml(advisory: Advisory | undefined): string {
  if (!advisory) return ''
  const parts = [
    `${advisory.package}${advisory.installed ? ` ${advisory.installed}` : ''}`, advisory.fixed ? `fixed in ${advisory.fixed}` : 'no fixed version is known',
    advisory.severity === undefined ? '' : `CVSS ${advisory.severity.toFixed(1)}`, advisory.ids.slice(0, 5).join(', '),
  ]
  return `<div class="soft">${parts.filter(Boolean).map(escapeHtml).join(' · ')}</div>`
}

function snippetHtml({ finding: { line }, snippet }: ShownFinding): string {
  if (!snippet || line === undefined || snippet.lines.every(text => text.trim() === '')) return ''
  const rows = snippet.lines.map((text, index) => `<span class="row${snippet.start + index === line ? ' here' : ''}" data-line="${snippet.start + index}">${escapeHtml(text)}</span>`)
  return `<pre>${rows.join('')}</pre>`
}

function moreHtml({ trace, help, related = [], message }: Finding): string {
  const told = trace !== undefined && trace.trim() !== message.trim() ? trace : undefined
  return [
    told === undefined ? '' : `<details class="more"><summary>trace</summary><pre class="text">${escapeHtml(shorten(told, longest))}</pre></details>`,
    related.length ? `<details class="more"><summary>related places</summary>${related.slice(0, 20).map(one => `<div><span class="mono">${escapeHtml(placeText(one))}</span> ${escapeHtml(shorten(one.message ?? '', 300))}</div>`).join('')}</details>` : '',
    help?.text ? `<details class="more"><summary>about the rule</summary><p class="message">${escapeHtml(shorten(help.text, longest))}</p></details>` : '',
  ].filter(Boolean).join('\n')
}
