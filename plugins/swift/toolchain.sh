#!/usr/bin/env bash
# Swift with its package manager and formatter, SwiftLint and SwiftFormat.
. "$(dirname "$(realpath "$0")")/../install.sh"

# Built for Debian 12. Checksums: as Bazel's rules_swift pins the same archives.
SWIFT_VERSION=${SWIFT_VERSION:-6.3.2}
SWIFT_SHA256_amd64=${SWIFT_SHA256_amd64:-eab3acc99ca758d665cbea19b3efb9db5573e079dbebd18c5f5d17f5efc2f0ee}
SWIFT_SHA256_arm64=${SWIFT_SHA256_arm64:-0d5fa0a0e96493c72a4dfa1cd1a0ad08169db1246a169ed0fe02a6edf12415e5}
SWIFT_MIRROR=${SWIFT_MIRROR:-https://download.swift.org}

# One bundle for all systems each. Checksums: as packages pin them that use the bundles as plug-ins.
SWIFTLINT_VERSION=${SWIFTLINT_VERSION:-0.65.0}
SWIFTLINT_SHA256=${SWIFTLINT_SHA256:-eb333bd76dfb5f46d21fdf3615fe39bb938956ca0b8e94c241c4b2db6e696b90}
SWIFTLINT_MIRROR=${SWIFTLINT_MIRROR:-https://github.com/realm/SwiftLint/releases/download}
SWIFTFORMAT_VERSION=${SWIFTFORMAT_VERSION:-0.61.0}
SWIFTFORMAT_SHA256=${SWIFTFORMAT_SHA256:-3d6d8a321d9cf17c2841652f19e39cde37ced02e6b7dfc65486402f9941f9e49}
SWIFTFORMAT_MIRROR=${SWIFTFORMAT_MIRROR:-https://github.com/nicklockwood/SwiftFormat/releases/download}

home=$TOOLS/swift

swift_toolchain() {
  at_least "$SWIFT_VERSION" swift --version && return
  apt_install ca-certificates curl binutils git gcc libc6-dev libstdc++-12-dev libcurl4-openssl-dev libedit-dev libicu-dev libncurses-dev libpython3-dev libsqlite3-dev libxml2-dev pkg-config tzdata uuid-dev
  local suffix='' sum
  sum=SWIFT_SHA256_$(arch)
  [ "$(arch)" = amd64 ] || suffix=-aarch64
  fetch "$SWIFT_MIRROR/swift-$SWIFT_VERSION-release/debian12$suffix/swift-$SWIFT_VERSION-RELEASE/swift-$SWIFT_VERSION-RELEASE-debian12$suffix.tar.gz" "${!sum}" swift.tar.gz
  mkdir swift
  tar -xzf swift.tar.gz -C swift --strip-components=1 --no-same-owner
  # The archive keeps some of its libraries from other users.
  chmod -R o+rX swift
  swift/usr/bin/swift --version
  rm -rf "$home"
  mv swift "$home"
  link "$home/usr/bin/"{swift,swiftc,swift-format,sourcekit-lsp}
}

# bundled NAME VERSION URL SHA256 WORD: of the programs in a bundle the one that runs on this machine; WORD asks its version.
bundled() {
  local name=$1 version=$2 program
  at_least "$version" "$name" "$5" && return
  apt_install ca-certificates curl unzip
  fetch "$3" "$4" bundle.zip
  unzip -q bundle.zip
  while IFS= read -r program; do
    chmod +x "$program"
    if LINUX_SOURCEKIT_LIB_PATH=$home/usr/lib "$program" "$5" 2>/dev/null; then
      mkdir -p "$TOOLS/$name"
      cp "$program" "$TOOLS/$name/$name"
      # shellcheck disable=SC2016
      printf '#!/bin/sh\nLINUX_SOURCEKIT_LIB_PATH=${LINUX_SOURCEKIT_LIB_PATH:-%s} exec %s "$@"\n' "$home/usr/lib" "$TOOLS/$name/$name" >"$BIN/$name"
      chmod 755 "$BIN/$name"
      return
    fi
  done < <(find . -type f -path '*linux*' -name "$name*" | sort)
  echo "the bundle of $name has no program that runs here" >&2
  return 1
}

step "Swift $SWIFT_VERSION" swift_toolchain
step "SwiftLint $SWIFTLINT_VERSION" bundled swiftlint "$SWIFTLINT_VERSION" "$SWIFTLINT_MIRROR/$SWIFTLINT_VERSION/SwiftLintBinary.artifactbundle.zip" "$SWIFTLINT_SHA256" version
step "SwiftFormat $SWIFTFORMAT_VERSION" bundled swiftformat "$SWIFTFORMAT_VERSION" "$SWIFTFORMAT_MIRROR/$SWIFTFORMAT_VERSION/swiftformat.artifactbundle.zip" "$SWIFTFORMAT_SHA256" --version
finish
