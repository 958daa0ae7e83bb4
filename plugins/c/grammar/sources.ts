import { remembering } from '../../../core/parse/index.ts'

/** Extensions that C-family compilers, assemblers and the tools around them report on. */
const families = new Set(
  ('c h cc cpp cxx c++ cp hh hpp hxx h++ inl inc ipp ixx cppm tcc tpp txx def m mm cu cuh cl hip ino pde s sx asm dox qdoc l ll y yy lex re gperf '
    + 'f for f77 f90 f95 f03 f08 d di adb ads ld lds rc moc ui pc pch pgc ec proto_c i ii mi bc hlsl glsl ispc sv x xs pyx in tab').split(' '),
)

/** Where compilers keep headers that have no extension (`vector`, `QString`). */
const headers = /[\\/](?:include|c\+\+|Headers|lib[\\/]gcc)[\\/]/

const pseudo = /^<(?:command[- ]line|built-?in|stdin|unknown|inline asm|scratch space|artificial)[^>]*>$/

/** True when a C-family tool may print this path: that is what keeps other languages' `file:line: error:` lines apart. */
export function isSource(path: string): boolean {
  if (path.includes('://')) return false
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  const dot = name.lastIndexOf('.')
  if (dot < 0) return headers.test(path)
  return families.has(name.slice(dot + 1).toLowerCase())
}

export const isPseudo = (path: string) => pseudo.test(path)

/** Frames of the toolchain itself: a report is never about these. */
const runtime = new RegExp([
  /^\/(?:usr|lib|lib64|opt\/rh|nix\/store|System|Library|Applications)\//,
  /(?:^|\/)(?:compiler-rt|libsanitizer|sanitizer_common|sysdeps|csu|glibc[^/]*|libio|nptl|libc\+\+|libcxx|libstdc\+\+-v3|gtest|googletest)\//,
  /(?:^|\/)(?:asan|lsan|msan|tsan|ubsan|hwasan|vg_replace|libc-start|libc_start|gtest)[\w-]*\.(?:c|cc|cpp|h|inc|S)$/,
].map(part => part.source).join('|'))

export const isRuntime = (path: string) => runtime.test(path)

/** What a build wrapper puts before a tool's line: Ant's `[exec]`, Android Studio's `C/C++:`, MSBuild's `1>`, ctest -V's `1: `. */
const wrapper = /^(?:\s{0,20}\[(?!doctest\])[A-Za-z][\w.+-]{0,30}\]\s{1,8}|C\/C\+\+:\s{1,4}|\s{0,4}\d{1,4}>\s{0,12}|\d{1,4}: )/

export const unwrapped = remembering(line => {
  const c = line.charCodeAt(0)
  return c <= 32 || c === 91 || c === 67 || c >= 48 && c <= 57 ? line.replace(wrapper, '') : line
})
