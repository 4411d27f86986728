"""The parts of the pages that are written from the library itself: `python docs/written.py`.

Each stands between two marks, `<!-- written: name -->` and `<!-- end -->`. A test fails while a
page says something else than the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from recouvrement import Policy, preset
from recouvrement.policy import verify
from recouvrement.policy.criteria import CRITERIA
from recouvrement.policy.criterion import Scope
from recouvrement.policy.keys import DOCUMENT, Key, KeyType
from recouvrement.policy.ladder import Test
from recouvrement.policy.reader import preset_names, preset_text

PAGES = Path(__file__).parent
PART = re.compile(r"(<!-- written: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """A Markdown table, nothing where it has no rows."""
    written = [tuple(str(cell).replace("|", "\\|") for cell in row) for row in rows]
    if written:
        yield "| " + " | ".join(head) + " |"
        yield "|" + "---|" * len(head)
        yield from ("| " + " | ".join(row) + " |" for row in written)
        yield ""


def code(value: object) -> str:
    """A word of a document, or nothing."""
    return "" if value is None or value == "" else f"`{value}`"


def said(test: Test | None) -> str:
    """A condition as the document has it."""
    return "" if test is None else f"`{test.text}`"


# --- keys ----------------------------------------------------------------------------------------


def usual(key: Key) -> str:
    """What holds without the key."""
    if key.required:
        return "required"
    return key.usual if key.default is None else code(key.default)


def rows_of(keys: Iterable[Key], above: str = "") -> Iterator[tuple[object, ...]]:
    """One row for each key, those of a table after it."""
    for key in keys:
        name = f"{above}{key.name}"
        words = ": " + ", ".join(key.words) if 0 < len(key.words) <= 10 else ""
        shown = f"`[[{name}]]`" if key.type is KeyType.ROWS else f"`{name}`"
        yield shown, f"{key.doc.rstrip('.')}{words}", usual(key)
        if key.keys and key.name != "minutes":
            yield from rows_of(key.keys, f"{name}.")


def keys() -> Iterator[str]:
    """Every key of a document."""
    yield from table(("key", "meaning", "without it"), rows_of(DOCUMENT))


def criteria() -> Iterator[str]:
    """Every criterion, those about one item first."""
    ordered = sorted(CRITERIA.values(), key=lambda one: (one.scope is Scope.ACCOUNT, one.name))
    yield from table(
        ("criterion", "scope", "type", "worse", "what it is"),
        (
            (
                f"`{one.name}`",
                one.scope,
                f"{one.type} or absent" if one.absent else one.type,
                one.worse,
                one.doc,
            )
            for one in ordered
        ),
    )


# --- presets -------------------------------------------------------------------------------------


def opening(name: str) -> str:
    """What a preset says of itself: the comment that it opens with."""
    lines = []
    for line in preset_text(name).splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return " ".join(lines)


def presets() -> Iterator[str]:
    """Every ready policy: what it is for, its rules, and what verifying it found."""
    for name in preset_names():
        yield f"## {name}"
        yield ""
        yield opening(name)
        yield ""
        yield from one_preset(preset(name))


def one_preset(policy: Policy) -> Iterator[str]:
    """The rules of one policy."""
    pace, floor = policy.pace, policy.floor
    yield f"For: {', '.join(sorted(policy.serves))}. Contacts: {pace.between_contacts} days apart,"
    yield f"{pace.per_30_days} in 30 days at most; {pace.between_levels} days between two levels,"
    yield f"{pace.climb}."
    for act, least in (("notice", floor.formal_notice), ("placement", floor.placement)):
        if least is not None:
            yield f"No {act} below {least}."
    yield ""
    yield from table(
        ("level", "when", "passed over", "what", "channel", "tone", "by"),
        (
            (
                code(one.id),
                said(one.when) + (f", every {one.repeat_every} days" if one.repeat_every else ""),
                said(one.until) or said(one.serves),
                one.do,
                one.channel or "",
                one.tone,
                one.handler,
            )
            for one in policy.levels
        ),
    )
    yield from table(
        ("trigger", "when", "what", "channel", "tone", "by", "climbs"),
        (
            (
                code(one.id),
                said(one.when) + (f", every {one.repeat_every} days" if one.repeat_every else ""),
                one.task if one.do == "task" else one.do,
                one.channel or "",
                "" if one.inside else one.tone,
                one.handler,
                one.climb or "",
            )
            for one in policy.triggers
        ),
    )
    yield from table(
        ("style", "for", "channel", "tone", "by", "to"),
        (
            (
                said(one.when),
                ", ".join(sorted(one.acts)) or "all",
                one.channel or "",
                one.tone or "",
                one.handler or "",
                one.recipient or "",
            )
            for one in policy.styles
        ),
    )
    if policy.worklist.points is not None:
        yield f"Order of the day: `{policy.worklist.points.text}`."
        yield ""
    report = verify(policy)
    yield f"Verified: {len(report.faults)} faults."
    for note in report.notes:
        yield f"- {note.kind}: {', '.join(map(str, note.rules)) or 'the policy'}"
    yield ""


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "criteria": criteria,
    "keys": keys,
    "presets": presets,
}


def rewritten(page: str) -> str:
    """A page with its written parts as the library has them today."""
    return PART.sub(lambda found: found[1] + "\n".join(PARTS[found[2]]()) + found[4], page)


def main() -> None:
    """Rewrite every page that has written parts."""
    for page in sorted(PAGES.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if "<!-- written:" in text:
            page.write_text(rewritten(text), encoding="utf-8")


if __name__ == "__main__":
    main()
