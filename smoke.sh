#!/usr/bin/env bash
# What of the language packs works on this machine: ./smoke.sh [PACK…]. In an image, by default, those that it was built with.
root=$(dirname "$(realpath "$0")")
# shellcheck disable=SC2046 # names of packs, without blanks
[ $# -gt 0 ] || [ ! -f "$root/.packs" ] || set -- $(cat "$root/.packs")
exec "$root/bin/crafting-table.js" smoke "$@"
