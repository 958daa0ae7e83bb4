import type { Service } from '../../core/service.ts'

export default {
  kind: 'service',
  api: 1,
  name: 'patch-loop',
  migrations: new URL('./migrations/', import.meta.url),
  setup: async core => (await import('./serve.ts')).setup(core),
} satisfies Service
