import type { Close, ServiceCore } from '../../core/service.ts'
import { askAgain } from './drafts.ts'
import { doorOf } from './door.ts'
import { draftByForge } from './draft-clawdforge.ts'
import { draftByCommand } from './draft-command.ts'
import { draftByFixer } from './draft-fixer.ts'
import { draftByOffer } from './draft-offer.ts'
import { endpointsOf } from './endpoints.ts'
import { listen } from './listen.ts'
import { startLoop, type Draft } from './loop.ts'
import { optionsOf } from './options.ts'
import { startPulls } from './pulls.ts'
import type { DrafterName } from './targets.ts'

export function setup(core: ServiceCore): Close {
  const { command, forge, settings, pulls: pullOptions } = optionsOf(core)
  const drafters: Draft = {
    fixer: draftByFixer, offer: draftByOffer,
    ...(command ? { command: draftByCommand(command) } : {}), ...(forge ? { clawdforge: draftByForge(forge) } : {}),
  }
  const loop = startLoop(core, { drafters, settings })
  const pulls = startPulls(core, { ...pullOptions, changed: () => loop.changed(), closed: target => askAgain(core, door, target) })
  const unwatch = loop.watch(() => pulls.wake())
  const door = doorOf({ core, loop, available: new Set(Object.keys(drafters) as DrafterName[]) })
  core.providePatches(door)
  core.endpoints(endpointsOf(core, door, loop))
  listen(core, door, loop, pulls)
  return async () => {
    unwatch()
    await Promise.all([loop.close(), pulls.close()])
  }
}
