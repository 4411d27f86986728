"""Drawings say in words what they show, escape what they are given, and need nothing else."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date
from decimal import Decimal

from recouvrement import Account, Debtor, Invoice, Money, kpi
from recouvrement.kpi.drawing import bars, line

SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 (our own text)


def attributes(root: ET.Element, tag: str, name: str) -> list[str]:
    return [one.attrib[name] for one in root.iter(SVG + tag)]


def test_bars_share_one_scale_and_one_zero() -> None:
    root = parsed(bars("Ageing", [("a", 200), ("b", 50), ("c", -50)]))
    assert attributes(root, "rect", "width") == ["297.6", "74.4", "74.4"]
    assert attributes(root, "rect", "x") == ["170.4", "170.4", "96.0"]
    assert root.attrib["height"] == "54"


def test_line_breaks_where_there_is_no_figure() -> None:
    figures = [("1", Decimal(10)), ("2", Decimal(20)), ("3", None), ("4", Decimal(-5)), ("5", 0)]
    root = parsed(line("DSO", figures))
    assert len(attributes(root, "circle", "cx")) == 4
    assert len(attributes(root, "line", "x1")) == 2
    assert attributes(root, "circle", "cy") == ["50.4", "12.0", "108.0", "88.8"]
    assert root.findtext(SVG + "desc") == "1: 10; 2: 20; 3: undefined; 4: -5; 5: 0"


def test_nothing_to_draw_is_drawn_as_nothing() -> None:
    assert list(parsed(bars("t", [])).iter(SVG + "rect")) == []
    assert list(parsed(line("t", [("1", None)])).iter(SVG + "circle")) == []
    assert attributes(parsed(bars("t", [("a", 0)])), "rect", "width") == ["0.0"]
    assert attributes(parsed(line("t", [("a", 0)])), "circle", "cx") == ["12.0"]


def test_below_zero_is_written_with_its_sign_whatever_the_whole() -> None:
    root = parsed(line("t", [("a", -1), ("b", 0)]))
    assert root.attrib["role"] == "img"
    assert attributes(root, "circle", "cy") == ["108.0", "12.0"]


def test_words_are_escaped_and_title_and_description_are_there() -> None:
    root = parsed(bars('<a> & "b"', [("<x>", Money.of("12.50", "EUR"))]))
    assert root.findtext(SVG + "title") == '<a> & "b"'
    assert root.attrib["aria-label"] == '<a> & "b"'
    assert root.findtext(SVG + "desc") == "<x>: 12.50 EUR"
    assert root.find(f"{SVG}rect/{SVG}title") is not None


def test_ageing_is_drawn_above_its_tables() -> None:
    account = Account.of(
        Debtor("C-1", "x"),
        Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(9, "EUR")),
    )
    page = kpi.ageing([account], as_of=date(2026, 10, 31))._repr_html_()
    assert page.index("<svg") < page.index("<table>")
    assert "1-30: 9.00 EUR" in page
    assert "<svg" not in kpi.outstanding([account], as_of=date(2026, 10, 31))._repr_html_()
