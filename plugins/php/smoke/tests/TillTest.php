<?php

declare(strict_types=1);

namespace Smoke\Tests;

use PHPUnit\Framework\TestCase;
use Smoke\Till;

final class TillTest extends TestCase
{
    public function testEmpty(): void
    {
        $this->assertSame(0, (new Till())->total());
    }

    public function testAdd(): void
    {
        $this->assertSame(4, (new Till())->add(1)->add(2)->total());
    }

    public function testCards(): void
    {
        $this->markTestSkipped('nobody has any');
    }
}
