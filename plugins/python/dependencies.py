"""Prints what pyproject.toml lists: `project` its dependencies and those of the extras named, `groups` those of the dependency groups named (PEP 735)."""
import sys

try:
    import tomllib
except ImportError:
    raise SystemExit('reading the dependencies of pyproject.toml without uv needs Python 3.11')

with open('pyproject.toml', 'rb') as file:
    document = tomllib.load(file)
project = document.get('project', {})
extras = project.get('optional-dependencies', {})
groups = document.get('dependency-groups', {})


def members(name, above=()):
    for one in groups.get(name, []):
        if isinstance(one, str):
            yield one
        elif one.get('include-group') not in (None, name, *above):
            yield from members(one['include-group'], (*above, name))


what, *names = sys.argv[1:]
lists = [members(name) for name in names] if what == 'groups' else [project.get('dependencies', []), *(extras.get(name, []) for name in names)]
print('\n'.join(one for each in lists for one in each))
