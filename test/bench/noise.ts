/** Lines as builds of many kinds print them, none of which is a problem; `#` stands for a number that grows. */
const templates = `[ #%] Building CXX object src/engine/CMakeFiles/engine.dir/render/pipeline_#.cpp.o
[#/1482] Compiling C++ object lib/Support/CMakeFiles/LLVMSupport.dir/APFloat_#.cpp.o
g++ -std=c++20 -DNDEBUG -D_FORTIFY_SOURCE=2 -I../include -I../third_party/fmt/include -isystem /usr/include/libxml2 -O2 -g -pipe -Wall -Wextra -Wpedantic -fstack-protector-strong -fPIC -MD -MT src/net/socket_#.o -MF src/net/.deps/socket_#.Tpo -c -o src/net/socket_#.o src/net/socket_#.cpp
gcc -DHAVE_CONFIG_H -I. -I.. -Wall -O2 -c -o libfoo_la-util_#.o util_#.c
libtool: compile:  gcc -DHAVE_CONFIG_H -I. -g -O2 -MT yaml_#.lo -MD -MP -c api_#.c  -fPIC -DPIC -o .libs/api_#.o
  CC       drivers/net/ethernet/intel/e1000/e1000_main_#.o
make[2]: Entering directory '/build/project/src/module_#'
make[2]: Leaving directory '/build/project/src/module_#'
make[1]: Nothing to be done for 'all-am'.
checking for stdint_#.h... yes
-- Looking for pthread_create in pthreads_# - not found
-- Found Threads: TRUE (found version "1.#")
Scanning dependencies of target core_#
[100%] Linking CXX shared library libcore_#.so
ar cru .libs/libutil.a  util_#.o buffer_#.o
test_# ... ok
ok
Collecting requests==2.31.#
  Downloading numpy-1.26.#-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl.metadata (61 kB)
     ---------------------------------------- 18.# MB 3.4 MB/s eta 0:00:00
Requirement already satisfied: idna<4,>=2.5 in /usr/lib/python3/dist-packages (from requests==2.31.#) (3.6)
Successfully installed certifi-2024.2.2 charset-normalizer-3.3.# idna-3.6 requests-2.31.0
tests/unit/test_parser_#.py::test_nested_blocks[utf-8-strict] PASSED [ #%]
tests/test_api_#.py ............................................. [ #%]
copying build/lib/pkg/module_#.py -> build/bdist.linux-x86_64/wheel/pkg
2026-03-01 12:30:#,123 INFO worker.scheduler Job #: picked up by 10.0.0.12:8080 after 0.3 s
2026-03-01T12:30:45.#Z [info] server: listening on http://127.0.0.1:80#
\x1b[32m✓\x1b[39m src/components/Button_#.test.tsx \x1b[2m(\x1b[22m\x1b[2m12 tests\x1b[22m\x1b[2m)\x1b[22m #ms
    ✓ renders the list with # entries (12 ms)
  ✔ parses an empty document (0.#ms)
PASS src/utils/format_#.test.js (5.32 s)
dist/assets/vendor-#.js   142.31 kB │ gzip: 45.12 kB
asset main.#.js 1.21 MiB [emitted] [minimized] (name: main) 2 related assets
  ./node_modules/react-dom/cjs/react-dom_#.production.min.js 127 KiB [built] [code generated]
npm warn deprecated inflight@1.0.#: This module is not supported, and leaks memory.
added # packages, and audited 1893 packages in 14s
> @scope/package_#@1.4.2 build
$ tsc -p packages/core_#/tsconfig.json --noEmit
  compiling src/module/file_#.ts
    at Object.<anonymous> (src/index.js:#:4)
    at processTicksAndRejections (node:internal/process/task_queues:#:5)
\t src/main/java/org/example/service/Handler_#.java
remote: Counting objects: #% (1234/4321)
 create mode 100644 docs/images/figure_#.png
Step #/24 : RUN apt-get install -y --no-install-recommends build-essential
Get:# http://archive.ubuntu.com/ubuntu noble/main amd64 libfoo amd64 1:2.3-4ubuntu1 [123 kB]
Unpacking libssl-dev:amd64 (3.0.#-0ubuntu1) ...
Setting up cmake (3.28.#-1build1) ...
+ install -D -m 0644 build/man/tool_#.1 /tmp/stage/usr/share/man/man1/tool.1
test suite # ... done in 0.12 s
{"level":30,"time":17#,"pid":12,"msg":"request completed","responseTime":3}
<entry key="#"/>
# comment line # of the generated file
    #  |   const value = compute(input)
       |         ^~~~~
   --> the step took # ms
--------------------------------------------------------------------------------
======================= # =======================

  * note: the cache at ~/.cache/tool was reused # times
Configuration: release, target x86_64-unknown-linux-gnu, #
`.split('\n')

/** So many lines: a build's noise, and one warning in a hundred. */
export function buildLog(count: number): string[] {
  const text = Array.from({ length: count }, (_, at) => at % 100 === 37
    ? `src/main_${at % 977}.c:${at % 500 + 1}:5: warning: unused variable 'x' [-Wunused-variable]`
    : (templates[at % templates.length] ?? '').replaceAll('#', String(at))).join('\n')
  // As they come from a file: each a part of a larger text, not one that is put together of small ones.
  return Buffer.from(text).toString().split('\n')
}
