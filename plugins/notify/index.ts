import type { Service } from '../../core/service.ts'

export default {
  kind: 'service',
  api: 1,
  name: 'notify',
  migrations: new URL('./migrations/', import.meta.url),
  setup: async core => (await import('./setup.ts')).setup(core),
} satisfies Service
