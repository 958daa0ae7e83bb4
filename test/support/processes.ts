import { readFileSync, readdirSync } from 'node:fs'

/** Processes whose environment names the directory: a farm's jobs name the slot they run in. With `job`, of that one only. */
export function markedProcesses(directory: string, job = ''): string[] {
  return readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && Number(pid) !== process.pid).flatMap(pid => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
      return environment.includes(`CRAFTING_JOB=${job}`) && environment.includes(directory) ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`] : []
    } catch { return [] }
  })
}
