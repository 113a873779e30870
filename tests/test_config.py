"""The configuration: read and checked with helpful refusals, shown, written."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importlog_tui import config
from importlog_tui.config import Config, example_text, load, settings
from importlog_tui.errors import ConfigProblem, UsageProblem
from importlog_tui.fields import Field
from importlog_tui.locations import archive_file, config_file, state_file
from importlog_tui.ui.actions import ACTIONS

ROOT = Path(__file__).parent.parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def refusal(file: Path, text: str | bytes, actions: list[str] | None = None) -> str:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ConfigProblem) as caught:
        load(file, actions=actions)
    said = str(caught.value)
    assert said.startswith(f"{file}")
    assert said.isprintable()
    return said.removeprefix(str(file))


def read(file: Path, text: str) -> Config:
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_every_setting_has_a_default_that_it_would_itself_accept_and_one_line_of_explanation() -> None:
    for setting in settings():
        assert setting.says.endswith(".")
        assert "\n" not in setting.says
        assert setting.value.allowed
        if setting.key:
            plain = list(setting.default) if isinstance(setting.default, tuple) else setting.default
            assert setting.value.read(plain) == setting.default


def test_the_example_in_the_repository_is_the_generated_one() -> None:
    assert (ROOT / "config.example.toml").read_text(encoding="utf-8") == example_text()


def test_the_example_is_all_defaults_as_it_is_and_with_every_line_taken_into_force(file: Path) -> None:
    config_as_it_is = read(file, example_text())
    in_force = read(file, re.sub(r"(?m)^#(?=\S)", "", example_text()))
    for section in ("district", "schoology", "time", "archive", "open", "screen"):
        assert getattr(config_as_it_is, section) == getattr(in_force, section) == getattr(Config(), section)
    assert not config_as_it_is.given
    assert {f"{one.section}.{one.key}" for one in settings() if one.key} <= in_force.given


def test_settings_are_read_with_their_types(file: Path) -> None:
    got = read(
        file,
        """
        [district]
        name = "Example Central"
        [schoology]
        address = "https://LMS.Example.org/"
        status_log = "https://lms.example.org/import/log?page=1"
        [time]
        zone = "America/New_York"
        day_first = true
        [archive]
        file = "~/log.sqlite"
        [open]
        command = ["code", "--openExternal", "{url}"]
        session = "remote"
        ask_above = 9
        [keys]
        open_user = "o"
        copy = ["y", "c"]
        noop = []
        [columns]
        "Employee No" = "unique_id"
        """,
    )
    assert got.district.name == "Example Central"
    assert got.schoology.address == "https://lms.example.org"
    assert got.schoology.status_log == "https://lms.example.org/import/log?page=1"
    assert got.time.zone == "America/New_York"
    assert got.time.day_first is True
    assert got.open.command == ("code", "--openExternal", "{url}")
    assert got.open.ask_above == 9
    assert got.keys == {"open_user": ("o",), "copy": ("y", "c"), "noop": ()}
    assert got.columns == {"Employee No": Field.UNIQUE_ID}
    assert "open.session" in got.given
    assert "open.suspend" not in got.given


def test_a_file_of_ones_own_may_be_missing_a_named_one_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load() == Config()
    with pytest.raises(ConfigProblem, match="there is no such file"):
        load(tmp_path / "other.toml")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("[distrct]\nname = 'x'", ", line 1, [distrct]", "Did you mean [district]?"),
        ("[schoology]\nadress = 'x'", ", line 2, [schoology] adress", 'Did you mean "address"?'),
        ("[district]\nzone = ''", ", line 2, [district] zone", "It belongs under [time]."),
        ("zone = ''", ", line 1, zone", "It belongs under [time]."),
        ("district = 'x'", ", line 1, district", "Write [district] on a line of its own."),
        ("[open]\nsession = 'remot'", ", line 2, [open] session", 'Did you mean "remote"?'),
        ("[open]\nsession = 3", ", line 2, [open] session", 'Allowed: "auto", "local" or "remote".'),
        ("[open]\nsuspend = 'yes'", ", line 2, [open] suspend", "Allowed: true or false."),
        ("[open]\nsuspend = 1", ", line 2, [open] suspend", "Allowed: true or false."),
        ("[open]\nask_above = true", ", line 2, [open] ask_above", "a whole number from 1 to 100"),
        ("[open]\nask_above = 0", ", line 2, [open] ask_above", "a whole number from 1 to 100"),
        ("[open]\nask_above = 5.0", ", line 2, [open] ask_above", "a whole number from 1 to 100"),
        ("[open]\ncommand = 'firefox'", ", line 2, [open] command", '["firefox", "{url}"]'),
        ("[open]\ncommand = ['firefox']", ", line 2, [open] command", "{url} stands in none"),
        ("[open]\ncommand = ['{url}']", ", line 2, [open] command", "{url} stands in none"),
        ("[open]\ncommand = ['', '{url}']", ", line 2, [open] command", "the program's name is empty"),
        ("[open]\ncommand = ['a', 3]", ", line 2, [open] command", "a list of words"),
        ("[time]\nzone = 'America/NewYork'", ", line 2, [time] zone", 'Did you mean "America/New_York"?'),
        ("[time]\nzone = 'America'", ", line 2, [time] zone", "no such time zone"),
        ("[time]\nzone = '../../etc/passwd'", ", line 2, [time] zone", "no such time zone"),
        ("[archive]\nfile = 'log.sqlite'", ", line 2, [archive] file", "another file in each folder"),
        ("[columns]\nNo = 'uniqe_id'", ", line 2, [columns] No", 'Did you mean "unique_id"?'),
        ("[columns]\n'No' = ['unique_id']", ", line 2, [columns] No", "one of unique_id"),
        ("[keys]\nopen.user = 3", ", line 2, [keys] open.user", "3 is not allowed"),
        ('[columns]\n"a\\u001b" = "email"', ", [columns] a␛", "this name holds a character"),
        ("[keys]\nopen = {}", ", line 2, [keys] open", "a table is not allowed"),
        ("[district]\nname = 1979-05-27", ", line 2, [district] name", "a date is not allowed"),
        ("[[district]]\nname = 'x'", ", district", "this is a section"),
    ],
)
def test_a_wrong_setting_is_refused_with_line_key_and_the_nearest_right_one(
    file: Path, text: str, place: str, said: str
) -> None:
    got = refusal(file, text)
    assert got.startswith(f"{place}: ")
    assert said in got


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://lms.example.org", "only https is safe"),
        ("ftp://lms.example.org", "only https is safe"),
        ("javascript://lms.example.org", "only https is safe"),
        ("lms.example.org", "https://lms.example.org"),
        ("", "it is empty"),
        ("https://", "host"),
        ("https:///x", "host"),
        ("https://ada:secret@lms.example.org", "user name or password"),
        ("https://app.schoology.com@lms.example.org", "user name or password"),
        ("https://lms.example.org/?", "query"),
        ("https://lms.example.org/?a=1", "query"),
        ("https://lms.example.org/#top", "fragment"),
        ("https://lms.example.org:99999", "port"),
        ("https://[::1", "port"),
        ("https://lms.ex%61mple.org", "host"),
        ("https://lms.example.org/a b", "percent-encoded"),
        ("https://lms.example.org/é", "percent-encoded"),
        ("https://lms.example.org\\u001b[2J", "can't be shown"),
        ("https://lms.example.org/\\u202e", "can't be shown"),
    ],
)
def test_an_address_that_could_mislead_is_refused(file: Path, address: str, said: str) -> None:
    got = refusal(file, f'[schoology]\naddress = "{address}"')
    assert said in got
    assert "Allowed: an https address" in got


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://lms.example.org///", "https://lms.example.org"),
        ("HTTPS://lms.example.org:8443", "https://lms.example.org:8443"),
        ("https://example.org/proxy/lms/", "https://example.org/proxy/lms"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_kept_in_one_form(file: Path, written: str, kept: str) -> None:
    assert read(file, f'[schoology]\naddress = "{written}"').schoology.address == kept


def test_an_actions_name_may_be_written_with_and_without_quotes(file: Path) -> None:
    quoted = read(file, '[keys]\n"open.user" = "o"\n"filter.log" = ["F", "f"]\n')
    bare = read(file, '[keys]\nopen.user = "o"\nfilter.log = ["F", "f"]\n')
    assert quoted.keys == bare.keys == {"open.user": ("o",), "filter.log": ("F", "f")}
    deep = "[keys]\n" + "a." * 3000 + "b = 'x'\n"
    assert len(read(file, deep).keys) == 1


def test_the_examples_action_is_one_that_there_is(file: Path) -> None:
    file.write_text(re.sub(r"(?m)^#(?=\S)", "", example_text()), encoding="utf-8")
    assert load(file, actions=[action.id for action in ACTIONS]).keys == {"open.user": ("o",)}


def test_actions_are_checked_by_those_who_know_them(file: Path) -> None:
    actions = ["open_user", "copy_link"]
    said = refusal(file, "[keys]\nopen_usr = 'o'", actions=actions)
    assert said.startswith(", line 2, [keys] open_usr: there is no such action")
    assert 'Did you mean "open_user"?' in said
    file.write_text("[keys]\nopen_user = 'o'")
    assert load(file, actions=actions).keys == {"open_user": ("o",)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"[district\nname = 'x'", ", line 1, column 10: this is not TOML"),
        (b"[district]\nname = ", ", line 2, column 8: this is not TOML"),
        (b"[district]\nname = 'x'\nname = 'y'", ", line 3, column 11: this is not TOML"),
        (b"[district]\nname = 'Sch\xf6nau'", ", line 2, column 12: this is not UTF-8"),
        (b"a = " + b"[" * 50_000, ": its lists are nested too deeply"),
        (b"a = " + b"9" * 50_000, ": this is not TOML"),
        (b"\xff\xfe[\x00d\x00", ", line 1, column 1: this is not UTF-8"),
        (b"#" * 1_100_000, ": this is too big"),
    ],
    ids=["header", "value", "twice", "cp1252", "deep", "digits", "utf-16", "big"],
)
def test_a_file_that_is_no_toml_is_refused_with_its_place(file: Path, text: bytes, place: str) -> None:
    assert refusal(file, text).startswith(place)


def test_a_byte_order_mark_is_no_fault(file: Path) -> None:
    assert read(file, "\ufeff[district]\nname = 'x'").district.name == "x"


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for place, said in (
        (pipe, "this is no file"),
        (tmp_path, "this is no file"),
        (tmp_path / "loop", "read"),
    ):
        with pytest.raises(ConfigProblem, match=said):
            load(place)


def said_of(file: Path) -> str:
    """What loading `file` is refused with, "" where it is not."""
    try:
        load(file)
    except ConfigProblem as problem:
        return str(problem)
    return ""


@given(st.text())
def test_no_text_can_do_worse_than_be_refused_in_printable_words(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = tmp_path_factory.mktemp("any") / "config.toml"
    file.write_text(text, encoding="utf-8", errors="replace")
    assert said_of(file).isprintable()


LEAVES = st.one_of(
    st.text(),
    st.integers(),
    st.booleans(),
    st.floats(allow_nan=False),
    st.dates(),
    st.lists(st.text(max_size=5), max_size=3),
)


@given(st.sampled_from([one for one in settings() if one.key]), LEAVES)
def test_every_setting_takes_or_refuses_every_value_in_printable_words(
    tmp_path_factory: pytest.TempPathFactory, setting: config.Setting, value: object
) -> None:
    import tomli_w

    file = tmp_path_factory.mktemp("any") / "config.toml"
    file.write_text(
        tomli_w.dumps({setting.section: {setting.key: value}}).replace("\x7f", "\\u007f"),
        encoding="utf-8",
        errors="replace",
    )
    said = said_of(file)
    assert said.isprintable()
    if said:
        assert setting.value.allowed in said
    else:
        got = getattr(getattr(load(file), setting.section), setting.key)
        assert type(got) is type(setting.default)


def test_show_is_toml_that_says_where_each_value_comes_from(file: Path) -> None:
    file.write_text(
        "[time]\nzone = 'Europe/Paris'\n[columns]\n'Employee No' = 'unique_id'\n", encoding="utf-8"
    )
    shown = config.show_text(file)
    assert 'zone = "Europe/Paris"  # file' in shown.splitlines()
    assert "day_first = false  # default" in shown.splitlines()
    data = tomllib.loads(shown)
    assert data["columns"] == {"Employee No": "unique_id"}
    file.write_text(shown, encoding="utf-8")
    again = load(file)
    assert again.time.zone == "Europe/Paris"
    assert again.open == Config().open


def test_show_without_a_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "does not exist: these are the defaults" in config.show_text()
    assert config.path_text() == str(tmp_path / "importlog-tui" / "config.toml")


def test_init_writes_the_example_for_its_owner_alone_and_never_twice(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "config.toml"
    assert str(file) in config.init(file)
    assert file.read_text(encoding="utf-8") == example_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    file.write_text("[district]\nname = 'mine'\n", encoding="utf-8")
    with pytest.raises(ConfigProblem, match="left as it is"):
        config.init(file)
    assert "mine" in file.read_text(encoding="utf-8")


def test_init_says_why_it_can_not_write(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigProblem, match="it can't be written"):
        config.init(tmp_path / "taken" / "config.toml")


def test_what_the_caller_names_wins_over_the_platforms_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert config_file() == tmp_path / "XDG_CONFIG_HOME" / "importlog-tui" / "config.toml"
    assert config_file("~/a.toml") == tmp_path / "home" / "a.toml"
    assert config_file("") == config_file()
    assert archive_file().parent == tmp_path / "XDG_DATA_HOME" / "importlog-tui"
    assert archive_file(None, "~/b.sqlite") == tmp_path / "home" / "b.sqlite"
    assert archive_file("/c.sqlite", "~/b.sqlite") == Path("/c.sqlite")
    assert state_file().parent == tmp_path / "XDG_STATE_HOME" / "importlog-tui"
    with pytest.raises(UsageProblem, match="home folder"):
        config_file("~nobody-of-this-name/a.toml")
