import type { Step } from './steps.ts'
import { inert } from './markdown.ts'
import { wantedPull } from './pulls.ts'
import { branchOf } from './targets.ts'
import type { Target } from './rows.ts'

/** The screened patch itself, never the tree that was built, as a commit in the mirror; further only where the project says so. */
export const publish: Step = async ({ core, now }, target) => {
  const { diff, evidence } = target
  if (!diff || !evidence) return { values: { state: 'unfixable', reason: 'the patch is lost' } }
  const project = core.farm.project(core.caller, target.project)
  const branch = branchOf(target)
  const sha = await core.commitPatch(target.project, { base: target.baseSha, diff, name: branch, message: messageFor(target), at: target.createdAt })
  const isPushed = project.settings?.patch?.push === true && await core.pushBranch(target.project, sha, branch)
  const reason = project.settings?.patch?.push === true && !isPushed ? `the remote has another branch ${branch}: it is left alone` : null
  return { values: { state: 'drafted', sha, branch, pushed: isPushed, pull: wantedPull(project, isPushed, now()), draftedAt: now(), reason } }
}

/** Trailers say where it comes from; nobody signs for it. */
export function messageFor(target: Target): string {
  const { evidence, tool, rule } = target
  const summary = evidence?.after.map(one => `${one.recipe} ${one.status}${one.tests ? `, ${one.tests.passed} of ${one.tests.total} tests passed` : ''}`).join('; ') ?? ''
  return [
    inert(target.title, 72), '',
    inert(`Repairs ${evidence?.repaired ?? 0} of ${target.findings.length} findings of ${tool}${rule ? ` ${rule}` : ''}. Nobody has read it yet.`, 200), '',
    `CT-Patch: ${target.id}`, `CT-Finding: ${target.key.slice(0, 12)}`, `CT-Job: ${target.baseJob}`, inert(`CT-Verification: ${summary}`, 300), `Assisted-by: ${evidence?.drafter === 'fixer' ? `${inert(tool, 60)} (fixer)` : evidence?.drafter ?? ''}`, '',
  ].join('\n')
}
