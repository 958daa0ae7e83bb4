#!/usr/bin/env bash
# Installs PHP as the recipes use it: Debian's, with the linters that Debian has, and PHPStan from Packagist.
. "$(dirname "$(realpath "$0")")/../install.sh"

PHPSTAN_VERSION=${PHPSTAN_VERSION:-2.1.17}
# A repository of Composer packages; empty: Packagist.
COMPOSER_MIRROR=${COMPOSER_MIRROR:-}

debian() {
  apt_install php-cli php-xml php-mbstring php-curl php-zip php-intl php-sqlite3 composer unzip git ca-certificates phpunit php-codesniffer phpmd
}

# Its package holds a signed archive; Composer compares what it gets with what the registry says.
phpstan() {
  at_least "$PHPSTAN_VERSION" phpstan --version && return
  local home=$TOOLS/phpstan
  export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_NO_INTERACTION=1 COMPOSER_HOME=$PWD/home
  rm -rf "$home"
  mkdir -p "$home"
  if [ -n "$COMPOSER_MIRROR" ]; then
    printf '{ "repositories": [{ "type": "composer", "url": "%s" }, { "packagist.org": false }] }\n' "$COMPOSER_MIRROR" >"$home/composer.json"
  fi
  timeout 60 composer --working-dir "$home" require --quiet --no-progress "phpstan/phpstan:$PHPSTAN_VERSION"
  link "$home/vendor/bin/phpstan"
}

step 'PHP, Composer, PHPUnit, PHP_CodeSniffer, PHPMD' debian
step "PHPStan $PHPSTAN_VERSION" phpstan
finish
