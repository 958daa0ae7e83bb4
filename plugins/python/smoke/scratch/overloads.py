from typing import overload


@overload
def half(number: int) -> int: ...
@overload
def half(number: str) -> str: ...


def half(number):
    return number


half(1.5)
reveal_type(half(1))  # noqa: F821


class Stock:
    def count(self, name_of_the_article: str, number_of_the_shelf: int) -> dict[str, int]:
        return {}


class Cellar(Stock):
    def count(self, name_of_the_article: int, number_of_the_shelf: str) -> dict[str, int]:
        return {}
