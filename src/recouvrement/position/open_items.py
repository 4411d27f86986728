"""The items that money nobody directed may find: oldest first, or by exactly what is open."""

from collections import defaultdict
from collections.abc import Iterable
from heapq import heappop, heappush

from recouvrement.facts.book import Book


class OpenItems:
    """Items issued so far, each found without looking at the others.

    `opens` is the ledger's own list of what is open; whoever changes it for an item says so here.
    What was said before is only then forgotten when somebody looks for it: an entry that is no
    longer true is passed over once.
    """

    __slots__ = ("book", "by_amount", "issued", "oldest", "opens")

    def __init__(self, book: Book, opens: list[int]) -> None:
        self.book = book
        self.opens = opens
        self.issued = bytearray(len(opens))
        self.oldest: dict[str, list[int]] = defaultdict(list)
        self.by_amount: dict[tuple[str, int], list[int]] = defaultdict(list)

    def add(self, places: Iterable[int]) -> None:
        """Items that are issued now, or open again."""
        for place in places:
            self.issued[place] = True
            if self.opens[place]:
                heappush(self.oldest[self.book.items[place].currency], place)
                self.changed(place)

    def changed(self, place: int) -> None:
        """Another amount is open on an item."""
        left = self.opens[place]
        if left and self.issued[place]:
            heappush(self.by_amount[self.book.items[place].currency, left], place)

    def holds(self, place: int, currency: str) -> bool:
        """Whether an item is issued and open, in a currency."""
        return (
            self.issued[place] == 1
            and self.opens[place] > 0
            and self.book.items[place].currency == currency
        )

    def first(self, currency: str) -> int | None:
        """The oldest that is open."""
        heap, opens = self.oldest[currency], self.opens
        while heap:
            if opens[heap[0]]:
                return heap[0]
            heappop(heap)
        return None

    def exactly(self, amount: int, currency: str) -> int | None:
        """The oldest on which exactly this amount is open."""
        heap = self.by_amount.get((currency, amount), [])
        while heap:
            if self.opens[heap[0]] == amount:
                return heap[0]
            heappop(heap)
        return None

    def any_open(self) -> bool:
        """Whether any of them is open."""
        return any(self.first(currency) is not None for currency in list(self.oldest))
