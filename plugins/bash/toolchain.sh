#!/bin/sh
# Installs what the recipes use, on Debian and its children.
set -eu
apt-get update -q
apt-get install -qy --no-install-recommends bash dash shellcheck shfmt bats devscripts
