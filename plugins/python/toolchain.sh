#!/usr/bin/env bash
# Debian's Python with the managers and checkers that recipes use, on Debian and its children. The versions below come from
# PyPI, which checks what it delivers; PIP_INDEX_URL and UV_DEFAULT_INDEX name mirrors. Each group has an environment of its own:
# semgrep pins what the others want newer.
. "$(dirname "$(realpath "$0")")/../install.sh"

UV_VERSION=${UV_VERSION:-0.13.9}
PIPX_VERSION=${PIPX_VERSION:-1.18.4}
POETRY_VERSION=${POETRY_VERSION:-2.5.1}
TOX_VERSION=${TOX_VERSION:-4.67.15}
NOX_VERSION=${NOX_VERSION:-2026.10.20}
RUFF_VERSION=${RUFF_VERSION:-0.17.6}
MYPY_VERSION=${MYPY_VERSION:-2.4.1}
PYTEST_VERSION=${PYTEST_VERSION:-9.2.0}
PIP_AUDIT_VERSION=${PIP_AUDIT_VERSION:-2.10.1}
BANDIT_VERSION=${BANDIT_VERSION:-1.9.4}
SEMGREP_VERSION=${SEMGREP_VERSION:-1.185.0}

# Not what comes first on the PATH: a version manager's Python may go away.
python=/usr/bin/python3

install_uv() {
  at_least "$UV_VERSION" uv --version && return
  "$python" -m venv "$TOOLS/python-uv"
  "$TOOLS/python-uv/bin/pip" install --quiet --disable-pip-version-check "uv==$UV_VERSION"
  link "$TOOLS/python-uv/bin/"{uv,uvx}
}

# tool VERSION PACKAGE [PROGRAM]: in an environment of its own, unless it is there in that version or a newer one.
tool() {
  local version=$1 package=$2 program=${3:-$2} home=$TOOLS/python-$2
  at_least "$version" "$program" --version && return
  uv venv --quiet --clear --python "$python" "$home"
  VIRTUAL_ENV=$home uv pip install --quiet "$package==$version"
  link "$home/bin/$program"
}

install_semgrep() {
  # It would ask its makers for news, and wait for them where they cannot be reached.
  export SEMGREP_ENABLE_VERSION_CHECK=0
  # Its program looks for the other one, pysemgrep, on the PATH.
  tool "$SEMGREP_VERSION" semgrep
  if [ -x "$TOOLS/python-semgrep/bin/pysemgrep" ]; then link "$TOOLS/python-semgrep/bin/pysemgrep"; fi
}

step python apt_install python3 python3-venv python3-pip python3-dev
step uv install_uv
step pipx tool "$PIPX_VERSION" pipx
step poetry tool "$POETRY_VERSION" poetry
step tox tool "$TOX_VERSION" tox
step nox tool "$NOX_VERSION" nox
step ruff tool "$RUFF_VERSION" ruff
step mypy tool "$MYPY_VERSION" mypy
step pytest tool "$PYTEST_VERSION" pytest
step pip-audit tool "$PIP_AUDIT_VERSION" pip-audit
step bandit tool "$BANDIT_VERSION" bandit
step semgrep install_semgrep
finish
