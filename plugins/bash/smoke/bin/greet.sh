#!/usr/bin/env bash
# Greets whoever is named, or the world.
set -euo pipefail

. "$(dirname "$0")/../lib/words.sh"

greeting=hello
unused=1
name=${1:-world}
echo $greeting, $(shout "$name")
