# shellcheck shell=bash
shout() {
    local text=$1
  printf '%s\n' "${text^^}"
}
