#!/usr/bin/env bash
# Each shell says hello, each checker looks at a script.
. "$(dirname "$(realpath "$0")")/../hello.sh"

script() {
  printf '#!/bin/%s\nname=${1:-world}\nprintf "hello, %%s\\n" "$name"\n' "$1" >hello.sh
}

run() {
  script "$1"
  "$1" -n hello.sh
  expect 'hello, world' "$1" hello.sh
}

tested() {
  script bash
  printf '@test "says hello" {\n  run bash hello.sh you\n  [ "$output" = "hello, you" ]\n}\n' >hello.bats
  bats --tap hello.bats
}

made() {
  printf 'all:\n\t@echo hello\n' >Makefile
  expect hello make
}

# finds TEXT COMMAND…: the checker passes the good script, and says TEXT of one with a fault.
finds() {
  local said fault=$1
  shift
  script sh
  "$@" hello.sh
  printf '#!/bin/sh\nif [ $1 == yes ]; then\n      echo hello; fi\n' >fault.sh
  said=$("$@" fault.sh 2>&1) && return 1
  printf '%s\n' "$said"
  [[ $said == *"$fault"* ]]
}

hello bash bash 'apt install bash' run bash
hello dash dash 'apt install dash' run dash
hello bats bats 'apt install bats' tested
hello make make 'apt install make' made
hello shellcheck shellcheck 'apt install shellcheck' finds SC2086 shellcheck
hello shfmt shfmt 'apt install shfmt' finds '+  echo hello' shfmt -i 2 -d
hello checkbashisms checkbashisms 'apt install devscripts' finds 'should be' checkbashisms
finish
