# shellcheck shell=bash
# Never closed, on purpose.
forgotten() {
  echo 'a word'
