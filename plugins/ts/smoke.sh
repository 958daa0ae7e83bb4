#!/usr/bin/env bash
# Each runtime, package manager and compiler runs a program that says hello, the linter looks at one.
. "$(dirname "$(realpath "$0")")/../hello.sh"
export COREPACK_ENABLE_DOWNLOAD_PROMPT=0 COREPACK_ENABLE_PROJECT_SPEC=0 npm_config_update_notifier=false DENO_NO_UPDATE_CHECK=1

typescript() { printf 'const greeting: string = "hello"\nconsole.log(greeting)\n' >hello.ts; }

in_node() {
  printf 'import { test } from "node:test"\ntest("says hello", () => console.log("hello"))\n' >hello.test.mjs
  node --test
  printf 'console.log("hello")\n' >hello.mjs
  expect hello node hello.mjs
}

# script COMMAND…: a manager links a local package, installs nothing from elsewhere, and runs a script that uses it.
script() {
  mkdir greeting
  printf '{ "name": "greeting", "version": "1.0.0", "main": "index.js" }\n' >greeting/package.json
  printf 'module.exports = "hello"\n' >greeting/index.js
  printf '{ "name": "smoke", "version": "1.0.0", "private": true, "dependencies": { "greeting": "%s" }, "scripts": { "hello": "node hello.js" } }\n' "$1" >package.json
  printf 'console.log(require("greeting"))\n' >hello.js
  shift
  "$@" install
  "$@" run hello | tee said
  grep -qx hello said
}

compiled() {
  typescript
  tsc --strict --target es2022 --lib es2022,dom hello.ts
  expect hello node hello.js
}

in_bun() {
  typescript
  printf 'import { expect, test } from "bun:test"\ntest("says hello", () => expect("hello").toBe("hello"))\n' >hello.test.ts
  bun test
  expect hello bun run hello.ts
}

in_deno() {
  typescript
  printf 'Deno.test("says hello", () => console.log("hello"))\n' >hello_test.ts
  deno check hello.ts
  deno test
  expect hello deno run hello.ts
}

with_tsx() {
  typescript
  expect hello tsx hello.ts
}

linted() {
  printf 'export default [{ rules: { "no-unused-vars": "error" } }]\n' >eslint.config.mjs
  printf 'const unused = 1\n' >hello.js
  eslint hello.js >said && return 1
  cat said
  grep -q no-unused-vars said
}

corepack_itself() { corepack --version; }

get='see plugins/ts/toolchain.sh'
hello node node "$get" in_node
hello npm npm "$get" script file:greeting npm --offline
hello corepack corepack 'npm install --global corepack' corepack_itself
hello pnpm pnpm 'npm install --global pnpm' script link:greeting pnpm --offline
hello yarn yarn 'npm install --global yarn' script link:greeting yarn --offline
hello bun bun 'npm install --global bun' in_bun
hello 'bun as manager' bun 'npm install --global bun' script file:greeting bun
hello deno deno 'npm install --global deno' in_deno
hello typescript tsc 'npm install --global typescript' compiled
hello tsx tsx 'npm install --global tsx' with_tsx
hello eslint eslint 'npm install --global eslint' linted
finish
