/** A frame of a JVM stack: `at org.example.A$B.run(A.java:12)`, with module and loader in front since Java 9. */
const frame = /^\s{0,40}at (?:[\w.@-]{1,200}\/{1,2})?(?:[\w.-]{0,200}\/)?(?<class>[\w$.<>-]{1,600})\.(?<method>[\w$<>-]{1,300})\((?<file>[\w$.-]{1,300}\.(?:java|kt|kts|scala|groovy)):(?<line>\d{1,9})\)/
const foreign = /^(?:java|javax|jdk|sun|com\.sun|junit|kotlin|scala|groovy|org\.(?:junit|testng|gradle|apache\.maven|apache\.tools|hamcrest|assertj|opentest4j|codehaus\.groovy|scalatest|scalactic|specs2|mockito|easymock|powermock|spockframework)|munit|sbt|worker\.org\.gradle|com\.google\.common\.truth|io\.kotest)\./

export interface JvmFrame { class: string; file: string; line: number }

/** The frame that a line holds. The package gives the file its directory, which makes it one of many files of that name. */
export function frameOf(text: string): JvmFrame | undefined {
  if (!text.includes('(') || !text.includes('at ')) return undefined
  const groups = frame.exec(text)?.groups
  if (!groups) return undefined
  const path = groups.class!.split('.').slice(0, -1)
  // A Kotlin or Scala file may lie anywhere, but mostly lies where its package says.
  return { class: groups.class!, file: [...path, groups.file!].join('/'), line: Number(groups.line) }
}

/** The frame a test's failure is shown at: the first of the test's own class, else the first that is no runner's or library's. */
export function placeIn(trace: string, testClass: string | undefined): { file: string; line: number } | undefined {
  let first: JvmFrame | undefined
  const own = testClass?.replace(/[$[(].*$/, '')
  for (const line of trace.slice(0, 200_000).split('\n', 600)) {
    const found = frameOf(line)
    if (!found) continue
    if (own && (found.class === own || found.class.startsWith(`${own}$`))) return { file: found.file, line: found.line }
    if (!first && !foreign.test(found.class)) first = found
  }
  return first && { file: first.file, line: first.line }
}
