import type { Service } from '../../core/service.ts'

export default {
  kind: 'service',
  api: 1,
  name: 'mcp',
  verbs: {
    mcp: {
      usage: `mcp [--url URL] [--read-only] [--toolsets LIST]   the farm's tools for an agent, on stdin and stdout (Model Context Protocol)

Without --url it is a farm of its own, on the ledger of CRAFTING_DATA_DIR: its jobs end with it. With --url it is the door to a farm that runs
elsewhere; its token is taken from CRAFTING_TOKEN, or from --token-file FILE.
--read-only leaves out every tool that changes something; --toolsets takes some of status, run, projects, fix (default: all).
Ends with its input.`,
      run: async (args, open) => (await import('./stdio.ts')).run(args, open),
    },
  },
  setup: async core => (await import('./http.ts')).setup(core),
} satisfies Service
