import type { LanguagePack } from '../../core/contract.ts'
import { banditJson } from './bandit-json.ts'
import { banditXml } from './bandit-xml.ts'
import { bandit } from './bandit.ts'
import { black } from './black.ts'
import { fatal } from './fatal.ts'
import { fixers } from './fixers.ts'
import { flake8 } from './flake8.ts'
import { isort } from './isort.ts'
import { mypyJson } from './mypy-json.ts'
import { mypy } from './mypy.ts'
import { pipAuditJson } from './pip-audit-json.ts'
import { pipAudit } from './pip-audit.ts'
import { pip } from './pip.ts'
import { pydocstyle } from './pydocstyle.ts'
import { pyflakes } from './pyflakes.ts'
import { pylintJson } from './pylint-json.ts'
import { pylint } from './pylint.ts'
import { pyrightJson } from './pyright-json.ts'
import { pyright } from './pyright.ts'
import { pytestJunit } from './pytest-junit.ts'
import { pytest } from './pytest.ts'
import { recipes } from './recipes.ts'
import { ruffJson } from './ruff-json.ts'
import { ruffJunit } from './ruff-junit.ts'
import { ruffLines } from './ruff-lines.ts'
import { ruff } from './ruff.ts'
import { safety } from './safety.ts'
import { sphinx } from './sphinx.ts'
import { tox } from './tox.ts'
import { traceback } from './traceback.ts'
import { ty } from './ty.ts'
import { unittest } from './unittest.ts'
import { vulture } from './vulture.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'python',
  title: 'Python',
  aliases: ['py', 'python3'],
  markers: [
    'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'requirements.in', 'Pipfile', 'tox.ini', 'noxfile.py',
    'pytest.ini', 'manage.py', 'uv.lock', 'poetry.lock',
  ],
  extensions: ['.py', '.pyi', '.pyw', '.ipynb'],
  claimsLoose: true,
  recipes,
  parsers: {
    'ruff-json': ruffJson,
    'ruff-lines': ruffLines,
    'ruff-junit': ruffJunit,
    'mypy-json': mypyJson,
    'pylint-json': pylintJson,
    'pyright-json': pyrightJson,
    'bandit-json': banditJson,
    'bandit-xml': banditXml,
    'pip-audit-json': pipAuditJson,
    safety,
    'pytest-junit': pytestJunit,
    ruff,
    flake8,
    pyflakes,
    pylint,
    mypy,
    pyright,
    ty,
    pydocstyle,
    black,
    isort,
    vulture,
    bandit,
    'pip-audit': pipAudit,
    pytest,
    unittest,
    sphinx,
    pip,
    tox,
    fatal,
    traceback,
  },
  fixers,
  caches: { PIP_CACHE_DIR: 'pip', UV_CACHE_DIR: 'uv', RUFF_CACHE_DIR: 'ruff' },
  homes: { PYENV_ROOT: '.pyenv', UV_PYTHON_INSTALL_DIR: '.local/share/uv/python', ASDF_DATA_DIR: '.asdf', MISE_DATA_DIR: '.local/share/mise' },
  toolchain: [
    { name: 'python3', version: 'python3 --version', get: 'apt install python3 python3-venv python3-pip', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'uv', version: 'uv --version', get: 'pipx install uv, or pip install uv: environments in a second rather than in twenty', neededFor: ['build', 'test', 'lint'] },
    { name: 'ruff', version: 'ruff --version', get: 'uv tool install ruff, or pipx install ruff', neededFor: ['lint'] },
    { name: 'pip-audit', version: 'pip-audit --version', get: 'uv tool install pip-audit, or pipx install pip-audit', neededFor: ['audit'] },
    { name: 'pytest', version: 'pytest --version', get: 'apt install python3-pytest, or pipx install pytest; else each job gets its own', neededFor: ['test'] },
    { name: 'bandit', version: 'bandit --version', get: 'uv tool install bandit, or pipx install bandit', neededFor: ['audit'] },
  ],
} satisfies LanguagePack
