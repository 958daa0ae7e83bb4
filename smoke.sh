#!/usr/bin/env bash
# What of the language packs works on this machine: ./smoke.sh [PACK…]
exec node "$(dirname "$(realpath "$0")")/bin/crafting-table.js" smoke "$@"
