"""Where two versions of a policy decide differently: each change, with a case that shows it."""

from __future__ import annotations

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.changes import Changed, ChangeKind, changed
from recouvrement.policy.proofs.contrasts import Contrast, Contrasts, Effect
from recouvrement.policy.proofs.life import as_written
from recouvrement.tables import html_table


@frozen(kw_only=True)
class PolicyChange:
    """One rule, or one key of the document such as "pace.between_levels", that is not the same.

    `keys` are what changed of a rule; `before` and `after` the values of a key of the document.
    """

    rule: str
    kind: ChangeKind
    keys: tuple[str, ...] = ()
    before: object = None
    after: object = None
    effect: Effect = Effect.NOT_DECIDED
    witness: Contrast | None = None


@frozen
class Difference:
    """What changed from one policy to another; without changes it is false."""

    old: Policy = field(repr=lambda one: f"{one.name} {one.version}")
    new: Policy = field(repr=lambda one: f"{one.name} {one.version}")
    changes: tuple[PolicyChange, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def felt(self) -> tuple[PolicyChange, ...]:
        """The changes that some account shows."""
        return tuple([one for one in self.changes if one.effect is Effect.DECIDES_DIFFERENTLY])

    def to_rows(self) -> list[dict[str, object]]:
        """One plain mapping per change."""
        return [
            {
                "rule": one.rule,
                "change": one.kind,
                "keys": one.keys,
                "before": one.before,
                "after": one.after,
                "effect": one.effect,
                "as_of": None if one.witness is None else one.witness.as_of,
                "because_before": () if one.witness is None else one.witness.before.because,
                "because_after": () if one.witness is None else one.witness.after.because,
            }
            for one in self.changes
        ]

    def _repr_html_(self) -> str:
        caption = f"{self.old.name} {self.old.version} → {self.new.name} {self.new.version}"
        return html_table(self.to_rows(), caption=caption)


def diff(old: Policy, new: Policy) -> Difference:
    """What changed from one policy to another, each change with a case decided differently.

    Rules are the same when they bear the same id; rows of the style table are compared in order,
    between the rows that stayed. A witness is an account, a day and what each policy decides. A
    change for which no account is found is not decided, unless it is proved that none feels it.
    Name and version do not count, nor does what only the host knows (its calendar, its rates).

    >>> from recouvrement.policy import preset, read_policy
    >>> from recouvrement.policy.writing import policy_text
    >>> old = preset("fr-b2b")
    >>> text = policy_text(old).replace('"days_past_due >= 10"', '"days_past_due >= 12"')
    >>> change, = diff(old, read_policy(text)).changes
    >>> change.rule, change.kind.value, change.keys
    ('call', 'changed', ('when',))
    >>> change.witness.before.because, change.witness.after.because
    (('call',), ())
    """
    for name, one in (("old", old), ("new", new)):
        if not isinstance(one, Policy):
            raise InvalidInput(name, "a Policy", type(one).__name__)
    found = list(changed(old, new))
    if not found:
        return Difference(old, new, ())
    contrasts = Contrasts(as_written(old), as_written(new))
    return Difference(old, new, tuple([_change(one, *contrasts.of(one)) for one in found]))


def _change(one: Changed, effect: Effect, witness: Contrast | None) -> PolicyChange:
    return PolicyChange(
        rule=one.rule,
        kind=one.kind,
        keys=one.keys,
        before=one.old if one.is_key else None,
        after=one.new if one.is_key else None,
        effect=effect,
        witness=witness,
    )
