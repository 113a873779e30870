"""Pages made to break a reader: none raises, none is read twice, depth and size are only more of the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui.model import Format, Origin, Reading, RecordsReading, Trouble
from importlog_tui.sources.status_log.page.meaning import read_mhtml, read_page, read_text
from tests.sources.reading import cells, how, runs, table

ORIGIN = Origin("x.html", Format.PAGE)
RUN = "<div>Users Import</div><div>Nov 23, 2026 1:02 am</div><div>Import failed</div>"


def page(body: str) -> list[Reading]:
    return list(read_page(f"<html><body>{body}</body></html>", ORIGIN, how()))


@pytest.mark.parametrize(
    "tag",
    [
        "div",
        "div><p",
        "ul><li",
        "table><tr><td",
        "table",
        "span",
        "b",
        "details",
        "dl><dd",
        "a href=x",
        "div role=grid><div role=row",
        "svg",
        "template",
        "x-y",
    ],
)
def test_a_log_below_a_hundred_thousand_tags(tag: str) -> None:
    found = page(f"<{tag}>" * 100_000 + RUN)

    if tag not in {"svg", "template"}:
        assert len(runs(found)) == 1


def test_tags_that_are_never_closed_or_never_opened() -> None:
    assert len(runs(page("<span>" * 50_000 + "</i>" * 50_000 + "</div>" * 50_000 + RUN))) == 1


def test_twenty_thousand_columns() -> None:
    row = "<tr>" + "".join(f"<td>{n}</td>" for n in range(20_000)) + "</tr>"
    reading = table(page("<table><tr><th>Unique ID</th>" + "<th>c</th>" * 19_999 + f"</tr>{row}</table>"))

    assert len(set(reading.columns)) == 20_000
    assert cells(reading) == [tuple(str(n) for n in range(20_000))]


def test_a_cell_of_five_megabytes() -> None:
    big = "ab 1 rows affected " * 280_000
    reading = table(
        page(f"<table><tr><th>Unique ID</th><th>Email</th></tr><tr><td>1</td><td>{big}</td></tr></table>")
    )

    assert cells(reading) == [("1", big.strip())]


def test_a_message_of_five_megabytes() -> None:
    big = "Nov 23, 2026 Users Import 9 rows affected " * 120_000
    found = page(
        f"{RUN}<table><tr><th>Error</th><th>Rows Affected</th></tr><tr><td>{big}</td><td>9</td></tr></table><p>{big}</p>"
    )

    assert [error.message for error in runs(found)[0].errors] == [big.strip()]


def test_spans_that_multiply() -> None:
    spans = (
        "<tr><td colspan=1000 rowspan=65534>1</td><td colspan=99999999999 rowspan=-1>2</td><td colspan=x>3</td></tr>"
        * 300
    )
    reading = table(page(f"<table><tr><th>Unique ID</th><th>b</th><th>c</th></tr>{spans}</table>"))

    assert sum(1 for _ in reading.rows) == 300


def test_ids_that_point_in_circles() -> None:
    circle = "".join(
        f"<div id=p{n} aria-controls='p{(n + 1) % 50} p{n}'><button aria-controls=p{(n * 7) % 50}>Users Import</button>"
        for n in range(50)
    )

    assert len(runs(page(circle + "</div>" * 50 + RUN))) == 1


def test_a_tag_with_more_attributes_than_sense() -> None:
    crowd = " ".join(f"a{n}=1" for n in range(50_000))

    assert len(runs(page(f"<div {crowd}>{RUN}</div>"))) == 1


def test_control_signs_and_escapes_stay_as_they_are() -> None:
    row = "<tr><td>&#27;]52;c;x&#7;</td><td>[bold red]\u202e&#x200b;</td></tr>"
    reading = table(page(f"<table><tr><th>Unique ID</th><th>Email</th></tr>{row}</table>"))

    assert cells(reading) == [("\x1b]52;c;x\x07", "[bold red]\u202e\u200b")]


FRAGMENTS = st.sampled_from(
    [
        "Users Import", "Users", "Import", "Nov 23, 2026 1:02 am", "Import complete with errors", "Import failed", "Error", "Rows Affected", "9", "1,214",
        "9 rows affected", "Unique ID", "Last Name", "First Name", "Status", "Type", "Showing 1 - 2 of 9", "Page 2 of 3", "Next", "-", ">", "\u00a0", "\u200b",
        "\x00", "x" * 300, "(", ":", "2 errors", "Yes", "7 hours ago", "Feb 30, 2026",
    ]
)  # fmt: skip
TAGS = st.sampled_from(
    [
        "table",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "caption",
        "div",
        "span",
        "p",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "details",
        "summary",
        "h2",
        "b",
        "a",
        "button",
        "nav",
        "footer",
        "section",
        "template",
        "br",
        "img",
        "select",
    ]
)
ATTRIBUTES = st.sampled_from(
    [
        "", " role=row", " role=gridcell", " role=treegrid", " role=columnheader", " id=a", " id=b", " aria-controls=a", " aria-controls='b a'", " href='#b'",
        " href=/user/7", " href='?page=2'", " colspan=3", " rowspan=2", " hidden", " style='display:none'", " title='Import failed'", " datetime=2026-11-23",
    ]
)  # fmt: skip


@st.composite
def markup(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 40))):
        match draw(st.integers(0, 3)):
            case 0:
                parts.append(f"<{draw(TAGS)}{draw(ATTRIBUTES)}>")
            case 1:
                parts.append(f"</{draw(TAGS)}>")
            case _:
                parts.append(draw(FRAGMENTS | st.text(max_size=8)))
    return "".join(parts)


def assert_sound(found: list[Reading]) -> None:
    assert found
    for reading in found:
        if isinstance(reading, Trouble):
            assert reading.what
            continue
        tables = (
            [reading]
            if isinstance(reading, RecordsReading)
            else [e.records for e in reading.errors if e.records]
        )
        for shown in tables:
            assert len(set(shown.columns)) == len(shown.columns)
            assert all(len(row) == len(shown.columns) for row in cells(shown))


@given(markup())
def test_any_page_gives_readings(text: str) -> None:
    assert_sound(page(text))


@given(st.binary(max_size=300))
def test_any_bytes_give_readings(data: bytes) -> None:
    assert_sound(list(read_page(data, ORIGIN, how())))
    assert_sound(list(read_mhtml(data, ORIGIN, how())))


@given(
    st.lists(FRAGMENTS | st.text(max_size=8), max_size=40),
    st.lists(st.sampled_from(["\n", "\t", "  ", "\n\n", " "]), min_size=40, max_size=40),
)
def test_any_text_gives_readings(parts: list[str], gaps: list[str]) -> None:
    text = "".join(part + gap for part, gap in zip(parts, gaps, strict=False))

    assert_sound(list(read_text(text, ORIGIN, how())))
