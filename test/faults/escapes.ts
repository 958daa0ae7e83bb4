/** What a job may do so as not to end, or to leave something behind. `beat` is a program that adds to a file for as long as it lives. */
export const escapes: Readonly<Record<string, string>> = {
  'daemonises in an empty environment': '(setsid sh -c "env -i /usr/bin/setsid /bin/sh $PWD/beat.sh $PWD/alive &" >/dev/null 2>&1 &)\nsleep 60',
  'is deaf to SIGTERM': `trap '' TERM HUP INT QUIT; sh beat.sh alive & while :; do sleep 0.05; done`,
  'stops itself and its children': 'sh beat.sh alive & kill -STOP $!; kill -STOP $$; sleep 60',
  'prints endlessly to both pipes': 'yes out & yes error >&2 & sleep 60',
  'prints endlessly and is deaf': `trap '' TERM; yes out & yes error >&2 & while :; do sleep 0.05; done`,
  'has a grandchild that holds the pipe': `(sh -c "trap '' TERM HUP; sh beat.sh alive" &) ; sleep 60`,
  'changes its process group': `perl -e 'fork and exit; setpgrp 0, 0; $SIG{TERM} = "IGNORE"; exec "sh", "beat.sh", "alive"'; sleep 60`,
  'forks and exits, over and over': `perl -e '$SIG{TERM} = "IGNORE"; for (;;) { my $p = fork; exit if $p; setpgrp 0, 0; select undef, undef, undef, .002 }' & sleep 60`,
  'fills its /tmp': `mkdir -p "$TMPDIR"; head -c 40000000 /dev/zero >"$TMPDIR/big"; sh beat.sh alive`,
  'makes many files': 'mkdir many; cd many; n=0; while [ $n -lt 3000 ]; do : >$n; n=$((n+1)); done; sleep 60',
  'takes all permissions from its tree': 'mkdir -p locked/in/it; chmod 000 locked/in/it locked/in locked a.txt; sleep 60',
  'makes directories in each other': `perl -e 'for (1 .. 20000) { mkdir "d"; chdir "d" }'; sleep 60`,
  'plants hooks and configuration': `mkdir -p .git/hooks; for h in post-checkout post-index-change reference-transaction; do printf '#!/bin/sh\\ntouch pwned\\n' >.git/hooks/$h; chmod +x .git/hooks/$h; done
git config core.fsmonitor 'touch pwned;'; git config core.hooksPath .git/hooks; printf '* filter=evil\\n' >.git/info/attributes; git config filter.evil.smudge 'touch pwned; cat'; sleep 60`,
}
