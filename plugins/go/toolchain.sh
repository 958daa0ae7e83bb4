#!/usr/bin/env bash
# Go itself, as the module that the go command fetches toolchains from, and the tools that the recipes call, compiled by it.
. "$(dirname "$(realpath "$0")")/../install.sh"

GO=1.26.8
GO_MIRROR=${GO_MIRROR:-https://proxy.golang.org}
# Of the module golang.org/toolchain, as sum.golang.org knows it.
GO_SHA256_amd64=30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7
GO_SHA256_arm64=02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99

# The checksum database vouches for these.
STATICCHECK=0.8.2
GOVULNCHECK=1.9.0
REVIVE=1.17.0
GOSEC=2.30.0
GOLANGCI=2.15.0

export GOPROXY=${GOPROXY:-$GO_MIRROR,direct}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

linker() { command -v cc >/dev/null || apt_install gcc libc6-dev; command -v make >/dev/null || apt_install make; }

go_itself() {
  at_least "$GO" env GOTOOLCHAIN=local go version && return
  apt_install ca-certificates curl unzip
  local machine sum
  machine=$(arch)
  sum=GO_SHA256_$machine
  fetch "$GO_MIRROR/golang.org/toolchain/@v/v0.0.1-go$GO.linux-$machine.zip" "${!sum}" go.zip
  unzip -q go.zip
  # A module's files are not executable.
  local root=golang.org/toolchain@v0.0.1-go$GO.linux-$machine
  chmod 755 "$root"/bin/* "$root"/pkg/tool/*/*
  rm -rf "${TOOLS:?}/go-$GO"
  mv "$root" "$TOOLS/go-$GO"
  link "$TOOLS/go-$GO/bin/go" "$TOOLS/go-$GO/bin/gofmt"
}

# What a program was built from; several tell of Go's version or of a date first.
built() { go version -m "$(command -v "$1")" | sed -nE 's/^\tmod\t\S+\tv(\S+).*/\1/p'; }

# compile PROGRAM VERSION PACKAGE
compile() {
  local program=$1 version=$2 package=$3
  command -v "$program" >/dev/null && no_older "$version" "$(built "$program")" && return
  GOBIN=$BIN GOFLAGS='-trimpath -modcacherw' GOCACHE=$work/cache GOMODCACHE=$work/modules go install "$package@v$version"
  command -v "$program" >/dev/null
}

# These take minutes each.
slow() {
  if [ "${CRAFTING_SLOW:-1}" = 0 ] && ! command -v "$2" >/dev/null; then
    echo "$pack: $1 left out: CRAFTING_SLOW=0"
  else
    step "$1" compile "${@:2}"
  fi
}

step linker linker
step "go $GO" go_itself
export PATH=$BIN:$PATH
step "staticcheck $STATICCHECK" compile staticcheck "$STATICCHECK" honnef.co/go/tools/cmd/staticcheck
step "govulncheck $GOVULNCHECK" compile govulncheck "$GOVULNCHECK" golang.org/x/vuln/cmd/govulncheck
slow "golangci-lint $GOLANGCI" golangci-lint "$GOLANGCI" github.com/golangci/golangci-lint/v2/cmd/golangci-lint
slow "revive $REVIVE" revive "$REVIVE" github.com/mgechev/revive
slow "gosec $GOSEC" gosec "$GOSEC" github.com/securego/gosec/v2/cmd/gosec
finish
