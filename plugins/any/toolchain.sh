#!/usr/bin/env bash
# The programs that jobs of every language and people at a shell expect, on Debian and its children, and the farm's own: git, and
# bubblewrap, in which jobs run. Debian pins versions and checks them by its archive's signatures; its mirror is apt's own setting.
. "$(dirname "$(realpath "$0")")/../install.sh"

# Debian calls it fdfind: an older program has the name fd there.
install_fd() {
  apt_install fd-find
  command -v fd >/dev/null || ln -sfn "$(command -v fdfind)" "$BIN/fd"
}

step 'git, curl and wget' apt_install git openssh-client ca-certificates curl wget
step 'archives' apt_install tar gzip bzip2 xz-utils zstd unzip zip
step 'bubblewrap' apt_install bubblewrap
step 'jq and yq' apt_install jq yq
step 'ripgrep' apt_install ripgrep
step 'fd' install_fd
step 'gh' apt_install gh
finish
