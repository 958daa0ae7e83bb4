/** A place in a backtrace. */
export interface Frame { file: string; line: number }

/** `./spec/a_spec.rb:5:in 'x'`, behind RSpec's `# ` or the interpreter's `from ` and `3: from `. */
const frame = /^\s*(?:# )?(?:\d+: )?(?:from )?(?<file>(?:[A-Za-z]:)?[^\s:'"`()|][^:'"`()|]*):(?<line>\d{1,9})(?::in [`'].*)?$/
const foreign = /^<internal:|^\(eval|^-e$|[\\/](?:gems|rubygems|rubygems-integration|vendor_ruby|site_ruby|lib[\\/]ruby)[\\/]|(?:^|[\\/])vendor[\\/](?:bundle|gems)[\\/]|^[\\/]usr[\\/](?:local[\\/])?s?bin[\\/]|(?:^|[\\/])(?:bin|binstubs|exe)[\\/](?:rspec|rake|rails|bundle|cucumber|spring|m)$/

export function frameOf(text: string): Frame | undefined {
  const groups = text.length > 2000 ? undefined : frame.exec(text)?.groups
  return groups?.file === undefined ? undefined : { file: groups.file, line: Number(groups.line) }
}

/** False for what belongs to Ruby, to a gem, or to a program that only starts the tests. */
export function isOwn({ file }: Frame): boolean { return !foreign.test(file) }

/** The innermost frame of the project's own, of frames in the order innermost first; failing that, the innermost. */
export function placeOf(frames: readonly Frame[]): Frame | undefined {
  return frames.find(isOwn) ?? frames[0]
}

const source = /\.(?:rb|rbw|rake|gemspec|ru|erb|haml|slim|jbuilder|builder|rbi|thor|podspec|rabl)$|(?:^|[\\/])(?:Rakefile|Gemfile|Guardfile|Capfile|Thorfile|Vagrantfile|Podfile|Fastfile|Dangerfile|Brewfile)$/

/** Whether a name is that of a file with Ruby in it: `file:3: warning:` is also how old C compilers speak. */
export function isRuby(file: string): boolean { return source.test(file) }
