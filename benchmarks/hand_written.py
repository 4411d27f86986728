"""What a good programmer would write for one company, one policy and this book alone.

The same arithmetic as the library does for `fr-b2b`, on plain tuples prepared beforehand: cash
application, promises, disputes, the ladder, netting and pace, with nothing general about it.
"""

from __future__ import annotations

from recouvrement import Account

Prepared = tuple[
    list[tuple[int, int, int, str]],
    list[tuple[int, int, int]],
    list[tuple[int, int, int | None]],
    list[tuple[int, int, int, int]],
    list[tuple[int, int, int]],
]
RANKS = {
    "pre-due": 0,
    "first-reminder": 1,
    "broken-promise": 2,
    "call": 3,
    "firm-letter": 4,
    "formal-notice": 5,
    "placement": 6,
}


def prepared(account: Account) -> Prepared:
    """The account as this program would keep it: tuples of integers, sorted once."""
    invoices = sorted(
        (one.due_on.toordinal(), one.issued_on.toordinal(), one.total.minor, one.id)
        for one in account.invoices
    )
    places = {row[3]: place for place, row in enumerate(invoices)}
    payments = sorted(
        (
            one.received_on.toordinal(),
            places[one.allocations[0].invoice] if one.allocations else -1,
            one.amount.minor,
        )
        for one in account.payments
    )
    disputes = [
        (
            one.opened_on.toordinal(),
            places[one.invoice],
            None if one.amount is None else one.amount.minor,
        )
        for one in account.disputes
    ]
    promises = [
        (
            one.made_on.toordinal(),
            one.due_on.toordinal(),
            one.amount.minor,
            places[one.invoices[0]],
        )
        for one in account.promises
    ]
    touches = [
        (one.on.toordinal(), places[step.invoice], RANKS[step.level])
        for one in account.interactions
        for step in one.steps
    ]
    return invoices, payments, disputes, promises, touches


def climb(
    reached: int, late: int, broken: int | None, notice: int | None, reminders: int
) -> int:
    """The ladder of `fr-b2b`, written out."""
    if reached < 0 and not -late < 4:
        return 0 if -late <= 5 else -1
    if reached < 1 and not (broken is not None and broken >= 1):
        return 1 if late >= 2 else -1
    if reached < 2 and broken is not None and broken >= 1:
        return 2
    if reached < 3:
        return 3 if late >= 10 else -1
    if reached < 4:
        return 4 if late >= 20 or (broken is not None and broken >= 1) else -1
    if reached < 5:
        return 5 if (late >= 30 and reminders >= 3) or late >= 45 else -1
    if reached < 6:
        return 6 if notice is not None and notice >= 1 else -1
    return -1


LEVELS = tuple(RANKS)


def decide(data: Prepared, day: int, execute: int) -> tuple[str, tuple[str, ...]]:
    """The deciding rule and the items that climb."""
    invoices, payments, disputes, promises, touches = data
    opens = [row[2] if row[1] <= day else 0 for row in invoices]
    spare, received = _apply(data, opens, day)
    contact, recent = 0, set()
    reached, last, reminders = {}, {}, {}
    for on, place, rank in touches:
        if on > day:
            continue
        contact = max(contact, on)
        if on > execute - 30:
            recent.add(on)
        if opens[place]:
            reached[place] = max(rank, reached.get(place, -1))
            last[place] = on
            reminders[place] = reminders.get(place, 0) + 1
    held = _disputed(disputes, opens, day)
    broken = None
    if promises:
        broken = _promised(promises, opens, held, received, day, contact)
    owed, steps, early, top = 0, [], [], -1
    for place, (due, _, _, name) in enumerate(invoices):
        amount = opens[place]
        if not amount:
            continue
        amount -= held.get(place, 0)
        if not amount:
            continue
        rank = climb(reached.get(place, -1), day - due, broken, None, reminders.get(place, 0))
        if due < day:
            owed += amount
            if rank > 0 and (place not in last or execute - last[place] >= 7):
                steps.append((rank, place, name))
        elif rank == 0:
            early.append((rank, place, name))
    if spare and spare >= owed:
        steps = []
    if owed - spare < 50_000:
        steps = [one for one in steps if one[0] != 6]
    if owed - spare < 15_000:
        steps = [one for one in steps if one[0] != 5]
    chosen = steps or early
    if not chosen:
        return "", ()
    if (contact and execute - contact < 5) or len(recent) >= 5:
        return "pace", ()
    chosen.sort(key=lambda one: (-one[0], one[1]))
    return LEVELS[chosen[0][0]], tuple(name for _, _, name in chosen)


def _apply(data: Prepared, opens: list[int], day: int) -> tuple[int, list[tuple[int, int, int]]]:
    """Directed money first on its day, then money that nobody directed; what is left over."""
    invoices, payments, _, promises, _ = data
    spare = 0
    received = []
    for on, place, amount in payments:
        if on > day:
            break
        if place >= 0:
            taken = min(amount, opens[place])
            opens[place] -= taken
            amount -= taken
            received.append((on, place, taken))
        if not amount:
            continue
        for made, until, promised, target in promises:
            if promised == amount and made < on <= until:
                taken = min(amount, opens[target])
                opens[target] -= taken
                amount -= taken
                received.append((on, target, taken))
        for at, left in enumerate(opens):
            if left == amount and amount and invoices[at][1] <= on:
                opens[at] = 0
                received.append((on, at, amount))
                amount = 0
                break
        for at, left in enumerate(opens):
            if not amount:
                break
            if left and invoices[at][1] <= on:
                taken = min(amount, left)
                opens[at] = left - taken
                amount -= taken
                received.append((on, at, taken))
        spare += amount
    return spare, received


def _disputed(
    disputes: list[tuple[int, int, int | None]], opens: list[int], day: int
) -> dict[int, int]:
    held: dict[int, int] = {}
    for opened, place, amount in disputes:
        if opened <= day and opens[place]:
            held[place] = opens[place] if amount is None else min(amount, opens[place])
    return held


def _promised(
    promises: list[tuple[int, int, int, int]],
    opens: list[int],
    held: dict[int, int],
    received: list[tuple[int, int, int]],
    day: int,
    contact: int,
) -> int | None:
    """Shelter what open promises cover; days since the latest broken one nobody followed."""
    broken_on = 0
    for made, until, amount, place in promises:
        if made > day:
            continue
        got = sum(taken for on, at, taken in received if at == place and made < on <= until)
        if day <= until:
            room = opens[place] - held.get(place, 0)
            sheltered = min(room, amount - got)
            if sheltered > 0:
                held[place] = held.get(place, 0) + sheltered
        elif not got and opens[place]:
            broken_on = max(broken_on, until + 1)
    return day - broken_on + 1 if broken_on and contact < broken_on else None
