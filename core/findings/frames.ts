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
/** Their package is the directory of their file, which makes it one of many of that name. */
const jvmFrame = /^\s*at (?:[\w.@-]+\/{1,2})?(?<owner>[\w$]+(?:\.[\w$]+)*)\.[\w$<>-]+\([\w$-]+\.(?:java|kt|scala|groovy):\d+\)/
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
      const path = resolve(folderOf(line) + groups.file)
      if (path === undefined || /^(?:\/|[A-Za-z]:)/.test(path)) continue
      if (file !== undefined && path !== file && !file.endsWith(`/${path}`) && !file.endsWith(`/${groups.file}`)) continue
      return { file: file ?? path, line: Number(groups.line) }
    }
  }
  return undefined
}

/** The directory of a JVM's frame, with its `/`; '' for any other. */
function folderOf(line: string): string {
  const owner = jvmFrame.exec(line)?.groups?.owner
  return owner?.includes('.') ? `${owner.slice(0, owner.lastIndexOf('.')).replaceAll('.', '/')}/` : ''
}
