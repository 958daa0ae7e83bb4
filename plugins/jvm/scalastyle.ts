import { linePattern, position } from '../../core/parse/index.ts'

/** scalastyle's command line and Maven plugin: `warning file=/a/B.scala message=… line=3 column=4`. */
export const scalastyle = linePattern({
  tool: 'scalastyle',
  kind: 'lint',
  might: line => line.includes('file=') && line.includes(' message='),
  match: /^(?:\[[A-Z]{4,7}\] )?(?<level>error|warning|info) file=(?<file>\S.{0,1000}?\.scala) message=(?<message>.*)$/,
  map(finding) {
    const tail = /^(?<message>.*?)(?: line=(?<line>\d{1,9}))?(?: column=(?<column>\d{1,9}))?$/.exec(finding.message)?.groups
    const [line, column] = [position(tail?.line), position(tail?.column)]
    return { ...finding, message: tail?.message ?? finding.message, ...line && { line }, ...line && column && { column: column + 1 } }
  },
})
