#!/usr/bin/env bash
# Shells and what checks their scripts, on Debian and its children. Debian pins their versions (bookworm: bash 5.2, shellcheck 0.9,
# bats 1.8, shfmt 3.6) and checks them by its archive's signatures; its mirror is apt's own setting.
. "$(dirname "$(realpath "$0")")/../install.sh"

step 'bash and dash' apt_install bash dash make
step 'shellcheck' apt_install shellcheck
step 'shfmt' apt_install shfmt
step 'bats' apt_install bats
step 'checkbashisms' apt_install devscripts
# Repairs by shellcheck come as a diff.
step 'patch' apt_install patch
finish
