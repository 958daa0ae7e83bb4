import type { Kind } from '../../core/contract.ts'

/** A small linter, by the words of its messages. `rule` where the words tell it. */
export interface Linter { tool: string; rule?: string | ((groups: Groups) => string | undefined); kind?: Kind; match: RegExp }
type Groups = Readonly<Record<string, string | undefined>>

/** golang.org/x/lint; revive's default format has the same words. */
const golint = new RegExp(`^(?:${[
  'exported (?:const|func|function|method|type|var|package) \\S+ should have (?:comment|its own declaration)',
  'exported \\w+ \\S+ returns unexported type ', 'comment on exported \\w+ \\S+ should be of the form ', 'package comment (?:should|is)', 'should have a package comment',
  'a blank import should be only in a main or test package', 'should not use (?:dot imports|basic type \\S+ as key)', 'should omit (?:2nd|values?|type|comparison) ', 'should drop = ', 'should replace \\S.* with ',
  '(?:don\'t|do not) use (?:an underscore|underscores|ALL_CAPS|MixedCaps|leading k|unit-specific)', '\\w+(?: \\w+){0,3} \\S+ should be \\w+$',
  'type name will be used as ', '(?:func|const|var) name will be used as ', 'if block ends with a (?:return|break|continue|goto) statement', 'error (?:var \\S+ should have name|strings should not|should be the last type)',
  'receiver name ', 'var \\S+ is of type ', 'context\\.Context should be the first parameter',
].join('|')})`)

export const linters: readonly Linter[] = [
  { tool: 'revive', rule: groups => groups.rule, match: /^(?<message>\S.*) https:\/\/revive\.run\/r#(?<rule>[\w-]+)$/ },
  { tool: 'revive', rule: groups => groups.rule, match: /^\[(?<rule>[a-z]+(?:-[a-z0-9]+)*)\] (?<message>\S.*)$/ },
  { tool: 'golint', rule: 'golint', match: golint },
  { tool: 'revive', rule: 'unused-parameter', match: /^parameter '\S+' seems to be unused, consider removing or renaming it as _$/ },
  { tool: 'ineffassign', rule: 'ineffassign', match: /^(?:ineffectual assignment to \S+|\S+ assigned and not used)$/ },
  { tool: 'misspell', rule: 'misspell', kind: 'lint', match: /^(?:"[^"]+" is a misspelling of "[^"]+"|corrected "[^"]+" to "[^"]+")$/ },
  { tool: 'unparam', rule: 'unparam', match: /^\S+ - (?:\S+ (?:is unused|always receives .*)|result \d+ \(.*\) is (?:always|never).*)$/ },
  { tool: 'unconvert', rule: 'unconvert', match: /^unnecessary conversion$/ },
  { tool: 'deadcode', rule: 'deadcode', match: /^(?:unreachable func: \S+|\S+ is unused)$/ },
  { tool: 'unused', rule: 'U1000', match: /^(?:func|type|field|const|var|method) \S+ is unused$/ },
  { tool: 'goconst', rule: 'goconst', match: /^\d+ other occurrence\(s\) of ".*" found in: / },
  { tool: 'lll', rule: 'lll', match: /^(?:line is \d+ characters|the line is \d+ characters long)/ },
  { tool: 'dupl', rule: 'dupl', match: /^duplicate of [`\w]/ },
  { tool: 'bodyclose', rule: 'bodyclose', match: /^response body must be closed$/ },
  { tool: 'prealloc', rule: 'prealloc', match: /^Consider (?:pre-?allocating|preallocating) \S+/ },
  { tool: 'nakedret', rule: 'nakedret', match: /^(?:\S+ naked returns on |naked return in func )/ },
  { tool: 'dogsled', rule: 'dogsled', match: /^declaration has \d+ blank identifiers$/ },
  { tool: 'gochecknoglobals', rule: 'gochecknoglobals', match: /^\S+ is a global variable$/ },
  { tool: 'gochecknoinits', rule: 'gochecknoinits', match: /^(?:init function|don't use `init` function)/ },
  { tool: 'maligned', rule: 'maligned', match: /^struct of size \d+ (?:bytes )?could be / },
  { tool: 'fieldalignment', rule: 'fieldalignment', match: /^struct (?:of size \d+ could be \d+|with \d+ pointer bytes could be \d+)$/ },
  { tool: 'interfacer', rule: 'interfacer', match: /^\S+ can be \S+\.\S+$/ },
  { tool: 'godot', rule: 'godot', match: /^(?:Comment|Top level comment|Last sentence) should end in a period/ },
  { tool: 'nilaway', rule: 'nilaway', match: /^(?:error: )?Potential nil panic detected\./ },
  { tool: 'errorlint', rule: 'errorlint', match: /^(?:comparing with [!=]= will fail on wrapped errors|type (?:assertion|switch) on error will fail on wrapped errors|non-wrapping format verb for fmt\.Errorf)/ },
  { tool: 'exhaustive', rule: 'exhaustive', match: /^missing cases in (?:switch|map) of type / },
  { tool: 'gocritic', rule: groups => groups.rule, match: /^(?<rule>appendAssign|appendCombine|argOrder|assignOp|badCall|badCond|badLock|badRegexp|badSorting|badSyncOnceFunc|boolExprSimplify|builtinShadow|builtinShadowDecl|captLocal|caseOrder|codegenComment|commentFormatting|commentedOutCode|commentedOutImport|defaultCaseOrder|deferInLoop|deferUnlambda|deprecatedComment|docStub|dupArg|dupBranchBody|dupCase|dupImport|dupSubExpr|dynamicFmtString|elseif|emptyDecl|emptyFallthrough|emptyStringTest|equalFold|evalOrder|exitAfterDefer|exposedSyncMutex|externalErrorReassign|filepathJoin|flagDeref|flagName|hexLiteral|httpNoBody|hugeParam|ifElseChain|importShadow|indexAlloc|initClause|mapKey|methodExprCall|nestingReduce|newDeref|nilValReturn|octalLiteral|offBy1|paramTypeCombine|preferDecodeRune|preferFilepathJoin|preferFprint|preferStringWriter|preferWriteByte|ptrToRefParam|rangeAppendAll|rangeExprCopy|rangeValCopy|redundantSprint|regexpMust|regexpPattern|regexpSimplify|returnAfterHttpError|ruleguard|singleCaseSwitch|sliceClear|sloppyLen|sloppyReassign|sloppyTypeAssert|sortSlice|sprintfQuotedString|sqlQuery|stringConcatSimplify|stringXbytes|stringsCompare|switchTrue|syncMapLoadAndDelete|timeExprSimplify|tooManyResultsChecker|truncateCmp|typeAssertChain|typeDefFirst|typeSwitchVar|typeUnparen|uncheckedInlineErr|underef|unlabelStmt|unlambda|unnamedResult|unnecessaryBlock|unnecessaryDefer|unslice|valSwap|weakCond|whyNoLint|wrapperFunc|yodaStyleExpr|zeroByteRepeat): (?<message>\S.*)$/ },
]

export function linterOf(message: string): { linter: Linter; groups: Groups } | undefined {
  for (const linter of linters) {
    const found = linter.match.exec(message)
    if (found) return { linter, groups: found.groups ?? {} }
  }
  return undefined
}
