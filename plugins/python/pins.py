"""Writes `name==version` for every package of uv.lock, poetry.lock, pdm.lock, pylock.toml or Pipfile.lock.

The first argument is the beginning of the files' names, the others are the lock files. A lock may hold several versions of
a package, for different Pythons, which no requirements file may: the second ones go into a second file, and so on.
Lock files are TOML with one table per package; reading them line by line works on a Python without tomllib too.
"""
import json
import re
import sys


def packages(text):
    for table in re.split(r'^\[\[packages?\]\]\s*$', text, flags=re.M)[1:]:
        head = re.split(r'^\[', table, flags=re.M)[0]
        name = re.search(r'^name = "([^"]+)"', head, flags=re.M)
        version = re.search(r'^version = "([^"]+)"', head, flags=re.M)
        local = re.search(r'^source = \{ ?(virtual|editable|directory)\b', head, flags=re.M)
        if name and version and not local:
            yield name.group(1), version.group(1)


start, *paths = sys.argv[1:]
rounds = []
for path in paths:
    with open(path, encoding='utf-8') as lock:
        text = lock.read()
    if path.endswith('Pipfile.lock'):
        sections = json.loads(text)
        found = [(name, entry['version'].lstrip('=')) for section in ('default', 'develop')
                 for name, entry in sections.get(section, {}).items() if 'version' in entry]
    else:
        found = list(packages(text))
    for name, version in found:
        if any(pins.get(name) == version for pins in rounds):
            continue
        free = next((pins for pins in rounds if name not in pins), None)
        if free is None:
            free = {}
            rounds.append(free)
        free[name] = version

for number, pins in enumerate(rounds, 1):
    with open('%s%d.txt' % (start, number), 'w', encoding='utf-8') as file:
        file.writelines('%s==%s\n' % pin for pin in pins.items())
