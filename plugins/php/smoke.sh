# A hello world with each program of the PHP toolchain; run by bash in an empty directory.
failed=0
check() {
  local name=$1
  shift
  if "$@" >log 2>&1 </dev/null; then echo "ok - $name"; else cat log; echo "not ok - $name"; failed=1; fi
}

# with NAME PROGRAM GET COMMAND…: skipped where the program is missing.
with() {
  local name=$1 program=$2 get=$3
  shift 3
  if command -v "$program" >/dev/null; then check "$name" "$@"; else echo "ok - $name # SKIP $program is missing: $get"; fi
}

mkdir -p src tests
cat >src/Hello.php <<'END'
<?php

namespace Smoke;

final class Hello
{
    public static function say(): string
    {
        return 'hello';
    }
}
END
cat >tests/HelloTest.php <<'END'
<?php

final class HelloTest extends PHPUnit\Framework\TestCase
{
    public function testSay(): void
    {
        require_once __DIR__ . '/../src/Hello.php';
        $this->assertSame('hello', Smoke\Hello::say());
    }
}
END
cat >composer.json <<'END'
{
    "name": "smoke/hello",
    "description": "Says hello",
    "license": "MIT",
    "repositories": [{ "packagist.org": false }],
    "require": { "php": ">=7.4" },
    "autoload": { "psr-4": { "Smoke\\": "src/" } }
}
END

export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_NO_INTERACTION=1
hello() { [ "$(php -r 'require "src/Hello.php"; echo Smoke\Hello::say();')" = hello ]; }
composed() { composer install --quiet && [ "$(php -r 'require "vendor/autoload.php"; echo Smoke\Hello::say();')" = hello ]; }
extensions() { php -r 'foreach (["curl", "dom", "json", "mbstring", "tokenizer", "xml", "zip"] as $name) { if (!extension_loaded($name)) { echo "$name is missing\n"; exit(1); } }'; }

get='apt install php-cli php-xml php-mbstring php-curl php-zip'
with php php "$get" hello
with 'php extensions' php "$get" extensions
with 'php -l' php "$get" php -l src/Hello.php
with composer composer 'apt install composer unzip' composed
with phpunit phpunit 'apt install phpunit' phpunit tests
with phpcs phpcs 'apt install php-codesniffer' phpcs --standard=PSR12 src
with phpmd phpmd 'apt install phpmd' phpmd src text unusedcode
with phpstan phpstan 'composer global require phpstan/phpstan' phpstan analyse --no-progress --level=0 src
exit $failed
