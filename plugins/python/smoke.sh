#!/usr/bin/env bash
# Each manager builds or runs a package that says hello, each checker looks at one. Nothing comes from the network.
. "$(dirname "$(realpath "$0")")/../hello.sh"
export PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_OFFLINE=1 SEMGREP_ENABLE_VERSION_CHECK=0 SEMGREP_SEND_METRICS=off VIRTUALENV_NO_PERIODIC_UPDATE=1

project() {
  mkdir -p src/greeting
  printf 'def main() -> None:\n    print("hello")\n' >src/greeting/__init__.py
  printf '[project]\nname = "greeting"\nversion = "1.0.0"\nscripts = { greeting = "greeting:main" }\n' >pyproject.toml
}

in_python() {
  expect hello python3 -c 'print("hello")'
  python3 -m venv env
  expect hello env/bin/python -c 'print("hello")'
  env/bin/pip --version
}

# uv has a build backend of its own; pip installs what it made.
with_uv() {
  project
  printf '\n[build-system]\nrequires = ["uv_build>=0.7,<2"]\nbuild-backend = "uv_build"\n' >>pyproject.toml
  uv build --wheel --out-dir dist
  uv venv --python "$(command -v python3)" env
  VIRTUAL_ENV=$PWD/env uv pip install dist/*.whl
  expect hello env/bin/greeting
  python3 -m venv plain
  plain/bin/pip install dist/*.whl
  expect hello plain/bin/greeting
}

with_poetry() {
  project
  printf '\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n' >>pyproject.toml
  poetry check
  POETRY_VIRTUALENVS_IN_PROJECT=true poetry install
  expect hello .venv/bin/greeting
}

with_tox() {
  printf '[tox]\nskipsdist = true\n[testenv]\nskip_install = true\ncommands = python -c "print(42)"\n' >tox.ini
  tox run -e py
}

with_nox() {
  printf 'import nox\n\n\n@nox.session(venv_backend="none")\ndef hello(session):\n    session.run("python3", "-c", "print(42)")\n' >noxfile.py
  nox
}

with_pipx() { pipx --version && pipx list; }

tested() {
  printf 'def test_hello():\n    assert "hello".upper() == "HELLO"\n' >test_hello.py
  pytest -q
}

# finds TEXT COMMAND…: what the checker says of a file with a fault.
finds() {
  local said fault=$1
  shift
  printf 'import subprocess\nimport sys\n\n\ndef hello(name: str) -> int:\n    subprocess.call(name, shell=True)\n    return name\n' >fault.py
  said=$("$@" 2>&1) || true
  printf '%s\n' "$said"
  [[ $said == *"$fault"* ]]
}

with_semgrep() {
  printf 'rules:\n  - id: shell\n    languages: [python]\n    severity: ERROR\n    message: a shell is started\n    pattern: subprocess.call(..., shell=True)\n' >rules.yml
  finds 'a shell is started' semgrep scan --quiet --metrics=off --disable-version-check --config rules.yml fault.py
}

# It wants a service for more than this.
with_pip_audit() {
  : >requirements.txt
  pip-audit --disable-pip --no-deps --requirement requirements.txt
}

get='see plugins/python/toolchain.sh'
hello python python3 'apt install python3 python3-venv python3-pip' in_python
hello 'uv and pip' uv "$get" with_uv
hello pipx pipx "$get" with_pipx
hello poetry poetry "$get" with_poetry
hello tox tox "$get" with_tox
hello nox nox "$get" with_nox
hello pytest pytest "$get" tested
hello ruff ruff "$get" finds F401 ruff check fault.py
hello mypy mypy "$get" finds '[return-value]' mypy fault.py
hello bandit bandit "$get" finds B602 bandit -q fault.py
hello semgrep semgrep "$get" with_semgrep
hello pip-audit pip-audit "$get" with_pip_audit
finish
