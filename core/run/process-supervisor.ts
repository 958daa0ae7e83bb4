import { prctl } from './prctl.ts'
import { findProgram } from './program.ts'

/**
 * Stands between the farm and a job that has no sandbox: as a subreaper (prctl(2), PR_SET_CHILD_SUBREAPER = 36) it inherits
 * whatever the job orphans, so that not even `env -i setsid` gets away. It has the kernel send it SIGHUP when its parent
 * dies, as it does with the farm, (PR_SET_PDEATHSIG = 1) and takes SIGHUP as: end everything now. After the shell has exited, those who still hold its output get
 * half a second (a `tee` at the end of a script), after SIGTERM as long as the farm lets them. (Perl goes on waiting after a
 * signal, hence the shell's end in the handler.) Whoever is left is stopped, by whole process groups, until nobody new is found, and killed then: who is
 * stopped starts nobody, and makes no place for another either, as the killed do.
 */
const script = String.raw`
my ($prctl, $farm, $text, %hidden) = @ARGV;
my ($over, $term, $status, $own, $pid) = (0, 0, 137 << 8, getpgrp);
$SIG{HUP} = sub { $over = 1; kill 'KILL', $pid, -$pid if $pid };
$SIG{TERM} = sub { $term = 1 };
$SIG{$_} = sub {} for qw(INT QUIT USR1 USR2 ALRM);
syscall $prctl, 36, 1, 0, 0, 0;
syscall $prctl, 1, 1, 0, 0, 0;
$pid = fork;
defined $pid or exit 127;
if (!$pid) {
  $SIG{$_} = 'DEFAULT' for qw(HUP TERM INT QUIT USR1 USR2 ALRM);
  setpgrp 0, 0;
  $ENV{$_} = $hidden{$_} for keys %hidden;
  exec '/bin/sh', '-c', $text;
  exit 127;
}
until ($over) {
  my $dead = waitpid -1, 0;
  if ($dead == $pid) { $status = $?; $pid = 0; last }
  last if $dead < 0;
}
for (my $n = 0; !$over; $n++) {
  my $dead;
  1 while ($dead = waitpid -1, 1) > 0;
  last if $dead < 0 || !$term && ($n >= 12 || !held());
  select undef, undef, undef, .04;
}
setpriority 0, 0, -20;
for my $n (1 .. 5000) {
  my ($dead, %frozen);
  1 while ($dead = waitpid -1, 1) > 0;
  last if $dead < 0;
  for (1 .. 20) {
    my @fresh = grep !$frozen{$_}, family() or last;
    $frozen{$_} = 1 for @fresh;
    kill 'STOP', @fresh;
  }
  kill 'KILL', keys %frozen;
  select undef, undef, undef, .001 if $n > 10;
  kill 'KILL', $$ if $n == 5000;
}
exit($status & 127 ? 128 + ($status & 127) : $status >> 8);

sub processes { opendir my $d, '/proc' or return; grep /^\d+$/, readdir $d }
# All descendants, and (negative) their process groups.
sub family {
  my (%children, @found);
  for my $p (processes()) {
    open my $f, '<', "/proc/$p/stat" or next;
    local $/;
    my ($state, $parent, $group) = <$f> =~ /.*\) (\S) (\d+) (\d+) /s or next;
    push @{$children{$parent}}, [$p, $group] if $state !~ /[ZX]/ || $parent != $$;
  }
  for (my @next = $$; @next;) {
    my @these = map @{$children{$_} || []}, splice @next;
    push @next, map $_->[0], @these;
    push @found, map { ($_->[0], $_->[1] == $own ? () : -$_->[1]) } @these;
  }
  my %once = map { $_ => 1 } @found;
  keys %once;
}
sub held {
  my %ours = map { readlink("/proc/$$/fd/$_") => 1 } 1, 2;
  for my $p (grep { $_ != $$ && $_ != $farm } processes()) {
    opendir my $d, "/proc/$p/fd" or next;
    for (readdir $d) { my $to = readlink "/proc/$p/fd/$_"; return 1 if defined $to && $ours{$to} }
  }
  0;
}
`

/** Perl's own variables would reach the supervisor too: it gets them as arguments and hands them on. */
const perlVariables = ['PERL5OPT', 'PERL5LIB', 'PERLLIB', 'PERL5DB']

let perl: string | undefined | null = null

/** The command that runs shell text under a supervisor; undefined where there is no Perl or the architecture is unknown. */
export function supervised(shell: string, env: Readonly<Record<string, string>>): { file: string; args: string[]; env: Record<string, string> } | undefined {
  if (perl === null) perl = findProgram('perl')
  if (perl === undefined || prctl === undefined) return undefined
  const hidden = perlVariables.filter(name => env[name] !== undefined)
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.includes(name)))
  return { file: perl, args: ['-e', script, String(prctl), String(process.pid), shell, ...hidden.flatMap(name => [name, env[name] ?? ''])], env: rest }
}
