import type { LanguagePack } from '../../core/contract.ts'
import { cargoAuditJson } from './cargo-audit-json.ts'
import { cargoAudit } from './cargo-audit.ts'
import { cargoDenyJson } from './cargo-deny-json.ts'
import { cargoDeny } from './cargo-deny.ts'
import { cargoMachete } from './cargo-machete.ts'
import { cargoUdepsJson } from './cargo-udeps-json.ts'
import { cargoUdeps } from './cargo-udeps.ts'
import { cargo } from './cargo.ts'
import { fixers } from './fixers.ts'
import { libtestJson } from './libtest-json.ts'
import { libtest } from './libtest.ts'
import { nextestJunit } from './nextest-junit.ts'
import { nextest } from './nextest.ts'
import { panic } from './panic.ts'
import { recipes } from './recipes.ts'
import { rustcJson } from './rustc-json.ts'
import { rustcShort } from './rustc-short.ts'
import { rustc } from './rustc.ts'
import { rustfmtJson } from './rustfmt-json.ts'
import { rustfmt } from './rustfmt.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'rust',
  title: 'Rust',
  aliases: ['rs', 'cargo'],
  markers: ['Cargo.toml'],
  extensions: ['.rs'],
  // A workspace is one subproject, whose members have manifests of their own.
  nested: 'part',
  recipes,
  parsers: {
    'rustc-json': rustcJson,
    'libtest-json': libtestJson,
    'cargo-audit-json': cargoAuditJson,
    'cargo-deny-json': cargoDenyJson,
    'cargo-udeps-json': cargoUdepsJson,
    'rustfmt-json': rustfmtJson,
    'nextest-junit': nextestJunit,
    rustc,
    'rustc-short': rustcShort,
    cargo,
    rustfmt,
    libtest,
    nextest,
    panic,
    'cargo-audit': cargoAudit,
    'cargo-deny': cargoDeny,
    'cargo-udeps': cargoUdeps,
    'cargo-machete': cargoMachete,
  },
  fixers,
  caches: { CARGO_HOME: 'cargo' },
  homes: { RUSTUP_HOME: '.rustup' },
  toolchain: [
    { name: 'cargo', version: 'cargo --version', get: 'rustup.rs, or apt install cargo', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'cargo-clippy', version: 'cargo clippy --version', get: 'rustup component add clippy', neededFor: ['lint'] },
    { name: 'rustfmt', version: 'rustfmt --version', get: 'rustup component add rustfmt', neededFor: ['lint'] },
    { name: 'cargo-nextest', version: 'cargo nextest --version', get: 'cargo install --locked cargo-nextest', neededFor: ['test'] },
    { name: 'cargo-audit', version: 'cargo audit --version', get: 'cargo install --locked cargo-audit', neededFor: ['audit'] },
    { name: 'cargo-deny', version: 'cargo deny --version', get: 'cargo install --locked cargo-deny', neededFor: ['audit'] },
  ],
} satisfies LanguagePack
