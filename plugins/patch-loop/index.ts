import type { Service } from '../../core/service.ts'

export default {
  kind: 'service',
  api: 1,
  name: 'patch-loop',
  migrations: new URL('./migrations/', import.meta.url),
  verbs: {
    patches: {
      usage: `patches [list|show|apply|reject] [ID]   patches that the farm drafted and verified

patches [--project NAME] [--state STATE]   newest first
patches show ID                            what was verified before and after, who drafted it, the patch
patches apply ID [DIRECTORY] [--check]     to a checkout (default: here), without a commit
patches reject ID [REASON]                 the same is never drafted again
--json for programs.`,
      run: async (args, open) => (await import('./verbs.ts')).run(args, open),
    },
  },
  setup: async core => (await import('./serve.ts')).setup(core),
} satisfies Service
