#!/usr/bin/env bash
# A hello world with the compiler alone, with cargo, with a test, and with each tool that the recipes may call. Nothing is fetched.
set -uo pipefail
failed=0
export CARGO_NET_OFFLINE=true CARGO_TERM_COLOR=never

check() {
  local name=$1
  shift
  if "$@"; then echo "ok - $name"; else echo "not ok - $name"; failed=1; fi
}

# optional NAME GET COMMAND…
optional() {
  local name=$1 get=$2
  shift 2
  if "$@" >version 2>&1; then echo "ok - $name ($(head -n 1 version))"; else echo "ok - $name # SKIP not installed: $get"; fi
}

with_rustc() {
  printf 'fn main() { println!("hello {}", 6 * 7); }\n' >hello.rs
  rustc --edition 2021 -o hello hello.rs && [ "$(./hello)" = 'hello 42' ]
}

with_cargo() {
  mkdir -p greeter/src
  printf '[package]\nname = "greeter"\nversion = "0.1.0"\nedition = "2021"\n' >greeter/Cargo.toml
  printf '/// ```\n/// assert_eq!(greeter::hello(), "hello 42");\n/// ```\npub fn hello() -> String {\n    format!("hello {}", 6 * 7)\n}\n\n#[test]\nfn greets() {\n    assert_eq!(hello(), "hello 42");\n}\n' >greeter/src/lib.rs
  printf 'fn main() {\n    println!("{}", greeter::hello());\n}\n' >greeter/src/main.rs
  [ "$(cargo run --quiet --manifest-path greeter/Cargo.toml)" = 'hello 42' ]
}

tests() { cargo test --quiet --manifest-path greeter/Cargo.toml >tests.log 2>&1 || { cat tests.log; return 1; }; }
clippy() { cargo clippy --quiet --manifest-path greeter/Cargo.toml -- -D warnings; }
format() { cargo fmt --check --manifest-path greeter/Cargo.toml; }

if command -v cargo >/dev/null && command -v rustc >/dev/null; then
  check "rustc ($(rustc --version))" with_rustc
  check "cargo ($(cargo --version))" with_cargo
  check 'cargo test, with documentation' tests
  if cargo clippy --version >/dev/null 2>&1; then check "clippy ($(cargo clippy --version))" clippy; else echo 'ok - clippy # SKIP not installed: rustup component add clippy'; fi
  if cargo fmt --version >/dev/null 2>&1; then check "rustfmt ($(cargo fmt --version))" format; else echo 'ok - rustfmt # SKIP not installed: rustup component add rustfmt'; fi
  optional cargo-nextest 'cargo install --locked cargo-nextest' cargo nextest --version
  optional cargo-audit 'cargo install --locked cargo-audit' cargo audit --version
  optional cargo-deny 'cargo install --locked cargo-deny' cargo deny --version
else
  echo 'ok - rustc and cargo # SKIP not installed: rustup.rs, or apt install cargo'
fi
exit $failed
