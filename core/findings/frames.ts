import type { Location } from '../contract.ts'

const maxFrames = 400
const maxLine = 1000

/** How stacks name a place: Python's `File "x.py", line 3`, JVM's and V8's `(x.js:3:5)`, and the bare `x.rb:3` of most others. */
const shapes: readonly RegExp[] = [
  /^\s*File "(?<file>[^"]+)", line (?<line>\d+)/,
  /\((?<file>[^()\s:][^():]*):(?<line>\d+)(?::\d+)?\)/,
  /(?:^|[\s("'@[])(?<file>(?:file:\/\/|[A-Za-z]:[\\/])?[^\s:()"'[\]]+\.\w+):(?<line>\d+)/,
]

/** The JVM's frames name no directory, but the package tells the runtime's and the runners' own. */
const foreignFrame = /^\s*at (?:java|javax|jdk|sun|com\.sun|junit|kotlin|scala|org\.(?:junit|testng|gradle|apache\.maven|hamcrest|assertj|opentest4j))\./
const foreign = /(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|gems|\.cargo|rustc)\/|^node:|^internal\//

/** The first frame of a trace that lies in the workspace; with `file`, the first one in that file. */
export function firstFrame(trace: string | undefined, resolve: (path: string) => string | undefined, file?: string): Required<Pick<Location, 'file' | 'line'>> | undefined {
  if (!trace) return undefined
  for (const text of trace.slice(0, maxFrames * maxLine).split('\n', maxFrames)) {
    const line = text.slice(0, maxLine)
    if (foreignFrame.test(line)) continue
    for (const shape of shapes) {
      const groups = shape.exec(line)?.groups
      if (!groups?.file || foreign.test(groups.file.replaceAll('\\', '/'))) continue
      const path = resolve(groups.file)
      if (path === undefined || /^(?:\/|[A-Za-z]:)/.test(path)) continue
      if (file !== undefined && path !== file && !file.endsWith(`/${path}`)) continue
      return { file: file ?? path, line: Number(groups.line) }
    }
  }
  return undefined
}
