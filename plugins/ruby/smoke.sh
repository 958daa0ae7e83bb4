# A hello world with each program of the Ruby toolchain; run by bash in an empty directory.
failed=0
check() {
  local name=$1
  shift
  if "$@" >log 2>&1; then echo "ok - $name"; else cat log; echo "not ok - $name"; failed=1; fi
}

# with NAME PROGRAM GET COMMAND…: skipped where the program is missing.
with() {
  local name=$1 program=$2 get=$3
  shift 3
  if command -v "$program" >/dev/null; then check "$name" "$@"; else echo "ok - $name # SKIP $program is missing: $get"; fi
}

cat >hello.rb <<'END'
# frozen_string_literal: true

puts 'hello'
END
cat >hello_spec.rb <<'END'
RSpec.describe String do
  it('greets') { expect(`ruby hello.rb`).to eq("hello\n") }
end
END
cat >hello_test.rb <<'END'
require 'minitest/autorun'
class HelloTest < Minitest::Test
  def test_hello = assert_equal("hello\n", `ruby hello.rb`)
end
END
cat >Rakefile <<'END'
task(:hello) { ruby 'hello.rb' }
END
cat >hello.gemspec <<'END'
Gem::Specification.new do |spec|
  spec.name = 'hello'
  spec.version = '1.0.0'
  spec.summary = 'Says hello'
  spec.authors = ['nobody']
  spec.license = 'MIT'
  spec.homepage = 'https://example.org'
  spec.required_ruby_version = '>= 2.7'
  spec.files = ['hello.rb']
end
END
mkdir bundle && printf "source 'https://rubygems.org'\n" >bundle/Gemfile

hello() { [ "$(ruby hello.rb)" = hello ]; }
bundled() { (cd bundle && bundle install --local --quiet && [ "$(bundle exec ruby ../hello.rb)" = hello ]); }
rubies() { for ruby in /opt/rubies/*/bin/ruby; do [ "$("$ruby" hello.rb)" = hello ] || return 1; done; }

get='apt install ruby-dev bundler rake'
with ruby ruby "$get" hello
with 'gem build' gem "$get" gem build --silent hello.gemspec -o hello.gem
with bundler bundle "$get" bundled
with rake rake "$get" rake hello
with minitest ruby "$get" ruby hello_test.rb
with rspec rspec 'apt install ruby-rspec' rspec hello_spec.rb
with rubocop rubocop 'apt install rubocop, or gem install rubocop' rubocop --cache false hello.rb
with brakeman brakeman 'gem install brakeman' brakeman --version
with bundle-audit bundle-audit 'gem install bundler-audit' bundle-audit version
if ls /opt/rubies/*/bin/ruby >/dev/null 2>&1; then check 'the Rubies in /opt/rubies' rubies; else echo 'ok - the Rubies in /opt/rubies # SKIP none is there: toolchain.sh compiles one'; fi
exit $failed
