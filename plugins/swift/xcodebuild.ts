import type { LineParser } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { plain } from './grammar/prefix.ts'

const tool = 'xcodebuild'
/** `xcodebuild: error: …`, `/x/App.xcodeproj: error: …`, `App.storyboard:abc-12-xyz: warning: …`. */
const shapes: readonly RegExp[] = [
  /^(?<program>xcodebuild|actool|ibtoolds?|momc|codesign|swift-driver|xcrun|CompileC|instruments): (?<word>error|warning): (?<message>.+)$/,
  /^(?<file>\/[^:]{1,1000}\.(?:xcodeproj|xcworkspace|storyboard|xib|xcassets|plist|entitlements|strings|xcdatamodeld?|xcstrings))(?::[\w.-]{0,40})?: (?<word>error|warning|note): (?<message>.+)$/,
  /^(?<word>error|warning): (?<message>.{1,2000}) \(in target '(?<target>[^']{1,200})' from project '[^']{1,200}'\)$/,
  /^(?<word>error|warning): (?<message>(?:Signing for |No profiles for |Provisioning profile |Multiple commands produce |Build input files? cannot be found|No such module|The sandbox is not in sync|Unable to find a destination|Scheme ).{0,2000})$/,
]

/** What Xcode's build says beside its compilers and linker: of projects, resources, signing. */
export const xcodebuild: LineParser = {
  lines({ emit }) {
    return {
      line(raw) {
        if (!(marks(raw) & mark.colonBlank) || !/(?:error|warning|note): /.test(raw)) return false
        const text = plain(raw)
        for (const shape of shapes) {
          const groups = shape.exec(text)?.groups
          if (!groups) continue
          if (groups['word'] === 'note') return true
          emit({
            tool, kind: 'build', rule: groups['program'] && groups['program'] !== 'xcodebuild' ? groups['program'] : 'project', level: groups['word'] === 'warning' ? 'warning' : 'error',
            message: groups['message']!.replace(/ \(in target '[^']{1,200}' from project '[^']{1,200}'\)$/, ''),
            ...groups['file'] && { file: groups['file'] },
          })
          return true
        }
        return false
      },
    }
  },
}
