import type { Close, ServiceCore } from '../../core/service.ts'
import { doorOf } from './door.ts'
import { draftByFixer } from './draft-fixer.ts'
import { draftByOffer } from './draft-offer.ts'
import { endpointsOf } from './endpoints.ts'
import { listen } from './listen.ts'
import { settings, startLoop, type Draft } from './loop.ts'
import type { DrafterName } from './targets.ts'

export function setup(core: ServiceCore): Close {
  const drafters: Draft = { fixer: draftByFixer, offer: draftByOffer }
  const available = new Set(Object.keys(drafters) as DrafterName[])
  const loop = startLoop(core, { drafters, settings })
  const door = doorOf({ core, loop, available })
  core.providePatches(door)
  core.endpoints(endpointsOf(core, door, loop))
  listen(core, door, loop)
  return () => loop.close()
}
