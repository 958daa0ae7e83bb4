import { messageOf, presentProject, type Core, type ServiceCore } from '../../core/service.ts'
import { readDigestConfig, type DigestConfig } from './config.ts'
import { deliverDue } from './deliveries.ts'
import { makeDue } from './due.ts'
import { endpoints } from './http.ts'
import { forgetOld, forgetProject, notePatch } from './runs.ts'

export function setup(core: ServiceCore): void {
  const config = configOf(core)
  core.on('patch.drafted', fact => notePatch(core, fact))
  core.on('project.removed', ({ data: { project } }) => forgetProject(core.db, project, presentProject(core.farm, core.caller, project)))
  core.endpoints(endpoints(core, config))
  if (config.smtp) core.minutely(() => tick(core, config))
}

/** What is due is worked out from the ledger, so that a wake-up may come late, twice or in several processes. */
export async function tick(core: Core, config: DigestConfig, { now = Date.now, random = Math.random } = {}): Promise<void> {
  const { smtp } = config
  if (!smtp) return
  forgetOld(core.db, now())
  await makeDue(core, config, now())
  await deliverDue(core, { config, smtp, now, random })
}

/** A faulty configuration turns the mail off, not the rest. */
function configOf(core: ServiceCore): DigestConfig {
  const { env } = core.farm.config
  try {
    const config = readDigestConfig(env)
    if (!config.smtp) core.log.info('digest disabled — CRAFTING_SMTP_HOST not set')
    return config
  } catch (error) {
    core.log.error('digest disabled', { message: messageOf(error) })
    core.isOff(`no mail is sent: ${messageOf(error)}`)
    return readDigestConfig({})
  }
}
