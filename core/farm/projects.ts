import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkDefinition } from '../definition.ts'
import { FarmError } from '../errors.ts'
import type { Farm } from '../facade.ts'
import { endBisectsOf } from '../ledger/bisects.ts'
import { deleteProject, insertProject, listProjects, updateProject } from '../ledger/projects.ts'
import { deleteSecret, listSecrets, putSecret } from '../ledger/secrets.ts'
import { removeMirror } from '../run/mirror.ts'
import { snapshotDirectory } from '../run/snapshot.ts'
import { checkSecret, secretPlace } from '../secrets.ts'
import type { Rooms } from './rooms.ts'

type Projects = Pick<Farm, 'createProject' | 'updateProject' | 'removeProject' | 'project' | 'projects' | 'secrets' | 'putSecret' | 'removeSecret' | 'snapshot'>

/** Projects, what is secret about them, and their repositories. */
export function projectCases({ runner, access: { project }, work }: Rooms): Projects {
  const { db, facts, config, vault } = runner
  const saved = (name: string, created: boolean) => facts.append('project.saved', { project: name, created })
  return {
    createProject(caller, definition) {
      const checked = checkDefinition(config, definition)
      return db.transaction(() => {
        const made = insertProject(db, caller.name, checked)
        saved(made.name, true)
        return made
      }).immediate()
    },
    updateProject(caller, name, definition) {
      const { id } = project(caller, name)
      const checked = checkDefinition(config, { ...definition, name })
      db.transaction(() => {
        updateProject(db, id, checked)
        saved(name, false)
      }).immediate()
      return project(caller, name)
    },
    async removeProject(caller, name) {
      const old = project(caller, name)
      endBisectsOf(db, old.id)
      let removed = false
      await work.remove(old.id, () => {
        db.transaction(() => {
          removed = deleteProject(db, old.id)
          if (removed) facts.append('project.removed', { project: name })
        }).immediate()
        // Asked twice at once, the second time comes when the name may be another project's.
        if (removed) rmSync(join(runner.logs, name), { recursive: true, force: true })
      })
      if (removed) await removeMirror(runner.mirrorOf(old).directory)
    },
    project,
    projects: (caller, page) => listProjects(db, caller, page),

    secrets: (caller, name) => listSecrets(db, project(caller, name).id),
    putSecret(caller, name, secret, value) {
      const { id } = project(caller, name)
      checkSecret(secret, value)
      putSecret(db, id, secret, vault.seal(value, secretPlace(id, secret)), caller.name)
    },
    removeSecret(caller, name, secret) {
      if (!deleteSecret(db, project(caller, name).id, secret)) throw new FarmError('not_found', 'No such secret')
    },

    snapshot: (caller, name, directory) => snapshotDirectory(directory, runner.mirrorOf(project(caller, name)).directory),
  }
}
