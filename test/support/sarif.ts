import { spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type * as sarif from 'sarif'

/** Microsoft's validator ships as one program per platform, which the package manager picks. */
export function validatorProgram(): string | undefined {
  const platform = { linux: 'linux', darwin: 'darwin', win32: 'win32' }[process.platform as string]
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`@microsoft/sarif-multitool-${platform}/package.json`))
    const program = join(folder, process.platform === 'win32' ? 'Sarif.Multitool.exe' : 'Sarif.Multitool')
    try { accessSync(program, constants.X_OK) } catch { chmodSync(program, 0o755) }
    return program
  } catch {
    return undefined
  }
}

/** A proxy that is not there: the validator asks for every address it reads (SARIF2006), and a test asks no one. */
const nowhere = 'http://127.0.0.1:9'

/** What it says of each file in a folder, as `level rule message`. Its exit status is 0 whatever it finds. */
export function complaints(program: string, folder: string): Map<string, string[]> {
  const output = join(folder, 'validator.out')
  const child = spawnSync(program, ['validate', join(folder, '*.sarif'), '--output', output, '--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning;Note'],
    { encoding: 'utf8', env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1', HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, http_proxy: nowhere, https_proxy: nowhere, NO_PROXY: '', no_proxy: '' } })
  const [run] = (JSON.parse(readFileSync(output, 'utf8').replace(/^\ufeff/, '')) as sarif.Log).runs
  const [invocation] = run?.invocations ?? []
  if (!invocation?.executionSuccessful) throw new Error(`the validator did not finish: ${child.stdout}${child.stderr}`)
  const said = new Map<string, string[]>()
  for (const { level = 'warning', ruleId, message, locations } of run?.results ?? []) {
    // That an address does not answer: nobody was asked.
    if (ruleId === 'SARIF2006') continue
    const file = basename(locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '')
    said.set(file, [...said.get(file) ?? [], `${level} ${ruleId} ${message.id} ${(message.arguments ?? []).join(' | ').slice(0, 200)}`])
  }
  return said
}
