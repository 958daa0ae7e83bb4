#!/usr/bin/env bash
# Compilers, build systems and checkers for C and C++, on Debian and its children. Debian pins their versions (bookworm: gcc 12,
# clang 14, CMake 3.25, Meson 1.0, valgrind 3.19, cppcheck 2.10) and checks them by its archive's signatures; its mirror is apt's own setting.
. "$(dirname "$(realpath "$0")")/../install.sh"

step 'gcc and make' apt_install build-essential pkg-config
step 'clang and lld' apt_install clang lld
# Without the runtimes of its sanitizers clang compiles and does not link.
step 'sanitizers of clang' apt_install libclang-rt-dev
step 'cmake and ninja' apt_install cmake ninja-build
step 'meson' apt_install meson
step 'autotools' apt_install autoconf automake libtool
step 'ccache' apt_install ccache
step 'valgrind' apt_install valgrind
step 'cppcheck' apt_install cppcheck
step 'clang-tidy and clang-format' apt_install clang-tidy clang-format
step 'flawfinder' apt_install flawfinder
step 'cpplint' apt_install cpplint
finish
