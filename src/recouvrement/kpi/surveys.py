"""Many measures in one pass: of one day or of many, of all accounts and of groups of them."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from inspect import Parameter, signature
from itertools import pairwise
from operator import attrgetter
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.kpi.drawing import line
from recouvrement.kpi.gathering import Desk, Request, Sheet, read
from recouvrement.kpi.measure import Measure
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date
from recouvrement.tables import html_table

MeasureFunction: TypeAlias = Callable[..., Measure]
"""A measure of accounts, or a `functools.partial` of one that fixes some of its options."""

GroupBy: TypeAlias = (
    Literal["owner", "segment", "sector", "country", "kind", "group"]
    | Callable[[Account], Hashable]
)
"""An attribute of the debtor, or a function of the account whose answer names its group."""

_COLUMNS = ("group", "as_of")
_WHOLE = "all"
_WORDS = ("owner", "segment", "sector", "country", "kind", "group")


@frozen
class Survey:
    """Several measures of one day: of all accounts, and of each group of them when asked for.

    `groups` are in order of their names; accounts for which the attribute is not given are in the
    group None, which comes last.

    >>> from recouvrement.kpi import outstanding
    >>> survey([], {"open": outstanding}, as_of=date(2026, 10, 31))["open"]
    <outstanding on 2026-10-31: 0.00 EUR>
    """

    as_of: date
    names: tuple[str, ...]
    whole: tuple[Measure, ...] = field(repr=False)
    groups: tuple[tuple[Hashable, tuple[Measure, ...]], ...] = field(default=(), repr=False)

    def __getitem__(self, name: str) -> Measure:
        """The measure of all accounts."""
        return self.whole[self._place(name)]

    def by_group(self, name: str) -> dict[Hashable, Measure]:
        """The measure of each group."""
        place = self._place(name)
        return {group: measures[place] for group, measures in self.groups}

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise InvalidInput("name", "one of " + ", ".join(self.names), repr(name))
        return self.names.index(name)

    def to_rows(self) -> list[dict[str, object]]:
        """One row for all accounts and one for each group; a column for each measure.

        A measure that is undefined is None there: `survey[name].undefined` says why.
        """
        rows: list[dict[str, object]] = [{"group": _WHOLE, **self._values(self.whole)}]
        return rows + [{"group": group, **self._values(ones)} for group, ones in self.groups]

    def _values(self, measures: Sequence[Measure]) -> dict[str, object]:
        return {name: one.value for name, one in zip(self.names, measures, strict=True)}

    def shown_rows(self) -> list[dict[str, object]]:
        """The same rows for the eye: where a measure is undefined, why."""
        measures = [self.whole, *(ones for _, ones in self.groups)]
        return [
            {
                **row,
                **{
                    name: f"undefined: {one.undefined}"
                    for name, one in zip(self.names, ones, strict=True)
                    if one.value is None
                },
            }
            for row, ones in zip(self.to_rows(), measures, strict=True)
        ]

    def _repr_html_(self) -> str:
        return html_table(self.shown_rows(), caption=f"Measures on {self.as_of}")


@frozen
class Series:
    """The same measures at several closings, in order.

    >>> from recouvrement.kpi import outstanding
    >>> months = [date(2026, 9, 30), date(2026, 10, 31)]
    >>> series([], {"open": outstanding}, closings=months)["open"][-1]
    <outstanding on 2026-10-31: 0.00 EUR>
    """

    surveys: tuple[Survey, ...] = field(repr=False)

    @property
    def closings(self) -> tuple[date, ...]:
        """The days measured, in order."""
        return tuple(one.as_of for one in self.surveys)

    @property
    def names(self) -> tuple[str, ...]:
        """What the measures were called."""
        return self.surveys[0].names

    def __getitem__(self, name: str) -> tuple[Measure, ...]:
        """The measure of all accounts, at each closing."""
        return tuple(one[name] for one in self.surveys)

    def by_group(self, name: str) -> dict[Hashable, tuple[Measure, ...]]:
        """The measure of each group, at each closing."""
        told = [one.by_group(name) for one in self.surveys]
        return {group: tuple(one[group] for one in told) for group in told[0]}

    def to_rows(self) -> list[dict[str, object]]:
        """One row for each closing and group; a column for each measure."""
        return [{"as_of": one.as_of, **row} for one in self.surveys for row in one.to_rows()]

    def _repr_html_(self) -> str:
        drawn = []
        for name in self.names:
            measures = self[name]
            points = [(str(one.perimeter.as_of), one.value) for one in measures]
            drawn.append(line(f"{name}: {measures[0].title}, {measures[0].unit}", points))
        rows = [{"as_of": one.as_of, **row} for one in self.surveys for row in one.shown_rows()]
        return "\n".join([*drawn, html_table(rows, caption="Measures by closing")])


def survey(
    accounts: Iterable[Account],
    measures: Mapping[str, MeasureFunction],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
    by: GroupBy | None = None,
) -> Survey:
    """Several measures of one day, by one pass over the accounts.

    Each measure gets those of these arguments that it takes, and keeps what a `partial` fixed. With
    `by`, the measures of each group too: by "owner", "segment", "sector", "country", "kind" or
    "group" of the debtor, or by a function of the account. No group may be called "all", which is
    the row of the total, and no measure "group" or "as_of".

    >>> from functools import partial
    >>> from recouvrement import Debtor, Invoice, Money
    >>> from recouvrement.kpi import dso, outstanding
    >>> def sold(name, owner, amount):
    ...     total = Money.of(amount, "EUR")
    ...     invoice = Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=total)
    ...     return Account.of(Debtor(name, name, owner=owner), invoice)
    >>> accounts = [sold("A", "Nadia", 300), sold("B", "Nadia", 100), sold("C", "Paul", 50)]
    >>> asked = {"open": outstanding, "DSO 60": partial(dso, window_days=60)}
    >>> told = survey(accounts, asked, as_of=date(2026, 10, 30), by="owner")
    >>> told["open"], told["DSO 60"].value
    (<outstanding on 2026-10-30: 450.00 EUR>, Decimal('60'))
    >>> {owner: str(one.value) for owner, one in told.by_group("open").items()}
    {'Nadia': '400.00 EUR', 'Paul': '50.00 EUR'}
    """
    shared = _shared(currency, disputed, credits, conventions, known_on)
    check_date("as_of", as_of)
    period = {} if since is None else {"since": since}
    asked = _checked(measures)
    requests = [
        _request(name, function, {**shared, **period, "as_of": as_of})
        for name, function in asked.items()
    ]
    return _surveyed(accounts, tuple(asked), [as_of], requests, by)[0]


def series(
    accounts: Iterable[Account],
    measures: Mapping[str, MeasureFunction],
    *,
    closings: Sequence[date],
    opening: date | None = None,
    currency: str = "EUR",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
    by: GroupBy | None = None,
) -> Series:
    """The same measures at each of these closings, by one pass over the accounts.

    Each is exactly what its function gives on that day; the ledger of an account is replayed once,
    not once for each closing. The period of a measure of a period is from the closing before, and
    from `opening` for the first, which such a measure asks for.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> from recouvrement.kpi import outstanding
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ...     Payment("P-9", date(2026, 10, 20), amount=Money.of(500, "EUR")),
    ... )
    >>> told = series(
    ...     [account], {"open": outstanding}, closings=[date(2026, 9, 30), date(2026, 10, 31)]
    ... )
    >>> [str(one.value) for one in told["open"]]
    ['900.00 EUR', '400.00 EUR']
    """
    shared = _shared(currency, disputed, credits, conventions, known_on)
    asked, days = _checked(measures), _days(closings)
    requests = []
    for before, day in zip([opening, *days[:-1]], days, strict=True):
        for name, function in asked.items():
            if before is None and "since" in _free(name, function):
                expected = f"the day after which the first period of {name!r} begins"
                raise InvalidInput("opening", expected, "None")
            requests.append(_request(name, function, {**shared, "since": before, "as_of": day}))
    return Series(tuple(_surveyed(accounts, tuple(asked), days, requests, by)))


def _shared(
    currency: str,
    disputed: Disputed,
    credits: Credits,  # noqa: A002 (the word of the field)
    conventions: Conventions,
    known_on: date | None,
) -> dict[str, Any]:
    return {
        "currency": currency,
        "disputed": disputed,
        "credits": credits,
        "conventions": conventions,
        "known_on": known_on,
    }


_ASKABLE = "a measure of accounts, or a partial of one with options that it takes"


def _checked(measures: Mapping[str, MeasureFunction]) -> Mapping[str, MeasureFunction]:
    expected = "names, each with a measure or a partial of one"
    if not isinstance(measures, Mapping) or not measures:
        raise InvalidInput("measures", expected, repr(measures))
    for name, function in measures.items():
        if not isinstance(name, str) or not callable(function):
            raise InvalidInput("measures", expected, repr(function))
        if name in _COLUMNS:
            raise InvalidInput("measures", f"other names than {', '.join(_COLUMNS)}", repr(name))
    return measures


def _days(closings: Sequence[date]) -> list[date]:
    if isinstance(closings, str) or not isinstance(closings, Sequence) or not closings:
        raise InvalidInput("closings", "dates in order", repr(closings))
    days = [check_date("closings", day) for day in closings]
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise InvalidInput("closings", "dates in order", ", ".join(map(str, days)))
    return days


def _free(name: str, function: MeasureFunction) -> set[str]:
    """The arguments that a measure takes by name and that nobody has fixed yet."""
    fixed = set(function.keywords) if isinstance(function, partial) else set()
    return set(_parameters(name, function)) - fixed


def _parameters(name: str, function: MeasureFunction) -> Mapping[str, Parameter]:
    """What a measure takes; of a partial whose words it does not take, nothing can be said."""
    try:
        return signature(function).parameters
    except (TypeError, ValueError) as unknown:
        raise InvalidInput(f"measures[{name!r}]", _ASKABLE, str(unknown)) from None


def _request(name: str, function: MeasureFunction, shared: Mapping[str, Any]) -> Request:
    """What a measure asks for, learnt by asking it about no account at all."""
    free, sheet, parameters = _free(name, function), Sheet(), _parameters(name, function)
    if "since" in free and "since" not in shared:
        needed = parameters["since"]
        if needed.default is needed.empty:
            raise InvalidInput("since", f"a date: {name!r} is of a period", "None")
    given = {word: value for word, value in shared.items() if word in free}
    try:
        signature(function).bind(sheet, **given)
    except TypeError as unasked:
        raise InvalidInput(f"measures[{name!r}]", _ASKABLE, str(unasked)) from None
    function(sheet, **given)
    if len(sheet.requests) != 1:
        got = f"{len(sheet.requests)} measures"
        raise InvalidInput(f"measures[{name!r}]", "a function of one measure", got)
    return sheet.requests[0]


def _key(by: GroupBy) -> Callable[[Account], Hashable]:
    if callable(by):
        return by
    if by not in _WORDS:
        expected = "a function of an account, or one of " + ", ".join(_WORDS)
        raise InvalidInput("by", expected, repr(by))
    return attrgetter(f"debtor.{by}")


def _surveyed(
    accounts: Iterable[Account],
    names: tuple[str, ...],
    days: Sequence[date],
    requests: Sequence[Request],
    by: GroupBy | None,
) -> list[Survey]:
    """One survey for each day, from requests that come day by day, in the order of the names."""
    whole, groups = Desk(requests), dict[Hashable, Desk]()
    if by is None:
        read(accounts, lambda _: (whole,))
    else:
        key = _key(by)

        def desks_of(account: Account) -> tuple[Desk, Desk]:
            group = key(account)
            if not isinstance(group, Hashable):
                raise InvalidInput("by", "a name for each group", repr(group))
            if group == _WHOLE:
                expected = f"a name for each group, other than {_WHOLE!r} for all of them"
                raise InvalidInput("by", expected, repr(group))
            desk = groups.get(group)
            if desk is None:
                desk = groups[group] = Desk(requests)
            return whole, desk

        read(accounts, desks_of)
    told = whole.measures()
    order = sorted(groups, key=lambda group: (group is None, str(group)))
    of_groups = [(group, groups[group].measures()) for group in order]
    surveys = []
    for number, day in enumerate(days):
        part = slice(number * len(names), (number + 1) * len(names))
        surveys.append(
            Survey(
                day,
                names,
                tuple(told[part]),
                tuple((group, tuple(ones[part])) for group, ones in of_groups),
            )
        )
    return surveys
