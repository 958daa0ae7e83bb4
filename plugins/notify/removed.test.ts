import t from 'tap'
import { readConfig } from '../../core/config.ts'
import type { Facts } from '../../core/contract.ts'
import { composeFarm } from '../../core/farm.ts'
import { quietLogger } from '../../core/logger.ts'
import type { Fact } from '../../core/service.ts'
import { environmentIn } from '../../test/http/server.ts'
import { temporary } from '../../test/support/temporary.ts'
import { jobEnded, patchDrafted, type Teller } from './facts.ts'
import { forgetProject } from './outbox.ts'

t.test('what a removed project had to say is not told for another of its name, however late its facts come', async t => {
  const { farm, coreFor } = await composeFarm(readConfig({ ...environmentIn(temporary(t)), CRAFTING_SANDBOX: 'off' }), { kind: 'check', log: quietLogger })
  t.teardown(() => farm.close({ drainMs: 0 }))
  const core = coreFor('notify')
  const teller: Teller = { core, now: () => 0, publicUrl: undefined }
  const add = () => farm.createProject(core.caller, {
    name: 'p', gitUrl: 'https://git.example.org/p.git', defaultBranch: 'main', languages: [], subprojects: [], notify: { email: [], on: [] },
    settings: { hooks: [{ kind: 'webhook', url: 'https://ops.example.org/', on: ['patch_drafted', 'nightly_summary'] }] },
  })
  const told = <K extends 'job.finished' | 'patch.drafted'>(name: K, data: Facts[K]): Fact<K> => {
    core.emit(name, data)
    return { name, at: new Date().toISOString(), data, id: core.db.prepare('SELECT max(id) FROM facts').pluck().get() as number }
  }
  const none = { new: 0, unchanged: 0, fixed: 0, error: 0, warning: 0, note: 0 }
  const drafted = () => told('patch.drafted', { project: 'p', patch: 'x', finding: 'f', branch: 'b', title: 'one' })
  const ended = (run: string | null) => told('job.finished', { project: 'p', run, job: 'j', recipe: 'test', subproject: '', language: 'bash', status: 'passed', exitCode: 0, sha: null, tests: null, findings: none })
  const count = (table: string) => core.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()

  const removed = add()
  const late = { patch: drafted(), job: ended(null), ofRun: ended('r') }
  jobEnded(teller, late.ofRun)
  patchDrafted(teller, late.patch)
  t.same([count('notify_outbox'), count('notify_jobs')], [1, 1])
  await farm.removeProject(core.caller, 'p')
  const present = add()
  t.not(present.id, removed.id)
  core.db.prepare(`UPDATE notify_outbox SET project_created_at = 'before'`).run()

  forgetProject(core.db, 'p', present)
  t.same([count('notify_outbox'), count('notify_jobs')], [0, 0])
  patchDrafted(teller, late.patch)
  jobEnded(teller, late.job)
  jobEnded(teller, late.ofRun)
  t.same([count('notify_outbox'), count('notify_jobs')], [0, 0])

  patchDrafted(teller, drafted())
  jobEnded(teller, ended('r'))
  t.same([count('notify_outbox'), count('notify_jobs')], [1, 1])
  forgetProject(core.db, 'p', present)
  t.same([count('notify_outbox'), count('notify_jobs')], [1, 1], 'the fact that the other was removed comes late')
  forgetProject(core.db, 'p', undefined)
  t.same([count('notify_outbox'), count('notify_jobs')], [0, 0])
})
