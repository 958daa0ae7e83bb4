/**
 * Which lint a diagnostic is of. The compiler names a lint in a note, and that only once per crate; clippy links its page every time.
 * `--message-format=short` has no notes at all.
 */

const attribute = /#!?\[(?:warn|deny|forbid|expect)\((?<rule>[\w:]+)\)\]/
const flag = /`-(?:[WDF]|-(?:warn|deny|forbid)) ?(?<rule>[\w:-]+)`/
const page = /^for (?:further|more) information,? visit \S*clippy\S*#(?<rule>[\w-]+)/

/** The lint that a note names; undefined where it names none. */
export function lintIn(note: string): string | undefined {
  const clippy = page.exec(note)?.groups?.rule
  if (clippy !== undefined) return `clippy::${clippy.replaceAll('-', '_')}`
  return (attribute.exec(note) ?? flag.exec(note))?.groups?.rule?.replaceAll('-', '_')
}

/** Names that stand for many lints: what is implied by them has a name of its own. */
export function isGroup(rule: string): boolean {
  return /^(?:warnings|unused|nonstandard_style|future_incompatible|rust_20\d\d_compatibility|(?:clippy|rustdoc)::(?:all|pedantic|nursery|restriction|style|complexity|perf|correctness|suspicious|cargo))$/.test(rule)
}

/** How the compiler's own lints speak, those that crates have most (the compiler's listing of lints that warn by default). */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/^unused variable: `/, 'unused_variables'],
  [/^variable `[^`]*` is assigned to, but never used/, 'unused_variables'],
  [/^value assigned to `[^`]*` is never read/, 'unused_assignments'],
  [/^unused imports?\b/, 'unused_imports'],
  [/^variable does not need to be mutable/, 'unused_mut'],
  [/^unused (?:`[^`]*`|return value of|arithmetic operation|comparison|logical operation|unary operation|bitwise operation|borrow|closure|implementer|boxed|array|coroutine|future).*that must be used|^unused `.*` (?:which|that) must be used/, 'unused_must_use'],
  [/^unnecessary parentheses around|^unnecessary parentheses/, 'unused_parens'],
  [/^unnecessary braces/, 'unused_braces'],
  [/^unnecessary `unsafe` block/, 'unused_unsafe'],
  [/^unused macro definition/, 'unused_macros'],
  [/^unused label/, 'unused_labels'],
  [/^unused doc comment/, 'unused_doc_comments'],
  [/^unused attribute/, 'unused_attributes'],
  [/^(?:[\w ]+ )?`[^`]*`(?: and `[^`]*`|, `.*`)? (?:is|are) never (?:used|read|constructed)|^(?:multiple )?(?:function|method|field|variant|struct|enum|constant|static|associated (?:function|item|constant)|type alias|trait|union)s? (?:.* )?(?:is|are) never (?:used|read|constructed)/, 'dead_code'],
  [/^use of deprecated /, 'deprecated'],
  [/^unreachable (?:statement|expression|call|arm|block|definition)/, 'unreachable_code'],
  [/^unreachable pattern/, 'unreachable_patterns'],
  [/^function cannot return without recursing/, 'unconditional_recursion'],
  [/^missing documentation for /, 'missing_docs'],
  [/ should have a snake case name$/, 'non_snake_case'],
  [/ should have an upper ?case name$/, 'non_upper_case_globals'],
  [/ should have an upper camel case name$|should have a camel case name/, 'non_camel_case_types'],
  [/^unexpected `cfg` condition/, 'unexpected_cfgs'],
  [/^creating a (?:shared|mutable) reference to mutable static/, 'static_mut_refs'],
  [/^trait objects without an explicit `dyn` are deprecated/, 'bare_trait_objects'],
  [/^`\.\.\.` range patterns are deprecated/, 'ellipsis_inclusive_range_patterns'],
  [/^this (?:arithmetic operation will overflow|operation will panic at runtime)|^attempt to (?:divide by zero|compute `.*`, which would overflow)/, 'arithmetic_overflow'],
  [/^unresolved link to /, 'rustdoc::broken_intra_doc_links'],
  [/^this URL is not a hyperlink/, 'rustdoc::bare_urls'],
  [/^unclosed HTML tag/, 'rustdoc::invalid_html_tags'],
  [/^redundant explicit link target/, 'rustdoc::redundant_explicit_links'],
  [/^public documentation for `.*` links to private item/, 'rustdoc::private_intra_doc_links'],
]

const most = 2000

/** Remembers, within one log, what lint a message of this shape was of. */
export class LintNames {
  readonly #known = new Map<string, string>()

  learn(message: string, rule: string): void {
    if (this.#known.size < most) this.#known.set(shapeOf(message), rule)
  }

  guess(message: string): string | undefined {
    return this.#known.get(shapeOf(message)) ?? lintOf(message)
  }
}

export function lintOf(message: string): string | undefined {
  const said = message.length > 1000 ? message.slice(0, 1000) : message
  return phrases.find(([pattern]) => pattern.test(said))?.[1]
}

function shapeOf(message: string): string {
  return message.slice(0, 300).replace(/`[^`]*`/g, '`')
}
