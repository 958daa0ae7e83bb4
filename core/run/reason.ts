import { tailLog } from './log.ts'

const looked = 40
const farmPrefix = '[crafting-table] '

/** The last thing a recipe's programs said, for a failure that no finding explains; undefined where they said nothing. */
export async function lastWords(logPath: string): Promise<string | undefined> {
  const lines = await lastLines(logPath, looked)
  return lines.findLast(line => !remark.test(line)) ?? lines.at(-1)
}

/** What package managers add when a script has failed: that it has, where, and where to read of it. */
const remark = new RegExp([
  String.raw`info Visit https://yarnpkg\.com/`, String.raw`error Command failed with exit code \d+\.$`, String.raw`Failed with errors in `,
  String.raw`(?: |\[)ELIFECYCLE\b`, String.raw`error: script "[^"]*" exited with code \d+$`,
  String.raw`npm (?:ERR!|error) (?:Lifecycle script |code \S+$|errno \d+$|path |workspace |location |command |A complete log |\s*\S+[\\/]_logs[\\/])`,
].map(one => `^${one}`).join('|'))

/** The last lines that a recipe's programs printed, without empty ones and without colours, which may be all that a line has; none if they printed nothing lately. */
export async function lastLines(logPath: string, count: number): Promise<string[]> {
  const lines = await tailLog(logPath, looked).catch(() => [])
  return lines.filter(line => !line.startsWith(farmPrefix)).map(line => bare(line.slice(0, 1000))).filter(line => line !== '').slice(-count)
}

const colour = /\u001b\[[0-9;?]*[A-Za-z]/g
const bare = (line: string): string => line.replace(colour, '').trimEnd()
