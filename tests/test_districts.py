"""Several districts in one configuration: what each has of its own, what they share, and nothing of one at another's."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from importlog_tui import config
from importlog_tui.config import Config, choose, load
from importlog_tui.errors import ConfigProblem, UsageProblem

MANY = """
[access]
per_second = 5
[time]
day_first = true
[columns]
"Employee No" = "unique_id"

[district.north]
name = "North Central"
sis_name = "SchoolTool"
address = "https://north.example.org/"
status_log = "https://north.example.org/log"
zone = "America/New_York"
archive = "/srv/north.sqlite"
access.cookie_command = ["pass", "show", "north"]

[district.south-2]
status_log = "https://south.example.org/log"
[district.south-2.access]
per_second = 1
[district.south-2.archive]
group_writable = true
[district.south-2.columns]
"Pupil" = "unique_id"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def _read(file: Path, text: str) -> Config:
    file.write_text(text, encoding="utf-8")
    return load(file)


def _refusal(file: Path, text: str) -> str:
    with pytest.raises(ConfigProblem) as caught:
        _read(file, text)
    return str(caught.value).removeprefix(str(file))


def test_each_district_has_its_own_and_shares_the_rest(file: Path) -> None:
    north, south = _read(file, MANY).districts.values()

    assert (north.chosen, north.district.name, north.district.sis) == ("north", "North Central", "SchoolTool")
    assert north.schoology.address == "https://north.example.org"
    assert (north.time.zone, north.time.day_first) == ("America/New_York", True)
    assert north.archive.file == "/srv/north.sqlite"
    assert (north.access.cookie_command, north.access.per_second) == (("pass", "show", "north"), 5)
    assert south.district.name == "south-2"
    assert (south.time.zone, south.time.day_first, south.access.per_second) == ("", True, 1)
    assert set(south.columns) == {"Employee No", "Pupil"}
    assert set(north.columns) == {"Employee No"}


def test_nothing_that_leads_somewhere_or_lets_somebody_in_is_taken_over(file: Path) -> None:
    south = _read(file, MANY).districts["south-2"]

    assert south.access.cookie_command == ()
    assert south.access.cookie_variable == "IMPORTLOG_COOKIE_SOUTH_2"
    assert south.schoology.address == "https://app.schoology.com"
    assert Path(south.archive.file).name == "south-2.sqlite"


@pytest.mark.parametrize(
    ("common", "place"),
    [
        ('[access]\ncookie_command = ["pass"]', "line 2, [access] cookie_command"),
        ('[schoology]\nstatus_log = "https://x.example.org/log"', "line 2, [schoology] status_log"),
        ('[archive]\nfile = "/srv/all.sqlite"', "line 2, [archive] file"),
        ('[district]\nname = "All of them"', "line 2, [district] name"),
    ],
)
def test_what_is_one_districts_own_is_refused_where_it_would_hold_for_all(
    file: Path, common: str, place: str
) -> None:
    said = _refusal(
        file, f"{common}\n{MANY.replace('[access]', '[screen]').replace('per_second = 5', 'mouse = true')}"
    )

    assert f", {place}: this is of one district alone" in said
    assert "Write it under [district.north]." in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[district.north]\nzome = "UTC"', ', line 2, [district.north] zome: there is no such setting. Did you mean "zone"?'),
        ("[district.north.acess]\nper_second = 1", ', [district.north] acess: there is no such setting. Did you mean "access"?'),
        ("[district.north.access]\nper_secnd = 1", 'line 2, [district.north.access] per_secnd: there is no such setting. Did you mean "per_second"?'),
        ("[district.north.access]\nper_second = 99", "line 2, [district.north.access] per_second: 99 is not allowed. Allowed: a whole number from 1 to 20."),
        ('[district.north]\nzone = "America/NewYork"', 'Did you mean "America/New_York"?'),
        ('[district.north]\naccess = "x"', "[district.north] access: this is a section, not a setting"),
        ("[district.north]\nscreen.mouse = true", "[district.north] screen: there is no such setting"),
        ('[district."north side"]\nzone = "UTC"', "[district.north side]: this can't be a district's name"),
        ('[district.north]\nstatus_log = "http://x.example.org"', "only https is safe outside of this machine"),
    ],
)  # fmt: skip
def test_a_fault_in_a_district_is_told_with_its_place_and_the_nearest_name(
    file: Path, text: str, said: str
) -> None:
    assert said in _refusal(file, text)


def test_the_one_that_is_named_is_chosen(file: Path) -> None:
    whole = _read(file, MANY)

    assert choose(whole, "south-2").chosen == "south-2"
    with pytest.raises(UsageProblem, match=r"several districts\. --district takes one of: north, south-2\."):
        choose(whole, "")
    with pytest.raises(UsageProblem, match=r'no district nort\. Did you mean "north"\?'):
        choose(whole, "nort")


def test_the_only_one_needs_no_name(file: Path) -> None:
    whole = _read(file, '[district.north]\nzone = "UTC"')

    assert choose(whole, "").chosen == "north"


def test_a_configuration_of_one_district_is_what_it_always_was(file: Path) -> None:
    whole = _read(file, '[district]\nname = "Example Central"\n[access]\ncookie_command = ["pass"]\n')

    assert whole.districts == {}
    assert choose(whole, "") is whole
    assert whole.access.cookie_variable == "IMPORTLOG_COOKIE"
    with pytest.raises(UsageProblem, match="no district north: the configuration tells of one alone"):
        choose(whole, "north")


def test_show_tells_each_districts_own_and_where_it_is_from(file: Path) -> None:
    file.write_text(MANY, encoding="utf-8")

    shown = config.show_text(file)

    told = tomllib.loads(shown)
    assert told["district"]["north"]["address"] == "https://north.example.org"
    assert told["district"]["south-2"]["access"]["per_second"] == 1
    assert 'archive = "/srv/north.sqlite"  # file' in shown
    assert told["district"]["south-2"]["archive"]["group_writable"] is True
    assert 'access.cookie_variable = "IMPORTLOG_COOKIE_NORTH"  # default' in shown
