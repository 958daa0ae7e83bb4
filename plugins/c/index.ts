import type { LanguagePack } from '../../core/contract.ts'
import { automake } from './automake.ts'
import { autotools } from './autotools.ts'
import { boostTestXml } from './boost-test-xml.ts'
import { boostTest } from './boost-test.ts'
import { catch2Xml } from './catch2-xml.ts'
import { catch2 } from './catch2.ts'
import { check } from './check.ts'
import { cmake } from './cmake.ts'
import { coccinelle } from './coccinelle.ts'
import { cppcheckText } from './cppcheck-text.ts'
import { cppcheck } from './cppcheck.ts'
import { cpplint } from './cpplint.ts'
import { cppunitXml } from './cppunit-xml.ts'
import { cppunit } from './cppunit.ts'
import { ctestXml } from './ctest-xml.ts'
import { ctest } from './ctest.ts'
import { doctest } from './doctest.ts'
import { edg } from './edg.ts'
import { fixers } from './fixers.ts'
import { flawfinder } from './flawfinder.ts'
import { gccJson } from './gcc-json.ts'
import { gcc } from './gcc.ts'
import { gfortran } from './gfortran.ts'
import { googletestJson } from './googletest-json.ts'
import { googletestXml } from './googletest-xml.ts'
import { googletest } from './googletest.ts'
import { infer } from './infer.ts'
import { iwyu } from './iwyu.ts'
import { linker } from './linker.ts'
import { make } from './make.ts'
import { mesonTest } from './meson-test.ts'
import { meson } from './meson.ts'
import { msvc } from './msvc.ts'
import { ninja } from './ninja.ts'
import { pclint } from './pclint.ts'
import { plist } from './plist.ts'
import { qttest } from './qttest.ts'
import { recipes } from './recipes.ts'
import { sanitizer } from './sanitizer.ts'
import { smatch } from './smatch.ts'
import { unity } from './unity.ts'
import { valgrindXml } from './valgrind-xml.ts'
import { valgrind } from './valgrind.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'c',
  title: 'C and C++',
  aliases: ['c++', 'cpp', 'cxx'],
  markers: ['CMakeLists.txt', 'meson.build', 'configure', 'configure.ac', 'configure.in', 'GNUmakefile', 'Makefile', 'makefile'],
  extensions: ['.c', '.cc', '.cpp', '.cxx', '.h', '.hh', '.hpp', '.hxx'],
  claimsLoose: true,
  nested: 'part',
  recipes,
  parsers: {
    gcc, 'gcc-json': gccJson, linker, msvc, edg, gfortran,
    cppcheck, 'cppcheck-text': cppcheckText, cpplint, flawfinder, iwyu, smatch, coccinelle, pclint, infer, plist,
    cmake, make, ninja, meson, autotools,
    ctest, 'ctest-xml': ctestXml, 'meson-test': mesonTest, automake,
    googletest, 'googletest-xml': googletestXml, 'googletest-json': googletestJson,
    catch2, 'catch2-xml': catch2Xml, doctest, 'boost-test': boostTest, 'boost-test-xml': boostTestXml,
    check, unity, cppunit, 'cppunit-xml': cppunitXml, qttest,
    sanitizer, valgrind, 'valgrind-xml': valgrindXml,
  },
  fixers,
  caches: { CCACHE_DIR: 'ccache' },
  toolchain: [
    { name: 'cc', version: 'cc --version', get: 'apt install gcc', neededFor: ['build', 'test', 'lint'] },
    { name: 'c++', version: 'c++ --version', get: 'apt install g++', neededFor: ['build', 'test', 'lint'] },
    { name: 'make', version: 'make --version', get: 'apt install make', neededFor: ['build', 'test'] },
    { name: 'autoreconf', version: 'autoreconf --version', get: 'apt install autoconf automake libtool', neededFor: ['build', 'test'] },
    { name: 'cmake', version: 'cmake --version', get: 'apt install cmake ninja-build', neededFor: ['build', 'test', 'lint'] },
    { name: 'meson', version: 'meson --version', get: 'apt install meson', neededFor: ['build', 'test', 'lint'] },
    { name: 'clang-tidy', version: 'clang-tidy --version', get: 'apt install clang-tidy', neededFor: ['lint'] },
    { name: 'cppcheck', version: 'cppcheck --version', get: 'apt install cppcheck', neededFor: ['lint'] },
    { name: 'clang-format', version: 'clang-format --version', get: 'apt install clang-format', neededFor: ['lint'] },
    { name: 'flawfinder', version: 'flawfinder --version', get: 'pip install flawfinder', neededFor: ['audit'] },
  ],
} satisfies LanguagePack
