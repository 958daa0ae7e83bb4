# shellcheck shell=bash
# Sourced by every plugins/*/toolchain.sh: the few steps that installing a toolchain on Debian is made of.
#
#   CRAFTING_TOOLS   where toolchains are unpacked (default /opt)
#   CRAFTING_BIN     where their programs are linked (default /usr/local/bin)
#   CRAFTING_STEPS   names of steps, one a line: only these (default all)
#   CRAFTING_SLOW    0: steps that compile for minutes are left out
#   CRAFTING_MISSING   a file that is told what could not be installed, as stderr is
#
# Each script names its versions, checksums and mirrors at its top, calls `step` for each tool, and ends with `finish`.
# A step that fails is told at the end and does not stop the others. What is there already, in that version or a newer one, is left alone.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

TOOLS=${CRAFTING_TOOLS:-/opt}
BIN=${CRAFTING_BIN:-/usr/local/bin}
pack=$(basename "$(dirname "$(realpath "${BASH_SOURCE[1]}")")")
failed=()
mkdir -p "$TOOLS" "$BIN"

# amd64 or arm64; anything else has no pinned builds.
arch() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) echo "no builds are pinned for $(uname -m)" >&2; return 1 ;;
  esac
}

# apt_install PACKAGE…: those that are not there yet.
apt_install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  # Once an hour is enough, whoever asks.
  if [ -z "$(find /var/lib/apt/lists/updated -mmin -60 2>/dev/null)" ]; then
    apt-get -qq -o DPkg::Lock::Timeout=300 update
    touch /var/lib/apt/lists/updated
  fi
  apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}" >/dev/null
}

# fetch URL CHECKSUM FILE: downloads, and refuses what has another SHA-256, or SHA-512 where the checksum is that long.
fetch() {
  local sum=sha256sum
  [ ${#2} -ne 128 ] || sum=sha512sum
  curl -fsSL --proto '=https,http' --retry 3 --connect-timeout 20 -o "$3" "$1" || return
  echo "$2  $3" | "$sum" -c --quiet - || { rm -f "$3"; return 1; }
}

# at_least VERSION COMMAND…: whether the first version number that the command prints is that or newer.
at_least() {
  local wanted=$1 found program
  # The program itself: a function of the script may bear its name.
  program=$(type -P "$2") || return 1
  shift 2
  found=$("$program" "$@" 2>&1 | grep -oEm1 '[0-9]+(\.[0-9]+)+' | head -n 1) || return 1
  no_older "$wanted" "$found"
}

# no_older WANTED FOUND: whether a version is that or newer.
no_older() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# link PROGRAM…: makes programs known under their own names.
link() {
  local program
  for program in "$@"; do ln -sfn "$program" "$BIN/$(basename "$program")"; done
}

# step NAME COMMAND…: runs a function of the script in a shell of its own, in an empty directory that is removed.
step() {
  local name=$1 scratch status
  shift
  [ -z "${CRAFTING_STEPS:-}" ] || grep -qxF -- "$name" <<<"$CRAFTING_STEPS" || return 0
  scratch=$(mktemp -d)
  # Behind a `||` bash would go on after a command that failed.
  set +e
  (set -e; cd "$scratch"; "$@") </dev/null
  status=$?
  set -e
  rm -rf "$scratch"
  if [ "$status" = 0 ]; then echo "$pack: $name"; else failed+=("$name"); echo "$pack: $name could not be installed" >&2; fi
}

finish() {
  [ ${#failed[@]} -eq 0 ] && return
  local all
  printf -v all ', %s' "${failed[@]}"
  echo "$pack: not installed: ${all:2}" | tee -a "${CRAFTING_MISSING:-/dev/null}" >&2
  exit 1
}
