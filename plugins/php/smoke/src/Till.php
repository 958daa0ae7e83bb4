<?php

declare(strict_types=1);

namespace Smoke;

final class Till
{
    /** @var int[] */
    private array $prices = [];

    public function add(int $price): self
    {
        $doubled = $price * 2;
        $this->prices[] = $price;
        return $this;
    }

    public function total(): int
    {
        if ($this->prices === []) { return 0; }
        return array_sum($this->prices);
    }
}
