"""Runs pip-audit with the arguments given; the report goes to $CRAFTING_REPORTS, and what came out is said in a few lines, the verdict last.

pip-audit ends with status 0 when the service knows none of the packages, and with a traceback when it is out of reach.
The one is no clean bill, the other no fault of the project.
"""
import json
import os
import re
import subprocess
import sys

report = os.path.join(os.environ['CRAFTING_REPORTS'], 'pip-audit-%d.json' % os.getpid())
command = ['pip-audit', '--progress-spinner', 'off', '--format', 'json', '--output', report, *sys.argv[1:]]
done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, universal_newlines=True, errors='replace')

try:
    with open(report, encoding='utf-8') as file:
        dependencies = json.load(file)['dependencies']
except (OSError, ValueError, KeyError):
    trace = done.stderr.find('Traceback (most recent call last):')
    said = [line for line in done.stderr.splitlines() if line.strip()]
    print(done.stderr if trace < 0 else done.stderr[:trace])
    unreachable = re.search(r'Max retries exceeded|\w*ConnectionError|ProxyError|ConnectTimeout|ReadTimeout|ServiceError|Connection to \w+ failed|\b(?:4\d\d|5\d\d) (?:Client|Server) Error', done.stderr)
    reason = said[-1].strip() if said else 'it ended with status %d' % done.returncode
    print(('the advisory service could not be reached, nothing was audited: ' if unreachable else 'pip-audit could not finish: ') + reason)
    raise SystemExit(done.returncode or 1)

skipped = [one for one in dependencies if 'skip_reason' in one]
for one in skipped:
    print('not audited: %s' % one['skip_reason'])
for one in dependencies:
    for found in one.get('vulns', []):
        print('%s %s: %s' % (one['name'], one['version'], found['id']))
if dependencies and len(skipped) == len(dependencies):
    print('the advisory service answered for none of %d packages, nothing was audited' % len(dependencies))
    raise SystemExit(1)
print('%d of %d packages audited, %d with known vulnerabilities' % (
    len(dependencies) - len(skipped), len(dependencies), sum(1 for one in dependencies if one.get('vulns'))))
raise SystemExit(done.returncode)
