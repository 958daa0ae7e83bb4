#!/usr/bin/env bash
# The compiler, the package manager and the linters each look at something tiny. Nothing comes from the network.
. "$(dirname "$(realpath "$0")")/../hello.sh"

compiled() {
  printf 'print("hello")\n' >hello.swift
  swiftc hello.swift -o hello
  expect hello ./hello
}

packaged() {
  mkdir -p Sources/hello
  printf '// swift-tools-version:5.9\nimport PackageDescription\nlet package = Package(name: "hello", targets: [.executableTarget(name: "hello")])\n' >Package.swift
  printf 'print("hello")\n' >Sources/hello/main.swift
  swift build --cache-path cache
  expect hello .build/debug/hello
}

formatted() {
  printf 'let a = 1;\n' >fault.swift
  if type -P swift-format >/dev/null; then format=swift-format; else format='swift format'; fi
  $format lint fault.swift 2>&1 | tee said
  grep -q DoNotUseSemicolons said
}

# finds TEXT COMMAND…: what the checker says of a file with a fault.
finds() {
  local said fault=$1
  shift
  printf 'func cast(_ a: Any) -> Int {\n  return a as! Int\n}\n' >fault.swift
  said=$("$@" fault.swift 2>&1) || true
  printf '%s\n' "$said"
  [[ $said == *"$fault"* ]]
}

get='see plugins/swift/toolchain.sh'
hello swiftc swiftc "$get" compiled
hello SwiftPM swift "$get" packaged
hello swift-format swift "$get" formatted
hello SwiftLint swiftlint "$get" finds force_cast swiftlint lint --quiet
hello SwiftFormat swiftformat "$get" finds indent swiftformat --lint
# There is none for other systems.
if [ "$(uname)" = Darwin ]; then hello xcodebuild xcodebuild 'Xcode' xcodebuild -version; fi
finish
