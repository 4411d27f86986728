"""Ratios against hand-written code, measured in one run: `python benchmarks/run.py [--json]`.

Standard output holds only the JSON; progress goes to standard error. Absolute times mean nothing
across machines and are not reported.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial

import hand_written
import portfolio

from recouvrement import Account, Decision, Policy, decide, preset
from recouvrement.policy.engine import deciding

REPEATS = 3
SIZES = (1_000, 10_000, 100_000)
Answer = tuple[str, tuple[str, ...]]


@contextmanager
def _garbage_frozen() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _best(answers: Callable[[], Iterable[object]], rounds: int = 1) -> float:
    """The best time to make every answer, each dropped as the next comes.

    A small book is gone through several `rounds` in each measure: a few milliseconds tell nothing.
    """
    best = math.inf
    with _garbage_frozen():
        for _ in range(REPEATS):
            start = time.perf_counter()
            for _round in range(rounds):
                for _answer in answers():
                    pass
            best = min(best, time.perf_counter() - start)
    return best


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def spine(policy: Policy, accounts: list[Account], as_of: date) -> Iterator[Answer]:
    """From built accounts through position to the deciding rule and its items."""
    for account in accounts:
        because, items = deciding(policy, account, as_of)
        yield because[0] if because else "", items


def by_hand(accounts: list[Account], as_of: date, execute_on: date) -> Iterator[Answer]:
    """The same answers from the hand-written loop, from the same accounts."""
    for account in accounts:
        yield hand_written.decide(hand_written.grouped(account), as_of, execute_on)


def by_hand_grouped(
    groups: list[hand_written.Grouped], as_of: date, execute_on: date
) -> Iterator[Answer]:
    """The same loop where somebody has grouped and sorted the facts beforehand."""
    for one in groups:
        yield hand_written.decide(one, as_of, execute_on)


def whole(policy: Policy, accounts: list[Account], as_of: date) -> Iterator[Decision]:
    """Whole decisions: amounts, channel, register, hands and dates too."""
    for account in accounts:
        yield decide(policy, account, as_of=as_of)


def spine_against_hand(policy: Policy) -> tuple[float, dict[int, float]]:
    """The worst ratio over the sizes, and our time for each size."""
    as_of = portfolio.AS_OF
    execute_on = policy.conventions.calendar.next_business_day(as_of)
    ratios, ours = [], {}
    for size in SIZES:
        accounts = list(portfolio.accounts(size))
        _check_answers(policy, accounts, as_of, execute_on)
        groups = [hand_written.grouped(account) for account in accounts]
        rounds = max(1, SIZES[-1] // 2 // size)
        ours[size] = _best(partial(spine, policy, accounts, as_of), rounds) / rounds
        hand = _best(partial(by_hand, accounts, as_of, execute_on), rounds) / rounds
        strict = _best(partial(by_hand_grouped, groups, as_of, execute_on), rounds) / rounds
        full = _best(partial(whole, policy, accounts, as_of), rounds) / rounds
        ratios.append(ours[size] / hand)
        _say(
            f"spine, {size} invoices: {ratios[-1]:.2f} times the hand-written loop"
            f" ({ours[size] / strict:.2f} had its facts been grouped for it; whole decisions:"
            f" {full / hand:.2f})"
        )
    return max(ratios), ours


def _check_answers(policy: Policy, accounts: list[Account], as_of: date, execute_on: date) -> None:
    theirs = by_hand(accounts, as_of, execute_on)
    for account, their, our in zip(accounts, theirs, spine(policy, accounts, as_of), strict=True):
        if their != our:
            sys.exit(f"answers differ on {account.debtor.id}: {their} and {our}")


def decide_against_hand(policy: Policy) -> float:
    """The generated function on prepared criteria against the same ladder written by hand."""
    compiled = policy.compiled
    cases = [
        (reached, late, notice, reminders)
        for reached in range(-1, 6)
        for late in range(-8, 60, 3)
        for notice in (None, 2)
        for reminders in (0, 2, 4)
    ] * 24
    given = {
        "days_past_due": [one[1] for one in cases],
        "days_until_due": [-one[1] for one in cases],
        "notice_days": [one[2] for one in cases],
        "reminders": [one[3] for one in cases],
    }
    prepared = list(
        zip([one[0] for one in cases], *(given[name] for name in compiled.arguments), strict=True)
    )
    climb, hand = compiled.climb, hand_written.climb

    def ours() -> list[int]:
        return [climb(*one) for one in prepared]

    def theirs() -> list[int]:
        return [hand(*one) for one in cases]

    if ours() != theirs():
        sys.exit("the generated ladder and the hand-written one differ")
    ratio = _best(ours) / _best(theirs)
    _say(f"generated decision function: {ratio:.2f} times the hand-written one")
    return ratio


def bytes_per_invoice() -> float:
    """Memory of built accounts, facts and prepared book included."""
    size = 10_000
    gc.collect()
    tracemalloc.start()
    accounts = list(portfolio.accounts(size))
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del accounts
    return taken / size


def import_against_dependencies() -> float:
    """Time to import the library against importing attrs and dateutil, each in a new process."""

    def timed(statement: str) -> float:
        code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
        runs = [
            float(
                subprocess.run(  # noqa: S603 (our own interpreter and a constant)
                    [sys.executable, "-c", code], check=True, capture_output=True, text=True
                ).stdout
            )
            for _ in range(2 * REPEATS)
        ]
        return min(runs)

    dependencies = "import attrs, dateutil.relativedelta, dateutil.easter"
    return timed("import recouvrement") / timed(dependencies)


def main() -> None:
    """Measure everything and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the default; kept for scripts")
    parser.parse_args()
    policy = preset("fr-b2b")
    decide_ratio = decide_against_hand(policy)
    spine_ratio, ours = spine_against_hand(policy)
    growth = math.log10(ours[100_000] / ours[10_000])
    result = {
        "decide_vs_hand": round(decide_ratio, 3),
        "spine_vs_hand": round(spine_ratio, 3),
        "growth_exponent": round(growth, 3),
        "bytes_per_invoice": round(bytes_per_invoice()),
        "import_vs_dependencies": round(import_against_dependencies(), 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
