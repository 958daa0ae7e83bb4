import t from 'tap'
import { lacks, repair } from '../../test/support/fixer.ts'
import pack from './index.ts'

const source = '#include "word.h"\nint *word(int count) {\n  if (count)\n    return 0;\n  return nullptr;\n}\n'
const files = {
  'CMakeLists.txt': 'cmake_minimum_required(VERSION 3.13)\nproject(words CXX)\nadd_library(words word.cpp)\n',
  'word.cpp': source, 'word.h': 'int *word(int count);\nstruct Word { ~Word() {} };\n',
}

t.test('clang-tidy repairs the rules asked for', { skip: lacks(pack, { tool: 'clang-tidy' }, 'cmake', 'c++') }, async t => {
  const after = repair(t, pack, files, { tool: 'clang-tidy', rules: ['modernize-use-nullptr'], files: ['word.cpp'] })
  t.same(after, { ...files, 'word.cpp': source.replace('return 0', 'return nullptr') }, 'and leaves nothing behind')
})

t.test('a header is repaired through what includes it', { skip: lacks(pack, { tool: 'clang-tidy' }, 'cmake', 'c++') }, async t => {
  const after = repair(t, pack, files, { tool: 'clang-tidy', rules: ['modernize-use-equals-default'], files: ['word.h'] })
  t.match(after['word.h'], '~Word() = default;')
})

t.test('loose sources need no database', { skip: lacks(pack, { tool: 'clang-tidy' }) }, async t => {
  const after = repair(t, pack, { 'word.cpp': source, 'word.h': files['word.h'] }, { tool: 'clang-tidy', rules: ['modernize-use-nullptr'], files: ['word.cpp'] })
  t.match(after['word.cpp'], 'return nullptr;\n  return')
})

t.test('clang-format keeps to the style of the project', { skip: lacks(pack, { tool: 'clang-format', kind: 'format' }) }, async t => {
  const untidy = 'int  main( void ){return 0;}\n'
  const after = repair(t, pack, { 'a.c': untidy, 'b.c': untidy, '.clang-format': 'BasedOnStyle: LLVM\n' }, { tool: 'clang-format', kind: 'format', files: ['a.c'] })
  t.equal(after['a.c'], 'int main(void) { return 0; }\n')
  t.equal(after['b.c'], untidy)
  t.equal(repair(t, pack, { 'a.c': untidy }, { tool: 'clang-format', kind: 'format' })['a.c'], untidy, 'without a style nothing is touched')
})
