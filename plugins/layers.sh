#!/usr/bin/env bash
# How the image is made of toolchains: one layer for each, however many there are.
#
#   layers.sh split COUNT FROM TO [PACK…]   lays FROM/PACK/toolchain.sh out as TO/01/PACK/, TO/02/PACK/, … (default: every pack).
#                                           `any` comes first, the others by name; the last of COUNT layers takes all that are left.
#   layers.sh install NUMBER                installs what the layer of that number brought beside this file
#
#   PARTIAL         1: what cannot be had is noted in the file `missing` beside this one, and the build goes on
#   TOOLCHAIN_ENV   NAME=value …, for the scripts: mirrors, versions
set -euo pipefail
here=$(dirname "$(realpath "$0")")

# packs FROM: those that have a toolchain, in their order.
packs() {
  echo any
  (cd "$1" && ls -d -- */toolchain.sh) | sed 's|/.*||' | grep -vx any
}

split() {
  local count=$1 from=$2 to=$3 number=1 pack layer
  shift 3
  for pack in "$@"; do
    packs "$from" | grep -qxF -- "$pack" || { echo "there is no pack $pack; there are: $(packs "$from" | xargs)" >&2; return 1; }
  done
  for layer in $(seq "$count"); do mkdir -p "$(printf '%s/%02d' "$to" "$layer")"; done
  for pack in $(packs "$from"); do
    case " ${*:-$pack} any " in *" $pack "*) ;; *) continue ;; esac
    layer=$(printf %02d "$number")
    mkdir -p "$to/$layer/layers" "$to/$layer/$pack"
    cp "$from/$pack/toolchain.sh" "$to/$layer/$pack/"
    echo "$pack" >>"$to/$layer/layers/$layer"
    [ "$number" -ge "$count" ] || number=$((number + 1))
  done
}

# toolchain PACK: nothing that it fetched or compiled on its way stays behind.
toolchain() {
  local home status=0 noted
  home=$(mktemp -d)
  mkdir -m 1777 "$home/tmp"
  # apt reads as a user of its own.
  chmod 755 "$home"
  touch "$here/missing"
  noted=$(wc -l <"$here/missing")
  # shellcheck disable=SC2086
  env HOME="$home" TMPDIR="$home/tmp" CRAFTING_MISSING="$here/missing" ${TOOLCHAIN_ENV:-} bash "$here/$1/toolchain.sh" || status=$?
  [ "$status" = 0 ] || [ "$(wc -l <"$here/missing")" -gt "$noted" ] || echo "$1: not whole" >>"$here/missing"
  apt-get clean
  rm -rf "$home" /var/lib/apt/lists/*
  return "$status"
}

install() {
  local pack
  [ -f "$here/layers/$1" ] || return 0
  while read -r pack; do
    toolchain "$pack" && continue
    [ "${PARTIAL:-}" = 1 ] || { echo "$pack is not whole: PARTIAL=1 goes on without what cannot be had, PACKS leaves a pack out" >&2; return 1; }
  done <"$here/layers/$1"
}

case ${1:-} in
  split | install) "$@" ;;
  *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
