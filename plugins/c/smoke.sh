#!/usr/bin/env bash
# Each compiler and build system makes a program that says hello, each checker looks at one.
. "$(dirname "$(realpath "$0")")/../hello.sh"

source_c() { printf '#include <stdio.h>\n\nint main(void) {\n  puts("hello");\n  return 0;\n}\n' >hello.c; }
source_cpp() { printf '#include <iostream>\n\nint main() { std::cout << "hello" << std::endl; }\n' >hello.cpp; }

c() {
  source_c
  "$@" -Wall -Wextra -Werror -o hello hello.c
  expect hello ./hello
}

cpp() {
  source_cpp
  "$@" -Wall -Wextra -Werror -o hello hello.cpp
  expect hello ./hello
}

# sanitized COMPILER: a read behind an array's end is found.
sanitized() {
  printf '#include <stdlib.h>\n\nint main(int count, char **words) {\n  int *list = calloc(1, sizeof *list);\n  (void)words;\n  return list[count];\n}\n' >fault.c
  "$1" -g -fsanitize=address,undefined -o fault fault.c
  ./fault 2>said && return 1
  cat said
  grep -q 'ERROR: AddressSanitizer: heap-buffer-overflow' said
}

cmake_with() {
  source_c
  printf 'cmake_minimum_required(VERSION 3.13)\nproject(hello C)\nenable_testing()\nadd_executable(hello hello.c)\nadd_test(NAME hello COMMAND hello)\n' >CMakeLists.txt
  cmake -G "$1" -S . -B build
  cmake --build build
  (cd build && ctest --output-on-failure)
  expect hello build/hello
}

with_meson() {
  source_c
  printf "project('hello', 'c')\nprogram = executable('hello', 'hello.c')\ntest('hello', program)\n" >meson.build
  meson setup build
  meson compile -C build
  meson test -C build
  expect hello build/hello
}

with_make() {
  source_c
  printf 'hello: hello.c\n' >Makefile
  make
  expect hello ./hello
}

with_autotools() {
  source_c
  printf 'AC_INIT([hello], [1])\nAM_INIT_AUTOMAKE([foreign])\nAC_PROG_CC\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n' >configure.ac
  printf 'bin_PROGRAMS = hello\nhello_SOURCES = hello.c\n' >Makefile.am
  autoreconf --install
  ./configure
  make
  expect hello ./hello
}

with_valgrind() {
  source_c
  cc -g -o hello hello.c
  valgrind --error-exitcode=1 --leak-check=full ./hello
}

# finds TEXT COMMAND…: what the checker says of a file with a fault.
finds() {
  local said fault=$1
  shift
  printf '#include <string.h>\n\nint main(int count, char **words) {\n    char copy[4];\n  int unset;\n  strcpy(copy, words[0]);\n  return unset + count;\n}\n' >fault.c
  said=$("$@" fault.c 2>&1) || true
  printf '%s\n' "$said"
  [[ $said == *"$fault"* ]]
}

hello gcc gcc 'apt install gcc' c gcc
hello g++ g++ 'apt install g++' cpp g++
hello clang clang 'apt install clang' c clang
hello clang++ clang++ 'apt install clang' cpp clang++
hello lld ld.lld 'apt install lld clang' c clang -fuse-ld=lld
hello 'sanitizers of gcc' gcc 'apt install gcc' sanitized gcc
hello 'sanitizers of clang' clang 'apt install clang libclang-rt-dev' sanitized clang
hello make make 'apt install make' with_make
hello 'cmake and make' cmake 'apt install cmake' cmake_with 'Unix Makefiles'
hello 'cmake and ninja' ninja 'apt install ninja-build cmake' cmake_with Ninja
hello meson meson 'apt install meson' with_meson
hello autotools autoreconf 'apt install autoconf automake libtool' with_autotools
hello ccache ccache 'apt install ccache' c ccache gcc
hello valgrind valgrind 'apt install valgrind' with_valgrind
hello cppcheck cppcheck 'apt install cppcheck' finds uninitvar cppcheck
hello clang-tidy clang-tidy 'apt install clang-tidy' finds clang-analyzer-core clang-tidy --quiet
hello clang-format clang-format 'apt install clang-format' finds clang-format-violations clang-format --dry-run
hello flawfinder flawfinder 'apt install flawfinder' finds strcpy flawfinder
hello cpplint cpplint 'apt install cpplint' finds legal/copyright cpplint
finish
