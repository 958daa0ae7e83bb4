#!/usr/bin/env bash
# Installs Ruby as the recipes use it: Debian's, the gems that Debian lacks, and a newer Ruby for repositories that pin one.
. "$(dirname "$(realpath "$0")")/../install.sh"

RUBY_VERSION=${RUBY_VERSION:-3.4.7}
# Of ruby-3.4.7.tar.xz, as its release note and docker-library's Dockerfiles say.
RUBY_SHA256=${RUBY_SHA256:-db425a86f6e07546957578f4946cc700a91e7fd51115a86c56e096f30e0530c7}
RUBY_MIRROR=${RUBY_MIRROR:-https://cache.ruby-lang.org/pub/ruby}
BUNDLER_AUDIT_VERSION=${BUNDLER_AUDIT_VERSION:-0.9.2}
BRAKEMAN_VERSION=${BRAKEMAN_VERSION:-6.2.2}
GEM_SOURCE=${GEM_SOURCE:-https://rubygems.org}

debian() {
  apt_install ruby ruby-dev bundler rake rubocop ruby-rspec ruby-minitest ruby-test-unit ruby-rubocop-performance ruby-rubocop-rspec \
    build-essential libyaml-dev zlib1g-dev libssl-dev libffi-dev git ca-certificates
}

# pinned GEM VERSION COMMAND…: from the registry, with its programs in the bin directory.
pinned() {
  local gem=$1 version=$2
  shift 2
  at_least "$version" "$@" && return
  timeout 120 gem install --no-document --clear-sources --source "$GEM_SOURCE" --bindir "$BIN" --version "$version" "$gem"
}

# Compiled: upstream has no builds for Debian.
newer() {
  [ -x "/opt/rubies/ruby-$RUBY_VERSION/bin/ruby" ] && return
  apt_install curl xz-utils libgmp-dev build-essential libyaml-dev zlib1g-dev libssl-dev libffi-dev
  fetch "$RUBY_MIRROR/${RUBY_VERSION%.*}/ruby-$RUBY_VERSION.tar.xz" "$RUBY_SHA256" ruby.tar.xz
  tar -xJf ruby.tar.xz --strip-components 1
  ./configure --quiet --prefix="/opt/rubies/ruby-$RUBY_VERSION" --disable-install-doc >/dev/null
  make -j "$(nproc)" >/dev/null
  make install >/dev/null
}

step 'Ruby, Bundler, RuboCop' debian
step "bundler-audit $BUNDLER_AUDIT_VERSION" pinned bundler-audit "$BUNDLER_AUDIT_VERSION" bundle-audit version
step "brakeman $BRAKEMAN_VERSION" pinned brakeman "$BRAKEMAN_VERSION" brakeman --version
if [ "${CRAFTING_SLOW:-1}" = 0 ]; then echo "ruby: Ruby $RUBY_VERSION is left out: it would have to be compiled"
else step "Ruby $RUBY_VERSION" newer; fi
finish
