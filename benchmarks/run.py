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
from copy import copy
from datetime import date
from functools import partial

import engines
import hand_written
import measures
import portfolio
import statement
from attrs import evolve

from recouvrement import Account, Decision, Policy, decide, preset, review_on
from recouvrement.agenda import agenda_of
from recouvrement.policy import explain
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


def _timed(work: Callable[[], object]) -> float:
    """The best time of one piece of work."""
    best = math.inf
    with _garbage_frozen():
        for _ in range(REPEATS):
            start = time.perf_counter()
            work()
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


def whole_against_hand(policy: Policy) -> float:
    """Whole decisions against the hand-written loop that returns the same values."""
    as_of = portfolio.AS_OF
    calendar = policy.conventions.calendar
    execute_on = calendar.next_business_day(as_of)
    act_by = calendar.add_business_days(execute_on, 3)
    accounts = list(portfolio.accounts(10_000))

    def theirs() -> Iterator[hand_written.Said]:
        for account in accounts:
            data = hand_written.grouped(account)
            yield hand_written.act(account, data, as_of, execute_on, act_by)

    for their, our in zip(theirs(), whole(policy, accounts, as_of), strict=True):
        if their != _values(our):
            sys.exit(f"whole answers differ on {our.account}: {their} and {_values(our)}")
    ratio = _best(partial(whole, policy, accounts, as_of), 5) / _best(theirs, 5)
    _say(f"whole decisions: {ratio:.2f} times the hand-written loop with the same values")
    return ratio


def _values(decision: Decision) -> hand_written.Said:
    """What the hand-written loop gives too."""
    action = decision.action
    if action is None:
        return ()
    return (
        action.kind,
        action.channel,
        action.tone,
        action.handler,
        action.rule,
        action.recipient,
        tuple([(step.invoice, step.level) for step in action.steps]),
        action.lists,
        action.amounts[0].minor,
        action.execute_on,
        action.act_by,
        action.approval,
    )


def agenda_growth(policy: Policy) -> dict[str, float]:
    """How the worklist grows with the accounts, and its memory when they come one by one."""
    times = {}
    for accounts in (10_000, 100_000):
        invoices = accounts * portfolio.INVOICES_PER_DEBTOR // 10
        many = list(portfolio.accounts(invoices)) * 10
        start = time.perf_counter()
        with _garbage_frozen():
            agenda_of(policy, _renamed(many), as_of=portfolio.AS_OF)
            times[accounts] = time.perf_counter() - start
        del many
    few = list(portfolio.accounts(2_000))
    peaks = []
    for number in (10_000, 20_000):
        gc.collect()
        tracemalloc.start()
        agenda = agenda_of(policy, _renamed(few * (number // len(few))), as_of=portfolio.AS_OF)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        lines = len(agenda.lines) + len(agenda.carried_over)
    growth = math.log10(times[100_000] / times[10_000])
    per_line = (peaks[1] - peaks[0]) / (lines / 2)
    _say(f"agenda of 100 000 accounts: growth {growth:.2f}, {per_line:.0f} bytes for each line")
    return {"agenda_growth_exponent": growth, "agenda_bytes_per_line": per_line}


def _renamed(accounts: Iterable[Account]) -> Iterator[Account]:
    """The same accounts over again, each for a debtor of its own."""
    for number, account in enumerate(accounts):
        debtor = evolve(account.debtor, id=f"{account.debtor.id}-{number}")
        renamed = copy(account)
        object.__setattr__(renamed, "debtor", debtor)
        yield renamed


def questions_against_decide(policy: Policy) -> dict[str, float]:
    """What one review and one explanation cost, in decisions."""
    as_of, accounts = portfolio.AS_OF, list(portfolio.accounts(2_000))

    def reviews() -> Iterator[object]:
        for account in accounts:
            yield review_on(policy, account, as_of=as_of)

    def explanations() -> Iterator[object]:
        for account in accounts:
            yield explain(policy, account, as_of=as_of)

    base = _best(partial(whole, policy, accounts, as_of), 10) / 10
    result = {
        "review_vs_decide": _best(reviews) / base,
        "explain_vs_decide": _best(explanations) / base,
    }
    for name, ratio in result.items():
        _say(f"{name}: {ratio:.0f}")
    return result


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
        "whole_vs_hand": round(whole_against_hand(policy), 3),
        **{name: round(ratio, 2) for name, ratio in engines.ratios(_timed).items()},
        **{name: round(ratio, 2) for name, ratio in agenda_growth(policy).items()},
        **{name: round(ratio, 1) for name, ratio in questions_against_decide(policy).items()},
        **{name: round(ratio, 2) for name, ratio in statement.ratios(_timed).items()},
        **{name: round(ratio, 2) for name, ratio in measures.ratios(_timed).items()},
        "bytes_per_invoice": round(bytes_per_invoice()),
        "import_vs_dependencies": round(import_against_dependencies(), 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
