# shellcheck shell=bash
# Sourced by plugins/*/smoke.sh, which run in an empty directory that may be written to: the few words that trying toolchains is made of.
#
# Each script writes functions that build and run something tiny, calls `hello` for each toolchain, and ends with `finish`.
set -uo pipefail
failed=0

# hello NAME PROGRAM GET COMMAND…: runs a function of the script in a shell and a directory of its own, and prints one line on how it
# went. Without PROGRAM on the PATH it is skipped; GET says how to get it.
hello() {
  local name=$1 program=$2 get=$3 directory
  shift 3
  if [ -z "$(type -P "$program")" ]; then
    echo "ok - $name # SKIP $program is not installed: $get"
    return
  fi
  directory=$(mktemp -d "$PWD/hello.XXXXXX")
  # Behind an `if` bash would go on after a command that failed.
  (set -e; cd "$directory"; "$@") >"$directory.log" 2>&1 </dev/null
  # shellcheck disable=SC2181
  if [ $? = 0 ]; then echo "ok - $name"; else
    tail -n 20 "$directory.log"
    echo "not ok - $name"
    failed=1
  fi
  rm -rf "$directory" "$directory.log"
}

# expect TEXT COMMAND…: whether that, and nothing else, is what the command prints.
expect() {
  local said wanted=$1
  shift
  said=$("$@")
  printf '%s\n' "$said"
  [ "$said" = "$wanted" ]
}

finish() { exit "$failed"; }
