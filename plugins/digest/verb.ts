import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { FarmError, type Opened, type Project } from '../../core/service.ts'
import { readDigestConfig, type DigestConfig } from './config.ts'
import { dayAt, isDate } from './days.ts'
import { mailedProjects, recipientsOf, render } from './due.ts'
import { compose } from './mail.ts'
import { tokenOf } from './unsubscribe.ts'
import { unsubscribeMark } from './words.ts'

export async function run(args: string[], open: () => Promise<Opened>): Promise<number> {
  const { values } = parseArgs({ args, strict: true, options: { date: { type: 'string' }, project: { type: 'string' }, out: { type: 'string' } } })
  if (values.date !== undefined && !isDate(values.date)) throw new FarmError('invalid', `${values.date} is not a day`, { hint: 'Write it like 2026-04-29.' })
  const core = await open()
  try {
    const config = readDigestConfig(core.settings.env)
    const date = values.date ?? dayAt(Date.now(), config)
    if (values.out !== undefined) await mkdir(values.out, { recursive: true })
    const projects = values.project === undefined ? mailedProjects(core) : [core.farm.project(core.caller, values.project)]
    for (const project of projects) await write(core, project, { date, config, out: values.out, always: values.project !== undefined })
    return 0
  } finally {
    await core.close()
  }
}

async function write(core: Opened, project: Project, { date, config, out, always }: { date: string; config: DigestConfig; out: string | undefined; always: boolean }): Promise<void> {
  const { body, isWorthTelling } = await render(core, project, date, config)
  if (!isWorthTelling && !always) return
  // Somebody's, so that the message is whole.
  const recipient = recipientsOf(core, project)[0] ?? config.from
  const unsubscribeToken = tokenOf(core.db, { project: project.name, recipient })
  const address = `${config.publicUrl ?? ''}/digests/unsubscribe/${unsubscribeToken}`
  if (out === undefined) {
    process.stdout.write(body.text.replaceAll(unsubscribeMark, address))
    return
  }
  const file = (extension: string) => join(out, `${project.name}-${date}.${extension}`)
  await writeFile(file('txt'), body.text.replaceAll(unsubscribeMark, address))
  await writeFile(file('html'), body.html.replaceAll(unsubscribeMark, address))
  await writeFile(file('eml'), await compose({ date, project: project.name, recipient, ...body, madeAt: new Date().toISOString(), unsubscribeToken }, config))
  process.stdout.write(`${file('eml')}\n`)
}
