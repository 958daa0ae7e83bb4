import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commit, git, makeRepository } from '../support/repository.ts'
import { until } from '../support/until.ts'
import type { Beside } from './crash-beside.ts'

/** Names no file: what a recipe runs, no patch may touch. */
const lint = `grep -nH BAD *.txt | sed -E 's/^([^:]+:[0-9]+):(.*)/\\1:1: error: bad word \\2/'`
/** Repairs the one file that its prompt names first. */
const agent = ['sh', '-c', `file=$(grep -o 'words[0-9]*[.]txt' | head -n 1); sleep 0.2; sed -i s/BAD/GOOD/ "$file"`]
const wordsOf = (round: number) => ({ [`words${round}.txt`]: 'alpha\nBAD\nomega\n' })
const settledWell = ['drafted', 'superseded']

/** In each round a commit brings a finding in a file of its own, and the one of the round before is asked to be repaired. Each is drafted once, in one branch, and told once. */
export function patchesBeside(repository: string): Beside {
  makeRepository(repository, wordsOf(0))
  mkdirSync(join(repository, '.git/hooks'), { recursive: true })
  writeFileSync(join(repository, '.git/hooks/pre-receive'), '#!/bin/sh\nsleep 0.2\n')
  chmodSync(join(repository, '.git/hooks/pre-receive'), 0o755)
  const definition = { name: 'patched', git_url: `file://${repository}`, subprojects: [{ path: '.', language: 'none', lint }], patch: { drafters: ['command'], max_attempts: 2, push: true } }
  return {
    environment: { CRAFTING_PATCH_LOOP_COMMAND: JSON.stringify(agent), CRAFTING_PATCH_LOOP_PER_DAY: '10000', CRAFTING_PATCH_LOOP_OPEN_DRAFTS: '1000' },
    async begin(server) { await server.request('POST', '/projects', definition) },
    async load(server, round) {
      await server.request('POST', '/projects/patched/patches', {})
      commit(repository, wordsOf(round))
      await server.request('POST', '/projects/patched/runs', { recipes: ['lint'] })
    },
    async reckon(server) {
      const all = async (): Promise<any[]> => Promise.all((await server.request('GET', '/patches?project=patched&limit=500')).body.patches.map(async ({ id }: { id: string }) => (await server.request('GET', `/patches/${id}`)).body))
      await server.request('POST', '/projects/patched/patches', {})
      await until(async () => (await all()).every(one => one.settled))
      const patches = await all()
      const branches = new Map(git(repository, 'for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads/ct').split('\n').filter(Boolean).map(line => line.split(' ') as [string, string]))
      const faults = patches.filter(one => !settledWell.includes(one.state)).map(one => `patch ${one.id} is ${one.state}: ${one.reason}`)
      for (const { id, state, attempts, branch, sha, pushed } of patches) {
        if (attempts.length > 1) faults.push(`patch ${id} took ${attempts.length} attempts`)
        if (state === 'drafted' && (!pushed || branches.get(branch) !== sha)) faults.push(`patch ${id} is drafted, and its branch is ${branches.get(branch) ?? 'not there'}`)
      }
      const known = new Set(patches.map(one => one.branch))
      for (const branch of branches.keys()) if (!known.has(branch)) faults.push(`${branch} is nobody's`)
      if (branches.size === 0) faults.push('no patch was published at all')
      const count = (state: string) => patches.filter(one => one.state === state).length
      return { done: `${patches.length} patches: ${settledWell.map(state => `${count(state)} ${state}`).join(', ')}, ${branches.size} branches`, faults }
    },
  }
}
