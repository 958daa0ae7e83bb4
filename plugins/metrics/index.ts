import type { Service } from '../../core/service.ts'

export default {
  kind: 'service',
  api: 1,
  name: 'metrics',
  setup: async core => (await import('./setup.ts')).setup(core),
} satisfies Service
