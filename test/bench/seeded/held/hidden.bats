setup() {
  root=$BATS_TEST_DIRNAME/..
  formatted() { env -i PATH="$PATH" HOME="$HOME" TERM=dumb BATS_ROOT="$root" BATS_LIBDIR=lib "$root/libexec/bats-core/bats-format-$1" --base-path /tmp <"$root/test/fixtures/stream.tap"; }
  source "$root/support/load.bash"
  source "$root/assert/load.bash"
}

@test "plain tap" {
  run formatted tap
  [ "${lines[0]}" = '1..3' ]
  [[ ${lines[1]} == 'ok 1 passes'* ]]
}

@test "junit" {
  run formatted junit
  [[ $output == *'<testcase '*'name="passes"'* ]]
  [[ $output == *'tests="3" failures="1" errors="0" skipped="1"'* ]]
}

@test "versions" {
  source "$root/lib/bats-core/common.bash"
  bats_version_lt 1.2.3 1.10.0
  ! bats_version_lt 2.0.0 1.10.0
  bats_trim trimmed '  some words '
  [ "$trimmed" = 'some words' ]
}

@test "lines" {
  run printf '%s\n' one two
  assert_line two
  assert_line --index 0 one
  refute_line three
  run assert_line three
  [ "$status" -eq 1 ]
}

@test "status" {
  run false
  assert_failure
  assert_failure 1
  run assert_failure 2
  [ "$status" -eq 1 ]
  [ "${lines[1]}" = 'expected : 2' ]
  run true
  assert_success
}

@test "keys and values" {
  run batslib_print_kv_single_or_multi 3 a one bbb two
  [ "${lines[0]}" = 'a   : one' ]
  [ "${lines[1]}" = 'bbb : two' ]
  [ "$(batslib_get_max_single_line_key_width a x bbb y)" -eq 3 ]
  run batslib_prefix '> ' <<<word
  [ "$output" = '> word' ]
}

@test "marks at three places" {
  run batslib_mark '*' 3 1 2 < <(printf '%s\n' a b c d)
  [ "$output" = "$(printf '%s\n' a '*' '*' '*')" ]
}
