"""Prints the dependencies that pyproject.toml lists, and those of the extras named as arguments."""
import sys

try:
    import tomllib
except ImportError:
    raise SystemExit('reading the dependencies of pyproject.toml without uv needs Python 3.11')

with open('pyproject.toml', 'rb') as file:
    project = tomllib.load(file).get('project', {})
extras = project.get('optional-dependencies', {})
print('\n'.join(project.get('dependencies', []) + [one for name in sys.argv[1:] for one in extras.get(name, [])]))
