# shellcheck shell=sh
# scripts SHELL...: prints the paths of the repository's scripts for these shells, one per line.
# A script is what its first line says; without such a line, what its name says. Links and other people's files are left out,
# and what autoconf, libtool, Gradle and Maven put into a repository.
scripts() {
  {
    git -c core.quotePath=false ls-files --cached --others --exclude-standard 2>/dev/null ||
      find . -type f ! -path '*/.git/*' ! -path '*/node_modules/*'
  } | while IFS= read -r file; do
    if [ ! -f "$file" ] || [ -L "$file" ]; then continue; fi
    case /$file in
      */node_modules/* | */vendor/* | */third_party/* | */third-party/*) continue ;;
      */config.guess | */config.sub | */config.rpath | */config.status | */ltmain.sh | */ltconfig | */libtool | */install-sh | */mkinstalldirs) continue ;;
      */depcomp | */ylwrap | */mdate-sh | */py-compile | */test-driver | */ar-lib | */gradlew | */mvnw) continue ;;
      */configure | */missing | */compile) grep -q -e '^# Generated .*[Aa]utoconf' -e '^scriptversion=' -- "$file" && continue ;;
    esac
    case ${file##*/} in
      *.sh | *.bash | *.ksh | *.bats | *.dash) named=${file##*.} ;;
      *.*) continue ;;
      *) named= ;;
    esac
    first=
    IFS= read -r first 2>/dev/null <"$file" || :
    case $first in
      '#!'*zsh* | '#!'*fish* | '#!'*csh*) continue ;;
      '#!'*bats*) shell=bats ;;
      '#!'*bash*) shell=bash ;;
      '#!'*ksh*) shell=ksh ;;
      '#!'*/sh | '#!'*/sh' '* | '#!'*' sh' | '#!'*dash* | '#!'*/ash*) shell='sh' ;;
      '#!'*) continue ;;
      *) shell=$named ;;
    esac
    # Text without a first line of its own is there to be sourced, mostly by bash.
    [ "$named$shell" = shsh ] && [ "${first#\#!}" = "$first" ] && shell=bash
    [ "$shell" = dash ] && shell='sh'
    [ "$named" = bats ] && shell=bats
    case " $* " in *" $shell "*) [ -n "$shell" ] && printf '%s\n' "$file" ;; esac
  done
}
