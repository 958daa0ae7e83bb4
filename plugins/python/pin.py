"""Prints the path of a Python that the project asks for, if another one than this is it. Arguments: the version or range, and who asks.

Looked for where version managers keep them (pyenv, uv, asdf, mise) and on the PATH. Runs on any Python 3.
"""
import glob
import os
import re
import subprocess
import sys

asked, source = sys.argv[1:3]


def numbers(text):
    return tuple(int(part) for part in re.findall(r'\d+', text)[:3])


def meets(version, specifier):
    """One specifier of PEP 440, or Poetry's `^3.9`; a plain version is met by what begins with it."""
    sign, text = re.match(r'\s*([<>=!~^]*)\s*(.*?)\s*$', specifier).groups()
    wanted = numbers(text)
    if not wanted:
        return True
    begins = version[:len(wanted)] == wanted
    whole = (wanted + (0, 0))[:3]
    if sign == '>=':
        return version >= whole
    if sign == '>':
        return version > whole
    if sign == '<':
        return version < whole
    if sign == '<=':
        return version <= whole
    if sign == '!=':
        return not (begins if text.endswith('*') else version == whole)
    if sign == '~=':
        return version >= wanted and version[:len(wanted) - 1] == wanted[:-1]
    if sign == '^':
        return version >= wanted and version[0] == wanted[0]
    if sign == '~':
        return version >= wanted and version[:2] == wanted[:2]
    return begins


def satisfies(version):
    return any(all(meets(version, one) for one in part.split(',')) for part in asked.split('||'))


def candidates():
    """(version, path) of every Python that is kept somewhere; of those on the PATH the version is asked for."""
    for variable, below in (('PYENV_ROOT', 'versions'), ('UV_PYTHON_INSTALL_DIR', ''), ('ASDF_DATA_DIR', 'installs/python'), ('MISE_DATA_DIR', 'installs/python')):
        for path in glob.glob(os.path.join(os.environ.get(variable) or '/nonexistent', below, '*', 'bin', 'python3')):
            name = re.match(r'(?:cpython-)?(3\.\d+\.\d+)(?:-|$)', os.path.basename(os.path.dirname(os.path.dirname(path))))
            if name:
                yield numbers(name.group(1)), path
    for directory in os.environ.get('PATH', '').split(os.pathsep):
        for path in glob.glob(os.path.join(directory, 'python3*')):
            if re.match(r'python3(?:\.\d+)?$', os.path.basename(path)) and '/shims/' not in path:
                said = subprocess.run([path, '--version'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
                if said.returncode == 0:
                    yield numbers(said.stdout), path


here = sys.version_info[:3]
if not satisfies(here):
    found = sorted(one for one in candidates() if satisfies(one[0]))
    said = 'The project asks for Python %s (%s)' % (asked, source)
    if found:
        version, path = found[-1]
        print('%s: %s runs.' % (said, '.'.join(map(str, version))), file=sys.stderr)
        print(path)
    else:
        print('%s, which is not on this machine: %s runs.' % (said, '.'.join(map(str, here))), file=sys.stderr)
