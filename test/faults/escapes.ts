import type { JobLimits } from '../../core/run/limits.ts'

export interface Escape {
  shell: string
  /** 400 unless it takes longer to do what it does. */
  timeoutMs?: number
  /** It says this when it is done with it. */
  says?: string
  /** Held to these; then it is they that end it, not the time-out. */
  limits?: JobLimits
  /** The workspace is on a disk of its own, of so many MiB and for so many files. */
  disk?: { megabytes: number; files: number }
}

/** What a job may do so as not to end, or to leave something behind. `beat` is a program that adds to a file for as long as it lives. */
export const escapes: Readonly<Record<string, Escape>> = {
  'daemonises in an empty environment': { shell: '(setsid sh -c "env -i /usr/bin/setsid /bin/sh $PWD/beat.sh $PWD/alive &" >/dev/null 2>&1 &)\nsleep 60' },
  'is deaf to SIGTERM': { shell: `trap '' TERM HUP INT QUIT; sh beat.sh alive & while :; do sleep 0.05; done` },
  'stops itself and its children': { shell: 'sh beat.sh alive & kill -STOP $!; kill -STOP $$; sleep 60' },
  'prints endlessly to both pipes': { shell: 'yes out & yes error >&2 & sleep 60' },
  'prints endlessly and is deaf': { shell: `trap '' TERM; yes out & yes error >&2 & while :; do sleep 0.05; done` },
  'has a grandchild that holds the pipe': { shell: `(sh -c "trap '' TERM HUP; sh beat.sh alive" &) ; sleep 60` },
  'changes its process group': { shell: `perl -e 'fork and exit; setpgrp 0, 0; $SIG{TERM} = "IGNORE"; exec "sh", "beat.sh", "alive"'; sleep 60` },
  'forks and exits, over and over': { shell: `perl -e '$SIG{TERM} = "IGNORE"; for (;;) { my $p = fork; exit if $p; setpgrp 0, 0; select undef, undef, undef, .002 }' & sleep 60` },
  'is a fork bomb': { shell: `perl -e '$SIG{TERM} = "IGNORE"; for (;;) { fork }'`, limits: { pids: 256, memoryMb: 1024 } },
  'fills its /tmp': { shell: 'mkdir -p "$TMPDIR"; head -c 40000000 /dev/zero >"$TMPDIR/big"; sh beat.sh alive' },
  'fills its disk': { shell: 'cat /dev/zero >big; sh beat.sh alive', disk: { megabytes: 48, files: 20_000 } },
  'makes many files': { shell: 'mkdir many; cd many; n=0; while [ $n -lt 3000 ]; do : >$n; n=$((n+1)); done; sleep 60' },
  'uses up the inodes': { shell: `mkdir many; cd many; perl -e 'for (;;) { open my $f, ">", $n++ or last }'; sleep 60`, disk: { megabytes: 48, files: 20_000 } },
  'takes all permissions from its tree': { shell: 'mkdir -p locked/in/it; chmod 000 locked/in/it locked/in locked a.txt; sleep 60' },
  'makes 100,000 directories in each other': { shell: `perl -e 'for (1 .. 100_000) { mkdir "d"; chdir "d" } print STDERR "deep\n"'; sleep 60`, says: 'deep', timeoutMs: 2_000, disk: { megabytes: 512, files: 150_000 } },
  'plants hooks and configuration': {
    shell: `mkdir -p .git/hooks; for h in post-checkout post-index-change reference-transaction; do printf '#!/bin/sh\\ntouch pwned\\n' >.git/hooks/$h; chmod +x .git/hooks/$h; done
git config core.fsmonitor 'touch pwned;'; git config core.hooksPath .git/hooks; printf '* filter=evil\\n' >.git/info/attributes; git config filter.evil.smudge 'touch pwned; cat'; sleep 60`,
  },
}
