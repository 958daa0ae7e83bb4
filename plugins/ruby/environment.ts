import { hasGemfile } from './project.ts'
import type { Tree } from '../../core/contract.ts'

/**
 * In front of every command: the Ruby that the repository asks for, if a version manager or /opt/rubies has it. A pinned version
 * with fewer numbers takes the newest of its line.
 */
export function rubyOf(tree: Tree): string {
  if (!tree.has('.ruby-version') && !tree.has('.tool-versions') && !tree.has('mise.toml')) return locale
  return `${locale}
want=$(sed -nE 's/^[[:space:]]*(ruby-)?([0-9]+(\\.[0-9]+)*(-[A-Za-z0-9.]+)?|(j|truffle)ruby-[0-9.]+).*/\\2/p' .ruby-version 2>/dev/null | head -n 1)
if [ -z "$want" ]; then want=$(sed -nE 's/^[[:space:]]*ruby[[:space:]]*=?[[:space:]]*"?([0-9][^[:space:]"]*).*/\\1/p' .tool-versions mise.toml 2>/dev/null | head -n 1); fi
if [ -n "$want" ]; then
  chosen=''
  for kept in "\${RBENV_ROOT:-$HOME/.rbenv}/versions" "\${ASDF_DATA_DIR:-$HOME/.asdf}/installs/ruby" "\${MISE_DATA_DIR:-$HOME/.local/share/mise}/installs/ruby" /opt/rubies; do
    for ruby in $(ls -d "$kept/$want" "$kept/ruby-$want" "$kept/$want".* "$kept/ruby-$want".* 2>/dev/null | sort -V); do
      if [ -x "$ruby/bin/ruby" ]; then chosen="$ruby"; fi
    done
  done
  if [ -n "$chosen" ]; then PATH="$chosen/bin:$PATH"; export PATH
  else
    export RBENV_VERSION=system ASDF_RUBY_VERSION=system
    case "$(ruby -e 'print RUBY_VERSION')." in
      "$want".*) ;;
      *) echo "Ruby $want, which the repository asks for, is not on this machine; using $(ruby -e 'print RUBY_VERSION')" ;;
    esac
  fi
fi`
}

/** Sources are UTF-8; a machine without a locale would read them as ASCII. */
const locale = 'export LANG="${LANG:-C.UTF-8}" DISABLE_SPRING=1'

/**
 * Installs the project's gems: those of the machine where they are what the lock (or the Gemfile) asks for, else all of them below the job's
 * home. Bundler notes there which of the two it was.
 */
export function bundle(tree: Tree): string | undefined {
  if (!hasGemfile(tree)) return tree.has('.ruby-version') || tree.has('.tool-versions') ? rubyOf(tree) : undefined
  return `${rubyOf(tree)}
if bundle install --local --quiet >/dev/null 2>&1; then exit 0; fi
bundle config set --global path "$HOME/bundle"
bundle config set --global global_gem_cache true
bundle install --quiet --jobs 4 --retry 2`
}
