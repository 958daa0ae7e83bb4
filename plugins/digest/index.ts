import type { Service } from '../../core/service.ts'

export default {
  kind: 'service',
  api: 1,
  name: 'digest',
  migrations: new URL('./migrations/', import.meta.url),
  verbs: {
    digest: {
      usage: `digest [--date YYYY-MM-DD] [--project NAME] [--out DIR]   the morning's mail, as it would be sent

Prints the text; with --out it writes PROJECT-DATE.eml, .txt and .html there instead. --date is the morning on which it is sent (default: the last one),
--project one of them (default: all that have something to tell). Sends nothing and notes nothing.`,
      run: async (args, open) => (await import('./verb.ts')).run(args, open),
    },
  },
  setup: async core => (await import('./setup.ts')).setup(core),
} satisfies Service
