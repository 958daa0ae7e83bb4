"""Raises pins: the arguments are `name version` pairs. `name==1.0` in requirements, constraints, pyproject.toml, setup.cfg and
setup.py of this directory becomes `name==version`; what is no pin stays, and so does a pin that has hashes, which a tool must make anew.
"""
import glob
import re
import sys

names = sys.argv[1::2]
wanted = dict(zip((re.sub(r'[-_.]+', '-', name).lower() for name in names), sys.argv[2::2]))
paths = [path for pattern in ('*.txt', '*.in', 'requirements/*.txt', 'requirements/*.in', 'tests/requirements*.txt', 'test/requirements*.txt',
                              'pyproject.toml', 'setup.cfg', 'setup.py') for path in glob.glob(pattern)]
pin = re.compile(r'''(?P<lead>^[ \t]*|["'])(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?P<extras>(?:\[[^\]\n]*\])?[ \t]*==[ \t]*)(?P<version>[A-Za-z0-9.!+_-]+)(?=(?P<rest>[^\n]*))''', re.M)


def raised(match):
    version = wanted.get(re.sub(r'[-_.]+', '-', match['name']).lower())
    if version is None or match['rest'].rstrip().endswith('\\') or '--hash' in match['rest']:
        return match[0]
    return match['lead'] + match['name'] + match['extras'] + version


for path in paths:
    with open(path, encoding='utf-8', newline='') as file:
        text = file.read()
    changed = pin.sub(raised, text)
    if changed != text:
        with open(path, 'w', encoding='utf-8', newline='') as file:
            file.write(changed)
