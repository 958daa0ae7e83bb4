#!/bin/sh
# Installs what the recipes use beside Node itself: the package managers come through corepack, the rest through npm.
set -eu
npm install --global --no-audit --no-fund typescript@5.9.3 bun@1.4.5 deno@2.9.6
command -v corepack >/dev/null || npm install --global --no-audit --no-fund corepack
