/**
 * What a language pack may know of the farm: types only, no imports. Services know more: service.ts.
 *
 * Lines and columns count from 1 everywhere; an `endColumn` is exclusive (SARIF 2.1.0, §3.30).
 * Paths use `/`. A parser may emit any path the tool printed: the core makes it relative to the repository.
 */

export type Level = 'error' | 'warning' | 'note'
export type Kind = 'build' | 'test' | 'lint' | 'audit' | 'format'

export interface Location {
  file: string
  line?: number
  column?: number
  endLine?: number
  endColumn?: number
  message?: string
}

/** One edit of a fix: the text between two points (end exclusive) becomes `text`. */
export interface Replacement {
  line: number
  column: number
  endLine: number
  endColumn: number
  text: string
}

export interface Fix {
  description?: string
  changes: readonly { file: string; replacements: readonly Replacement[] }[]
}

/** A known vulnerability of a package. */
export interface Advisory {
  /** Every alias known, in any order: CVE-…, GHSA-…, RUSTSEC-…, PYSEC-…, GO-…. The core picks the canonical one. */
  ids: readonly string[]
  package: string
  /** `npm`, `PyPI`, `crates.io`, `Go`, `RubyGems`, `Packagist`, `Maven`, `NuGet`, … (the names of the OSV schema) */
  ecosystem: string
  installed?: string
  fixed?: string
  /** CVSS base score, 0 to 10. Where a tool gives only a word: critical 9.5, high 8, moderate 5.5, low 2. */
  severity?: number
  url?: string
}

/** One problem that a tool reported. */
export interface Finding {
  tool: string
  rule?: string
  level: Level
  kind: Kind
  message: string
  file?: string
  line?: number
  column?: number
  endLine?: number
  endColumn?: number
  advisory?: Advisory
  help?: { text?: string; url?: string }
  related?: readonly Location[]
  fixes?: readonly Fix[]
  /** A stack or any further lines that explain the message. */
  trace?: string
}

/** One executed (or skipped) test. A failed one becomes a finding of kind `test`. */
export interface TestCase {
  tool: string
  /** The whole name that the runner would accept or print: suite and test joined as the tool joins them. */
  test: string
  status: 'passed' | 'failed' | 'skipped'
  seconds?: number
  file?: string
  line?: number
  message?: string
  trace?: string
}

/**
 * What a runner's own closing line says. It wins over counting the cases of the same parser,
 * since most runners print only the failed ones. Several totals of one parser add up (one per test binary).
 */
export interface TestTotals {
  tool: string
  totals: { total: number; passed: number; failed: number; skipped: number }
}

export type Item = Finding | TestCase | TestTotals

export interface ParseContext {
  emit(item: Item): void
  /** The report's path, relative to the repository or to $CRAFTING_REPORTS; undefined while reading a log. */
  report: string | undefined
}

/** Takes lines in order, without their line ends, ANSI codes removed. */
export interface LineReader {
  /** Returns true when the line is this tool's own, so that catch-all parsers need not look at it. */
  line(text: string): boolean | void
  /** The log is over: emit what is still pending. */
  end?(): void
}

interface ParserBase {
  /**
   * Files this parser reads besides the log: globs inside the subproject, such as `target/surefire-reports/*.xml`.
   * Everything in $CRAFTING_REPORTS is read by all parsers without being named here.
   */
  reports?: readonly string[]
}

/** Reads text, line by line. Called once per stream: a parser never sees two pipes mixed. */
export interface LineParser extends ParserBase {
  lines(context: ParseContext): LineReader
}

/**
 * Reads JSON documents, wherever they stand: a report file, or in the middle of a log, on one line or on many.
 * The first parser whose `is` says yes owns the document.
 */
export interface JsonParser extends ParserBase {
  json: {
    /** `head` is the beginning of the document (at most 64 KiB, possibly less than all of it). */
    is(head: string): boolean
    /**
     * Where the records are, for documents that may be large: `[]` (elements of the root array), `results[]`,
     * `runs[].results[]`. Each record is handed over alone, so that a report need not fit in memory.
     * Without it the whole document is handed over.
     */
    each?: readonly string[]
    /** `path` is the entry of `each` that the value came from, '' for a whole document. */
    read(value: unknown, context: ParseContext, path: string): void
    /** The document is over (or broke off). */
    end?(context: ParseContext): void
  }
}

/** One XML element with all that it holds. */
export interface XmlElement {
  name: string
  attributes: Readonly<Record<string, string>>
  children: readonly XmlElement[]
  /** Character data of the element itself, CDATA included, untrimmed. */
  text: string
}

/** Reads XML documents by elements. The first parser whose `is` says yes owns the document. */
export interface XmlParser extends ParserBase {
  xml: {
    is(head: string): boolean
    /** Names of the elements to hand over whole, e.g. `testcase`. Where they nest, the inner one is handed over first, and is not among the outer one's children. */
    each: readonly string[]
    /** `ancestors` are the enclosing elements, outermost first, with attributes but without children. */
    read(element: XmlElement, ancestors: readonly Omit<XmlElement, 'children' | 'text'>[], context: ParseContext): void
    end?(context: ParseContext): void
  }
}

/**
 * Turns what one tool printed into findings and test cases. Pure: no I/O, no clock, no state between calls
 * (state lives in the reader that `lines` returns). Silent on noise. Recognises only its own tool.
 */
export type Parser = LineParser | JsonParser | XmlParser

/** The files of a subproject, as far as planning may look at them. Paths are relative to the subproject. */
export interface Tree {
  /** True when a file or directory of that path, or one that matches the glob, exists. `**` looks into subdirectories. */
  has(glob: string): boolean
  /** Paths that match the glob, sorted; dependency folders and ignored files are never listed. */
  find(glob: string): readonly string[]
  /** A file's text (at most 1 MiB of it), undefined where there is none. */
  read(path: string): string | undefined
  /** A file parsed as JSON (comments and trailing commas allowed), undefined where there is none or it is broken. */
  json(path: string): unknown
  /** The same view of the directory above, undefined at the repository's root. */
  parent: Tree | undefined
}

export type RecipeName = 'build' | 'test' | 'lint' | 'audit'

/**
 * A default recipe. Of the recipes of one name, the first whose `when` holds is taken; none may.
 * Commands are shell text, run by /bin/sh -c in the subproject's directory.
 */
export interface PackRecipe {
  name: RecipeName
  /** The flavour, for people: `pytest`, `npm test`. */
  title: string
  when(tree: Tree): boolean
  /** Installs what `run` needs; its failure fails the job and says so. */
  setup?: string | ((tree: Tree) => string | undefined)
  run: string | ((tree: Tree) => string)
  /**
   * The command that runs these tests again, in the workspace where they have just failed; more than these may run. Their names come from a log: quote them.
   * Undefined: the runner cannot be told, all of `run` is run again.
   */
  rerun?(tree: Tree, tests: readonly Pick<TestCase, 'tool' | 'test'>[]): string | undefined
  /** Names of the pack's `toolchain` that must be there, else the job is skipped. */
  needs?: readonly string[]
  /** Default 600. */
  timeoutSecs?: number
  /** False: `run` gets no network where the machine allows that (setup always has it). Default true. */
  network?: boolean
}

/** A program the pack uses. */
export interface Tool {
  /** The name of the program on the PATH. */
  name: string
  /** A command that prints the version, e.g. `ruff --version`. */
  version: string
  /** How to get it, in one line, for people: `apt install shellcheck`. */
  get: string
  /** Which recipes are the poorer without it. */
  neededFor: readonly RecipeName[]
}

/** What a fixer is asked to repair. */
export interface FixRequest {
  tree: Tree
  /** Rules of the fixer's tool, as its findings name them; empty: all. */
  rules: readonly string[]
  /** Relative to the subproject, each of them there; empty: all. */
  files: readonly string[]
  /** For a fixer of advisories: the packages to raise. */
  packages: readonly { name: string; installed?: string; fixed?: string }[]
}

/**
 * Repairs findings without any thought: `ruff check --fix`. It changes the working tree and nothing else; what changed is
 * looked at afterwards, its exit status says nothing.
 */
export interface Fixer {
  /** The tool whose findings it repairs, as they name it. */
  tool: string
  /** Default `lint`. */
  kind?: Kind
  /** Names of the pack's `toolchain` that must be there. */
  needs?: readonly string[]
  /** Shell text for the subproject's directory, run like a recipe; undefined: nothing of this can be repaired. */
  run(request: FixRequest): string | undefined
  /** What `run` needs to be installed first; the network is there for it. */
  setup?(tree: Tree): string | undefined
  /** Default false: no network. */
  network?: boolean
}

/** A language: a value, never run by itself. */
export interface LanguagePack {
  kind: 'language'
  api: 1
  /** Lower case, the folder's name. */
  name: string
  /** For people: `C and C++`. */
  title: string
  aliases?: readonly string[]
  /** A directory that holds one of these files (globs, no `/`) is a subproject. Order says nothing. */
  markers: readonly string[]
  /**
   * Extensions (with dot) of the language's source files. A repository without any marker of the language, but with such
   * files, is one subproject at its root when `claimsLoose` is true.
   */
  extensions: readonly string[]
  /** Programs by whose name in a first line `#!` a file without an extension is a source file too: `bash`. */
  interpreters?: readonly string[]
  claimsLoose?: boolean
  /** Whether a marker below another subproject of the language makes one of its own (default) or belongs to the outer one; a function is asked about each. */
  nested?: 'own' | 'part' | ((tree: Tree) => 'own' | 'part')
  recipes: readonly PackRecipe[]
  /** Insertion order is precedence for documents. The key is the file's name: `ruff` lives in `ruff.ts`. */
  parsers: Readonly<Record<string, Parser>>
  fixers?: readonly Fixer[]
  /** Environment variable → directory under the cache root: `{ PIP_CACHE_DIR: 'pip' }`. */
  caches?: Readonly<Record<string, string>>
  toolchain: readonly Tool[]
  /** Environment variable → directory under the real home where the toolchain lives, set where it exists: `{ PYENV_ROOT: '.pyenv' }`. */
  homes?: Readonly<Record<string, string>>
  /** Its parsers read every language's output, after the language's own. */
  everywhere?: boolean
}

// ---------------------------------------------------------------- facts

export type JobStatus = 'queued' | 'running' | 'passed' | 'failed' | 'timed_out' | 'cancelled' | 'error' | 'skipped'
export type RunStatus = 'queued' | 'running' | 'passed' | 'failed' | 'cancelled' | 'error'

export interface TestCounts { total: number; passed: number; failed: number; skipped: number }

/** Of a job. Flaky ones are among the passed: they failed too, at the same commit. */
export interface JobTests extends TestCounts { flaky: number }

/** Counts of a job's findings: by state against the baseline, and by level (of new and unchanged ones). */
export interface FindingCounts {
  new: number
  unchanged: number
  fixed: number
  error: number
  warning: number
  note: number
}

/** Every fact there is, and what it carries. Past tense: it has happened and is in the ledger. */
export interface Facts {
  'project.saved': { project: string; created: boolean }
  'project.removed': { project: string }
  'suppression.saved': { project: string; suppression: number; identity: number; by: string; until: string | null }
  'suppression.removed': { project: string; suppression: number; by: string }
  'run.queued': { project: string; run: string; ref: string; recipes: readonly string[] }
  'job.started': { project: string; run: string | null; job: string; recipe: string; subproject: string }
  'job.finished': {
    project: string; run: string | null; job: string; recipe: string; subproject: string; language: string
    status: JobStatus; exitCode: number | null; sha: string | null
    tests: JobTests | null; findings: FindingCounts
    /** How many known vulnerabilities are among its new and unchanged findings; not in facts of version 0.1. */
    advisories?: number
  }
  'run.finished': { project: string; run: string; status: RunStatus; sha: string | null }
  'patch.drafted': { project: string; patch: string; finding: string | null; branch: string; title: string }
  'patch.abandoned': { project: string; patch: string; reason: string }
  'digest.sent': { project: string; date: string; recipients: number }
  'service.failed': { service: string; fact: number; name: string; message: string; attempts: number }
}
export type FactName = keyof Facts

export interface Fact<K extends FactName = FactName> {
  /** Grows by one or more; the order in which facts happened. */
  id: number
  name: K
  /** ISO 8601, UTC. */
  at: string
  data: Facts[K]
}

export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}
