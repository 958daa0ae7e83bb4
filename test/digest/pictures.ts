import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { htmlBody } from '../../plugins/digest/html.ts'
import { linksOf } from '../../plugins/digest/words.ts'
import * as samples from './samples.ts'

/**
 * What the digest looks like: every sample, 600 and 360 pixels wide, as it is and inverted, as PNG files in a directory (default: pictures).
 * Needs Chromium. `npm run pictures -- DIR`
 */

const out = resolve(process.argv[2] ?? 'pictures')
const chromium = process.env.CHROMIUM ?? 'chromium'
const scratch = mkdtempSync(join(tmpdir(), 'crafting-pictures-'))
mkdirSync(out, { recursive: true })
try {
  for (const [name, digest] of Object.entries(samples)) {
    const body = htmlBody(digest, linksOf('https://farm.example.org'))
    for (const width of [600, 360]) {
      for (const inverted of [false, true]) shoot(body, { width, inverted, file: join(out, `${name}-${width}${inverted ? '-inverted' : ''}.png`) })
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** A window cannot be narrower than some 500 pixels, a frame in it can; its height is the page's own, measured first. */
function shoot(body: string, { width, inverted, file }: { width: number; inverted: boolean; file: string }): void {
  const frame = (height: number) => {
    const page = join(scratch, 'frame.html')
    writeFileSync(join(scratch, 'body.html'), body)
    writeFileSync(page, `<body style="margin:0;background:#fff"><iframe src="body.html" style="border:0;width:${width}px;height:${height}px${inverted ? ';filter:invert(1) hue-rotate(180deg)' : ''}" onload="document.title=this.contentDocument.documentElement.scrollHeight+'x'+this.contentDocument.documentElement.scrollWidth"></iframe></body>`)
    return `file://${page}`
  }
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--allow-file-access-from-files', `--user-data-dir=${join(scratch, 'profile')}`]
  const dom = execFileSync(chromium, [...flags, '--dump-dom', frame(100)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 })
  const { height, inner } = /<title>(?<height>\d+)x(?<inner>\d+)/.exec(dom)?.groups ?? {}
  execFileSync(chromium, [...flags, `--window-size=${width},${Math.min(Number(height ?? 2000), 8000)}`, `--screenshot=${file}`, frame(Number(height ?? 2000))], { stdio: 'ignore', timeout: 60_000 })
  process.stdout.write(`${file} ${width}x${height}${Number(inner) > width ? `: ${inner} wide, it does not fit` : ''}\n`)
}
