@test "greets the world" {
  run bash "$BATS_TEST_DIRNAME/../bin/greet.sh"
  [ "$status" -eq 0 ]
  [ "$output" = "hello, WORLD" ]
}

@test "greets by name" {
  run bash "$BATS_TEST_DIRNAME/../bin/greet.sh" ada
  [ "$output" = "hello, Ada" ]
}

@test "counts" {
  skip "not written yet"
}
