"""Choices that a strategy draws: few, cheap, and each shrinking towards its plainest answer."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from hypothesis.strategies import DrawFn, SearchStrategy, integers

T = TypeVar("T")


@lru_cache(maxsize=4096)
def _integers(low: int, high: int) -> SearchStrategy[int]:
    # The same few bounds come back thousands of times; checking them costs more than drawing.
    return integers(low, high)


class Choices:
    """Answers drawn one integer at a time; the first option of each is where shrinking goes."""

    __slots__ = ("_draw",)

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`; nothing is drawn when there is only one."""
        return low if low >= high else self._draw(_integers(low, high))

    def one_of(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.number(0, len(options) - 1)]

    def rarely(self, one_in: int) -> bool:
        """True about once in so many draws."""
        return self.number(1, one_in) == one_in

    def maybe(self, option: T, one_in: int = 4) -> T | None:
        """The option about once in so many draws, else None."""
        return option if self.rarely(one_in) else None

    def some_of(self, options: Sequence[T], most: int) -> tuple[T, ...]:
        """From one to `most` distinct options, in their order; nothing of nothing."""
        left = list(options)
        count = self.number(1, min(most, len(left)))
        while len(left) > count:
            del left[self.number(0, len(left) - 1)]
        return tuple(left)
