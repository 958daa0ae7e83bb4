#!/usr/bin/env bash
# The .NET SDKs, side by side in one place as their installer lays them, and Mono (compiler, xbuild, reference assemblies) for projects from before the SDK.
. "$(dirname "$(realpath "$0")")/../install.sh"

# The line in support, and the one before it that most projects still name. Checksums: the release notes' release.json (SHA-512).
DOTNET10_VERSION=${DOTNET10_VERSION:-10.0.302}
DOTNET10_SHA512_amd64=${DOTNET10_SHA512_amd64:-10069bec8783596484a610332f090d562802a41b9b40e3327a5a5688b572e10c296ae300f940d40461f23c157ed1b0843c2f8e6b3f20d8d8d9d83432d8143bac}
DOTNET10_SHA512_arm64=${DOTNET10_SHA512_arm64:-9e409c14e00686d661c78fa4dd9ad0e4dcf695c328bd5ff777d05b4a9c34b42cf89b12573b92e9fb2f565dbe12016b4835f77c7d9a42b55a7494df21634cd5d6}
DOTNET8_VERSION=${DOTNET8_VERSION:-8.0.425}
DOTNET8_SHA512_amd64=${DOTNET8_SHA512_amd64:-934b8060a7190e5909ad1fd0785db542f487b3bbf6cdd14826b02095fdd0d0394298b1634085eff302928fccc33f7c1a7253e9b87df555fc36fce819bcd2e798}
DOTNET8_SHA512_arm64=${DOTNET8_SHA512_arm64:-84a4d017d74d7aa842e981679d1b044e6be1f35b9b2b214021e30bc40871d016d29611cca373d8502ad5c890e3ad360ee698f9cf2d7a4d5a9fba102d88ba310f}
DOTNET_MIRROR=${DOTNET_MIRROR:-https://builds.dotnet.microsoft.com/dotnet/Sdk}

home=$TOOLS/dotnet

# has_sdk VERSION: whether that SDK, or a newer one of the same major version, is there.
has_sdk() {
  local found
  command -v dotnet >/dev/null || return 1
  found=$(cd / && dotnet --list-sdks | sed -n "s/^\(${1%%.*}\.[0-9.]*\) .*/\1/p" | sort -V | tail -n 1)
  [ -n "$found" ] && [ "$(printf '%s\n%s\n' "$1" "$found" | sort -V | head -n 1)" = "$1" ]
}

# libicu carries its version in its name.
libraries() {
  apt-get -qq -o DPkg::Lock::Timeout=300 update
  apt_install ca-certificates curl libssl3 libstdc++6 zlib1g libgssapi-krb5-2 tzdata "$(apt-cache pkgnames libicu | grep -E '^libicu[0-9]+$' | sort -V | tail -n 1)"
}

# sdk NAME: NAME_VERSION, with the checksums beside it.
sdk() {
  local version=$1_VERSION sum
  sum=$1_SHA512_$(arch)
  has_sdk "${!version}" && return
  libraries
  local rid=linux-x64
  [ "$(arch)" = amd64 ] || rid=linux-arm64
  fetch "$DOTNET_MIRROR/${!version}/dotnet-sdk-${!version}-$rid.tar.gz" "${!sum}" sdk.tar.gz
  mkdir -p "$home"
  tar -xzf sdk.tar.gz -C "$home" --no-same-owner
  "$home/dotnet" --list-sdks
  link "$home/dotnet"
}

mono() {
  command -v xbuild >/dev/null && command -v mcs >/dev/null && return
  apt_install mono-devel
}

# The older line first: the newest host stays.
step ".NET SDK $DOTNET8_VERSION" sdk DOTNET8
step ".NET SDK $DOTNET10_VERSION" sdk DOTNET10
step 'Mono and xbuild' mono
finish
