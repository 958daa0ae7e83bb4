import { z } from 'zod'
import { messageOf } from '../../../core/service.ts'
import { line, untrusted, words } from '../text.ts'
import { tool } from '../tool.ts'

const recipe = z.object({ subproject: z.string(), language: z.string(), recipe: z.string(), runs: z.string() })
const command = z.string().min(1).max(32_768)

export const registerProject = tool({
  name: 'register_project', toolset: 'projects',
  description: 'Register a git repository. Languages and recipes are detected unless given. Answers what will run.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: z.strictObject({
    name: z.string().max(64), git_url: z.string().max(2048), default_branch: z.string().max(255).default('main'),
    languages: z.array(z.string().max(64)).max(50).optional(),
    subprojects: z.array(z.strictObject({ path: z.string().max(512), language: z.string().max(64), build: command.optional(), test: command.optional(), lint: command.optional(), audit: command.optional() })).max(100).optional(),
  }),
  output: z.object({ project: z.string(), git_url: z.string(), default_branch: z.string(), recipes: z.array(recipe), warning: z.string().optional() }),
  async run({ farm, caller }, { name, git_url, default_branch, languages = [], subprojects = [] }) {
    const project = farm.createProject(caller, {
      name, gitUrl: git_url, defaultBranch: default_branch, languages, notify: { email: [], on: [] },
      subprojects: subprojects.map(({ path, language, ...recipes }) => ({ path, language, recipes: Object.fromEntries(Object.entries(recipes).filter(([, text]) => text !== undefined)) })),
    })
    const stored = { project: project.name, git_url: project.gitUrl, default_branch: project.defaultBranch }
    try {
      const { jobs } = await farm.plan(caller, project.name, { signal: AbortSignal.timeout(20_000) })
      return {
        ...stored, recipes: jobs.map(job => ({ subproject: job.subproject, language: job.language, recipe: job.recipe, runs: line(job.snapshot.source, 100) })),
        ...(jobs.length ? {} : { warning: 'No language that the farm knows was found; name subprojects with their recipes.' }),
      }
    } catch (error) {
      return { ...stored, recipes: [], warning: line(`Registered, but the repository could not be looked at: ${messageOf(error)}`) }
    }
  },
  lines: answer => [
    words('registered', answer.project, answer.git_url, answer.default_branch),
    ...(answer.recipes.length || answer.warning ? [untrusted] : []),
    ...answer.recipes.map(one => words(one.subproject || '.', one.language, `${one.recipe}:`, one.runs)),
    ...(answer.warning ? [`warning: ${answer.warning}`] : []),
  ].join('\n'),
})
