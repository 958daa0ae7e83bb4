import { delimiter } from 'node:path'
import t from 'tap'
import { readConfig } from '../../core/config.ts'
import { builtinPluginsDir, loadPlugins } from '../../core/plugins.ts'
import { smoke } from '../../core/smoke/farm.ts'

// Every pack with recipes, as `crafting-table smoke` does it; what is not on this machine is skipped with its reason.
// SMOKE="a b" does these alone; folders of CRAFTING_PLUGINS_DIR are packs too.
t.setTimeout(1_700_000)
const config = readConfig({ ...process.env, CRAFTING_GIT_ALLOW_FILE: '1' })
const directories = [builtinPluginsDir, ...config.pluginDirs]
const asked = process.env.SMOKE?.split(/[\s,]+/).filter(Boolean) ?? []
const { packs } = await loadPlugins(directories)
const able = packs.filter(pack => pack.recipes.length > 0 && (asked.length === 0 || asked.includes(pack.name)))
t.ok(able.length > 0, `packs in ${directories.join(delimiter)}`)

const reports = await smoke(config, { packs: able.map(pack => pack.name), signal: new AbortController().signal })
t.same(reports.map(report => report.pack), able.map(pack => pack.name))

for (const { pack, hellos, faults, seconds } of reports) {
  t.test(`${pack} (${seconds.toFixed(0)} s)`, async t => {
    for (const { name, state, detail } of [...hellos, ...faults]) {
      if (state === 'skipped') t.pass(name, { skip: detail.split('\n', 1)[0] || 'not here' })
      else t.equal(state, 'ok', `${name}${detail && `: ${detail}`}`)
    }
  })
}
