from __future__ import annotations

import errno
import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importlog_tui.model import Kind
from importlog_tui.sources import folder
from importlog_tui.sources.source import Source
from importlog_tui.sources.status_log.recognise import read_source
from tests.sources.reading import cells, how, pasted, readings, runs, table, tables, troubles, write

if TYPE_CHECKING:
    from collections.abc import Callable

CSV = "Unique ID,Last Name,First Name\n0204117,Lopez,Maria\n"
PAGE = (
    "<!DOCTYPE html><html><body><h1>Email already in use</h1><table><tr><th>Unique ID<th>Last Name<th>First Name</tr>"
    "<tr><td>0204117<td>Lopez<td>Maria</tr></table></body></html>"
)
LOG = "Status Log\nUsers Import\tNov 23, 2026 1:02 am\tImport complete with errors\nError\tRows Affected\nEmail already in use\t9\n"


@pytest.mark.parametrize("name", ["rows.xls", "rows.csv", "rows.png", "rows"])
@pytest.mark.parametrize(
    "content", [CSV, PAGE, CSV.replace(",", "\t"), f"\ufeff{PAGE}", f"\n\n<!-- saved -->\n{PAGE}"]
)
def test_what_a_file_is_does_not_depend_on_its_name(tmp_path: Path, name: str, content: str) -> None:
    found = readings(write(tmp_path / name, content))

    assert cells(table(found)) == [("0204117", "Lopez", "Maria")]
    assert not troubles(found)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"%PDF-1.7\n", "PDF"),
        (b"", "empty file"),
        (b"\xef\xbb\xbf\r\n \n", "empty file"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (bytes(range(256)) * 20, "no text"),
        (b"\0" * 5000, "empty file"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XLSX"),
        (b"<feed><entry/></feed>", "XML"),
        (b"Just a few words.\n", "nothing"),
        (b'{"a": 1}', "nothing"),
        (b'{"a": ', "JSON"),
    ],
)
def test_what_is_nothing_of_ours_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    (trouble,) = troubles(readings(write(tmp_path / "rows.csv", content)))

    assert words in trouble.what
    assert trouble.is_part
    assert trouble.origin.name == str(tmp_path / "rows.csv")


def test_a_folder_is_walked_in_order_and_every_file_that_is_nothing_of_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    write(tmp_path / "b" / "2.csv", CSV.replace("0204117", "2"))
    write(tmp_path / "a.csv", CSV.replace("0204117", "1"))
    write(tmp_path / "c.csv", b"\x89PNG\r\n\x1a\n")
    write(tmp_path / ".hidden.csv", CSV)

    found = readings(tmp_path)

    assert [cells(reading)[0][0] for reading in tables(found)] == ["1", "2"]
    assert [trouble.origin.name for trouble in troubles(found)] == [str(tmp_path / "c.csv")]


def test_an_empty_folder_and_a_missing_file_are_troubles(tmp_path: Path) -> None:
    assert "empty folder" in troubles(readings(tmp_path))[0].what
    assert troubles(readings(tmp_path / "gone.csv"))[0].origin.name.endswith("gone.csv")


def test_the_furniture_of_a_saved_page_is_passed_over_silently(tmp_path: Path) -> None:
    write(tmp_path / "Status Log.html", LOG_PAGE)
    beside = tmp_path / "Status Log_files"
    beside.mkdir()
    write(beside / "logo.png", b"\x89PNG\r\n\x1a\n")
    write(beside / "font.woff2", b"wOF2\0")
    write(beside / "all.css", "body, td { color: red; }\n")
    write(beside / "app.js.download", "(function () { var a = 1, b = 2; })();\n")
    write(beside / "empty.js", "")

    found = readings(tmp_path)

    assert len(runs(found)) == 1
    assert not troubles(found)


LOG_PAGE = (
    "<html><body><h2>Users Import</h2><p>Nov 23, 2026 1:02 am</p><p>Import complete with errors</p>"
    "<table><tr><th>Error<th>Rows Affected</tr><tr><td>Email already in use<td>9</tr></table></body></html>"
)


def test_the_same_furniture_elsewhere_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.css", "body, td { color: red; }\n")

    assert len(troubles(readings(tmp_path))) == 1


def test_special_files_are_named_and_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "a.pipe")
    write(tmp_path / "b.csv", CSV)
    with socket.socket(socket.AF_UNIX) as unix:
        # A socket's path has to be short.
        monkeypatch.chdir(tmp_path)
        unix.bind("c.sock")
        found = readings(tmp_path)

    assert len(tables(found)) == 1
    assert {"pipe" in trouble.what or "socket" in trouble.what for trouble in troubles(found)} == {True}
    assert len(troubles(found)) == 2
    assert "pipe" in troubles(readings(tmp_path / "a.pipe"))[0].what
    assert "device" in troubles(readings(Path(os.devnull)))[0].what


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", CSV)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "again").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")

    found = readings(tmp_path)

    assert len(tables(found)) == 1
    assert [Path(trouble.origin.name).name for trouble in troubles(found)] == ["gone", "self"]


def test_a_link_out_of_the_folder_is_named_and_a_link_to_a_file_is_read(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    write(outside / "a.csv", CSV)
    (inside / "file").symlink_to(outside / "a.csv")
    (inside / "folder").symlink_to(outside)

    found = readings(inside)

    assert len(tables(found)) == 1
    assert [trouble.origin.name for trouble in troubles(found)] == [str(inside / "folder")]


def test_files_and_folders_without_permission_are_named_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.csv", CSV)
    for name in ("b", "c"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "rows.csv", CSV)
    # Root may read everything, so the system's refusal is played: as it comes for mode 0, also when something inside is asked about.
    closed = (str(tmp_path / "a.csv"), str(tmp_path / "b"))
    for holder, function in ((Path, "open"), (Path, "is_dir"), (os, "scandir")):
        monkeypatch.setattr(holder, function, _refusing(getattr(holder, function), closed))

    found = readings(tmp_path)

    assert [reading.origin.name for reading in tables(found)] == [str(tmp_path / "c" / "rows.csv")]
    assert [trouble.origin.name for trouble in troubles(found)] == list(closed)
    assert all("Permission denied" in trouble.what for trouble in troubles(found))


def _refusing(function: Callable[..., object], closed: tuple[str, ...]) -> Callable[..., object]:
    def refuse(path: Path, *rest: object, **more: object) -> object:
        inside = str(path) != closed[1] or function.__name__ == "scandir"
        if str(path).startswith(closed) and inside:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return function(path, *rest, **more)

    return refuse


def test_a_folder_of_very_many_files_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST_FILES", 3)
    for n in range(5):
        write(tmp_path / f"{n}.csv", CSV)

    found = readings(tmp_path)

    assert len(tables(found)) == 3
    assert "more than 3 files" in troubles(found)[0].what


def test_what_no_reader_foresaw_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.csv", CSV)
    write(tmp_path / "b.html", PAGE)

    def broken(*_: object, **__: object) -> None:
        raise KeyError

    monkeypatch.setattr("importlog_tui.sources.tables.text_table.find_table", broken)
    found = readings(tmp_path)

    assert len(tables(found)) == 1
    assert "KeyError" in troubles(found)[0].what


def test_another_name_is_shown_where_one_is_given(tmp_path: Path) -> None:
    from importlog_tui.sources.status_log import read

    (reading,) = read(write(tmp_path / "x", CSV), how(), name="standard input")

    assert reading.origin.name == "standard input"


def test_text_selected_on_the_log_is_a_log_pasted_or_saved(tmp_path: Path) -> None:
    for found in (pasted(LOG), readings(write(tmp_path / "log.txt", LOG))):
        (run,) = runs(found)
        assert (run.kind, run.errors[0].message, run.errors[0].rows_affected) == (
            Kind.USERS,
            "Email already in use",
            9,
        )


def test_pasted_page_source_is_a_page() -> None:
    assert len(runs(pasted(LOG_PAGE))) == 1
    assert cells(table(pasted(PAGE))) == [("0204117", "Lopez", "Maria")]


def test_text_selected_on_an_affected_records_page_is_records() -> None:
    text = (
        "Home\nCourses\tGroups\tResources\tMore\n"
        + "Menu entry\n" * 100
        + "Import\nStatus Log\nUsers Import - Nov 23, 2026 1:02 am\nEmail already in use\nShowing 1 - 2 of 9\n"
        "Unique ID\tLast Name\tFirst Name\n0204117\tLopez\t Maria\n204121\tNguyen\tAn\nNext\nPrivacy Policy\n"
    )
    found = table(pasted(text))

    assert (found.kind, found.claimed, found.has_more) == (Kind.USERS, 9, True)
    assert "Email already in use" in found.context
    assert cells(found) == [("0204117", "Lopez", " Maria"), ("204121", "Nguyen", "An")]


def test_one_pasted_record_is_a_record() -> None:
    assert cells(table(pasted("204117\tLopez\tMaria\tm@example.org\n"))) == [
        ("204117", "Lopez", "Maria", "m@example.org")
    ]


@pytest.mark.parametrize("text", ["", " \n", "hello"])
def test_a_paste_of_nothing_is_a_trouble(text: str) -> None:
    assert len(troubles(pasted(text))) == 1


def test_a_table_is_a_log_or_records_where_the_person_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", "Error,Rows Affected,Role\nEmail already in use,9,Student\n")

    assert table(readings(path, as_="records")).is_certain
    assert not tables(readings(path, as_="log"))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [
            b"",
            b"<html><table>",
            b"From a@b Mon\nTo: x\nDate: y\n",
            b"PK\x03\x04",
            b'{"log":{"entries":[',
            b"\xff\xfe",
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n",
        ]
    ),
    st.binary(max_size=2000),
    st.sampled_from([None, "log", "records", "mail"]),
)
def test_no_content_whatever_raises(start: bytes, rest: bytes, as_: str | None) -> None:
    for reading in read_source(Source("x", start + rest), how(as_=as_)):
        assert reading.origin.name == "x"


_FILES = st.sampled_from([CSV.encode(), PAGE.encode(), b"\x89PNG\r\n\x1a\n", b"", LOG.encode()])
_TREE = st.recursive(
    _FILES,
    lambda inner: st.dictionaries(
        st.sampled_from(["a", "b_files", "b.html", "cur", "new", "é \n"]), inner, max_size=4
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["x", "y", "cur", "new"]), _TREE, min_size=1, max_size=4))
def test_any_tree_of_files_is_read_to_its_end(tree: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as top:
        _grow(Path(top), tree)
        found = readings(Path(top))
        assert found
        assert not [trouble for trouble in troubles(found) if "could not be understood" in trouble.what]


def _grow(place: Path, tree: object) -> None:
    if isinstance(tree, bytes):
        place.write_bytes(tree)
        return
    assert isinstance(tree, dict)
    place.mkdir(exist_ok=True)
    for name, inner in tree.items():
        _grow(place / name, inner)


def test_names_that_are_no_text_are_shown_without_what_no_archive_can_hold(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\xff.csv")).write_text(CSV)
    write(tmp_path / "~$rows.xlsx", b"\x05An\0\0")

    found = readings(tmp_path)

    (reading,) = found
    reading.origin.name.encode()
    " ".join(table(found).context + table(found).addresses).encode()
