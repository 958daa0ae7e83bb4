import type { Close, Service } from './contract.ts'
import type { Config } from './config.ts'
import { messageOf } from './errors.ts'
import type { FactLog } from './ledger/facts.ts'
import type { Logger } from './contract.ts'

/** Sets every service up; one that fails is reported and left out. The answer closes all that run. */
export async function startServices(services: readonly Service[], farm: { config: Config; facts: FactLog; log: Logger }): Promise<Close> {
  const stop = new AbortController()
  const closers: Close[] = []
  for (const service of services) {
    try {
      const close = await service.setup({
        log: farm.log,
        config: variablesOf(farm.config, service.name),
        signal: stop.signal,
        on: (name, handler) => farm.facts.subscribe(service.name, name, handler),
      })
      if (close) closers.push(close)
    } catch (error) {
      farm.log.error('service not started', { service: service.name, message: messageOf(error) })
    }
  }
  return async () => {
    stop.abort()
    for (const close of closers.toReversed()) await close()
  }
}

/** CRAFTING_<SERVICE>_HOST → HOST. */
function variablesOf(config: Config, service: string): Record<string, string> {
  const prefix = `CRAFTING_${service.toUpperCase().replaceAll('-', '_')}_`
  return Object.fromEntries(Object.entries(config.env).flatMap(([name, value]) => name.startsWith(prefix) && value !== undefined ? [[name.slice(prefix.length), value]] : []))
}
