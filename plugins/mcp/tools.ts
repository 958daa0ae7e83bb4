import { FarmError } from '../../core/service.ts'
import type { Tool, Toolset } from './tool.ts'
import { cancelJob } from './tools/cancel-job.ts'
import { fixFindings } from './tools/fix-findings.ts'
import { getJob } from './tools/get-job.ts'
import { getStatus } from './tools/get-status.ts'
import { listFindings } from './tools/list-findings.ts'
import { readLog } from './tools/read-log.ts'
import { registerProject } from './tools/register-project.ts'
import { runRecipe } from './tools/run-recipe.ts'

/** In the order in which an agent needs them. */
export const tools: readonly Tool[] = [getStatus, listFindings, runRecipe, getJob, readLog, fixFindings, registerProject, cancelJob]

export const toolsets: readonly Toolset[] = ['status', 'run', 'projects', 'fix']

export interface Selection { readOnly: boolean; toolsets: readonly Toolset[] }

export function selected({ readOnly, toolsets: wanted }: Selection): readonly Tool[] {
  return tools.filter(tool => wanted.includes(tool.toolset) && (!readOnly || tool.annotations.readOnlyHint))
}

/** `status,run`; empty or missing: all. */
export function readToolsets(text: string | undefined): readonly Toolset[] {
  const names = (text ?? '').split(',').map(name => name.trim()).filter(Boolean)
  const unknown = names.filter(name => !toolsets.some(one => one === name))
  if (unknown.length) throw new FarmError('invalid', `There is no toolset ${unknown.join(', ').slice(0, 100)}`, { field: 'toolsets', hint: `Known: ${toolsets.join(', ')}.` })
  return names.length ? toolsets.filter(one => names.includes(one)) : toolsets
}
