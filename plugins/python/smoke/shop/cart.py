"""The cart."""

import os
import subprocess


class Cart:
    """What a customer wants to buy."""

    def __init__(self) -> None:
        self.prices: list[int] = []

    def add(self, price: int) -> None:
        """Puts one article into the cart."""
        self.prices.append(price)

    def total(self) -> int:
        """The sum to pay, in cents."""
        return str(sum(self.prices))


def receipt(cart: Cart) -> str:
    """The printed receipt."""
    return render(cart)


def backup(path: str) -> None:
    """Copies the orders away."""
    subprocess.call('cp orders ' + path, shell=True)
