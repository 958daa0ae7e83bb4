import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { FarmError, type Opened } from '../../core/service.ts'
import { readToolsets, selected } from './tools.ts'

export async function run(args: string[], open: () => Promise<Opened>): Promise<number> {
  const { values } = parseArgs({
    args, strict: true,
    options: { url: { type: 'string' }, token: { type: 'string' }, 'token-file': { type: 'string' }, 'read-only': { type: 'boolean', default: false }, toolsets: { type: 'string' } },
  })
  const toolsets = readToolsets(values.toolsets)
  const adapter = await import('./adapter.ts')
  if (values.url !== undefined) {
    const url = new URL('mcp', values.url.endsWith('/') ? values.url : `${values.url}/`)
    if (values['read-only']) url.searchParams.set('read_only', '1')
    if (values.toolsets) url.searchParams.set('toolsets', toolsets.join(','))
    await adapter.bridgeStdio(url, tokenOf(values))
    return 0
  }
  if (values.token ?? values['token-file']) throw new FarmError('invalid', 'A token goes with --url')
  const core = await open()
  try {
    await adapter.serveStdio({ farm: core.farm, caller: { name: 'local', isAdmin: true }, tools: selected({ readOnly: values['read-only'], toolsets }), version: core.farm.health().version })
    return 0
  } finally {
    await core.close()
  }
}

/** A command line can be seen by everybody on the machine, so there are two better ways. */
function tokenOf({ token, 'token-file': file }: { token?: string | undefined; 'token-file'?: string | undefined }): string {
  const found = (token ?? (file === undefined ? process.env.CRAFTING_TOKEN : readFileSync(file, 'utf8')))?.trim()
  if (!found) throw new FarmError('unauthorized', 'The farm wants a token', { hint: 'Set CRAFTING_TOKEN, or use --token-file FILE.' })
  return found
}
