setup() {
  root=$BATS_TEST_DIRNAME/..
  formatted() { env -i PATH="$PATH" HOME="$HOME" TERM=dumb BATS_ROOT="$root" BATS_LIBDIR=lib BATS_FORMATTER_TEST_DURATION= "$root/libexec/bats-core/bats-format-$1" --base-path /tmp <"$root/test/fixtures/stream.tap"; }
}

@test "tap version 13" {
  run formatted tap13
  [ "${lines[0]}" = 'TAP version 13' ]
  [ "${lines[2]}" = 'ok 1 passes' ]
}

@test "names of tests" {
  printf '@%s\n' 'test "a name" {' >"$BATS_TEST_TMPDIR/it"
  printf '  echo "two  blanks"\n}\n' >>"$BATS_TEST_TMPDIR/it"
  run env BATS_ROOT="$root" BATS_LIBDIR=lib bash "$root/libexec/bats-core/bats-preprocess" "$BATS_TEST_TMPDIR/it"
  [ "$status" -eq 0 ]
  [[ $output == *test_a_name* ]]
  [[ $output == *'echo "two  blanks"'* ]]
}

@test "marked lines" {
  source "$root/support/load.bash"
  run batslib_mark '>' 0 2 < <(printf '%s\n' aa bb cc)
  [ "${lines[0]}" = '>a' ]
  [ "${lines[1]}" = bb ]
  [ "${lines[2]}" = '>c' ]
}

@test "marked lines in another order, and one of them twice" {
  source "$root/support/load.bash"
  run batslib_mark '>' 2 0 2 < <(printf '%s\n' aa bb cc)
  [ "${lines[0]}" = '>a' ]
  [ "${lines[2]}" = '>c' ]
}

@test "equal and not" {
  source "$root/support/load.bash"
  source "$root/assert/load.bash"
  assert_equal a a
  run assert_equal have want
  [ "$status" -eq 1 ]
  [ "${lines[1]}" = 'expected : want' ]
  [ "${lines[2]}" = 'actual   : have' ]
}

@test "output" {
  source "$root/support/load.bash"
  source "$root/assert/load.bash"
  run echo word
  assert_output word
  assert_output --partial or
  refute_output other
  run assert_output other
  [ "$status" -eq 1 ]
}
