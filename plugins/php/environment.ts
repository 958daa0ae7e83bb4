import type { Tree } from '../../core/contract.ts'
import { quote, str } from '../../core/parse/index.ts'
import { binOf, needsInstall } from './project.ts'

/** In front of every command: the PHP that the repository asks for, if the machine has one of that line. */
export function phpOf(tree: Tree): string {
  const platform = str(tree.json('composer.json'), 'config', 'platform', 'php')
  const begin = `export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_NO_INTERACTION=1 PHP_CS_FIXER_IGNORE_ENV=1 XDEBUG_MODE=off
PATH="$HOME/bin:$PATH"; export PATH`
  if (!tree.has('.php-version') && !tree.has('.tool-versions') && !platform) return begin
  return `${begin}
want=$(sed -nE 's/^[[:space:]]*(php-?)?([0-9]+(\\.[0-9]+)*).*/\\2/p' .php-version 2>/dev/null | head -n 1)
if [ -z "$want" ]; then want=$(sed -nE 's/^[[:space:]]*php[[:space:]]+([0-9][0-9.]*).*/\\1/p' .tool-versions 2>/dev/null | head -n 1); fi
if [ -z "$want" ]; then want=${platform && /^\d[\d.]*$/.test(platform) ? platform : ''}; fi
line=$(printf '%s' "$want" | cut -d . -f 1,2)
if [ -n "$want" ] && [ "$line" != "$(php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')" ]; then
  kept=$(ls -d "\${PHPENV_ROOT:-$HOME/.phpenv}/versions/$line".*/bin/php "\${ASDF_DATA_DIR:-$HOME/.asdf}/installs/php/$line".*/bin/php 2>/dev/null | sort -V | tail -n 1)
  kept=\${kept:-$(command -v "php$line" || true)}
  if [ -n "$kept" ]; then mkdir -p "$HOME/bin" && ln -sf "$kept" "$HOME/bin/php"
  else echo "PHP $want, which the repository asks for, is not on this machine; using $(php -r 'echo PHP_VERSION;')"
  fi
fi`
}

/** The project's packages. Laravel's tests want a key. */
export function packages(tree: Tree): string | undefined {
  if (!needsInstall(tree)) return undefined
  return `${phpOf(tree)}
set -e
if ! command -v composer >/dev/null 2>&1; then echo 'composer is missing: apt install composer' >&2; exit 1; fi
COMPOSER_NO_AUDIT=1 composer install --no-progress --prefer-dist${tree.has('artisan') && tree.has('.env.example') ? `
if [ ! -e .env ]; then cp .env.example .env; php artisan key:generate --quiet || echo 'no key could be made; going on without'; fi` : ''}`
}

/** Runs a program of the project's packages, else the machine's. */
export function calling(tree: Tree, program: string, call: string): string {
  const own = program.includes('/') ? program : `${binOf(tree)}/${program}`
  return `if [ -e ${quote(own)} ]; then php ${quote(own)} ${call}
elif command -v ${program} >/dev/null 2>&1; then ${program} ${call}
else echo "${program} is neither among the project's packages nor on this machine" >&2; false; fi`
}
