"""`fetch --directory` as a process, as a reader and a crontab start it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from importlog_tui.demo.roster import TEACHER, schoology_id
from importlog_tui.demo.server import Mishap, Running, World
from importlog_tui.demo.server.gate import KEY, PERSONAL_KEY, SECRET
from tests import in_process


class Program:
    """The program on a configuration that leads to a made-up API."""

    def __init__(self, site: Running, home: Path) -> None:
        self.home, self.config = home, home / "config.toml"
        self.settings = {
            "archive": [f'file = "{home / "archive.sqlite"}"'],
            "api": [f'address = "{site.address}/v1"', "per_second = 10"],
        }
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "IMPORTLOG_"))
        }
        self.env = {**kept, "HOME": str(home), "IMPORTLOG_API_KEY": KEY, "IMPORTLOG_API_SECRET": SECRET}

    def __call__(self, *arguments: str, **env: str) -> tuple[int, str, str]:
        lines = [line for name, some in self.settings.items() for line in (f"[{name}]", *some)]
        self.config.write_text("\n".join(lines), encoding="utf-8")
        done = in_process.run(
            "--config", str(self.config), *arguments, env={**self.env, **env}, cwd=self.home
        )
        assert SECRET not in done.out + done.err
        return done


@pytest.fixture
def program(site: Running, tmp_path: Path) -> Program:
    return Program(site, tmp_path)


def test_the_directory_comes_and_its_numbers_lead_to_exact_pages(program: Program, world: World) -> None:
    status, said, complained = program("fetch", "--directory")

    assert (status, complained) == (0, "")
    assert said.startswith("directory of ")
    assert ": 12,008 users, 10 of them inactive; 8 requests with the key of Imani Wolde\n" in said
    table = program.home / "rows.csv"
    table.write_text(f"Unique ID,Last Name\n{TEACHER},Castellane\n", encoding="utf-8")
    assert program("add", "--as", "records", "--kind", "users", str(table))[0] == 0
    row = json.loads(program("records", "--json")[1])
    assert row["links"]["user"] == f"https://app.schoology.com/user/{schoology_id(TEACHER)}/info"
    assert f"/user/{schoology_id(TEACHER)}/info" in program("records", "--csv")[1]
    assert f"/user/{schoology_id(TEACHER)}/info" in program("find", TEACHER)[1]


def test_the_same_directory_again_is_known_already(program: Program) -> None:
    program("fetch", "--directory")

    assert program("fetch", "--directory")[1].split(": ")[1].startswith("12,008 users known already")


def test_a_command_gives_the_secret(program: Program) -> None:
    program.settings["api"] += [f'key_command = ["echo", "{KEY}"]', f'secret_command = ["echo", "{SECRET}"]']

    assert program("fetch", "--directory", IMPORTLOG_API_KEY="", IMPORTLOG_API_SECRET="")[0] == 0


def test_without_a_key_it_says_how_to_give_one(program: Program, site: Running) -> None:
    status, said, complained = program("fetch", "--directory", IMPORTLOG_API_SECRET="")

    assert (status, said) == (2, "")
    assert "The API secret: there is no terminal to ask at" in complained
    assert "[api] secret_command" in complained
    assert not site.control.count()


def test_a_personal_key_gets_its_sentence(program: Program) -> None:
    status, _, complained = program("fetch", "--directory", IMPORTLOG_API_KEY=PERSONAL_KEY)

    assert status == 2
    assert "since 25 June 2025" in complained


def test_a_directory_that_breaks_off_is_kept_as_a_part(program: Program, site: Running) -> None:
    site.control.plan(Mishap.NOT_FOUND, path="csvexport")
    site.control.plan(Mishap.BROKEN, path="/v1/users?start=", skip=2, times=None)

    status, said, complained = program("fetch", "--directory")

    assert status == 1
    assert ": 600 users (not all); " in said
    assert "Schoology's API, users: Schoology's API is in trouble (status 500)" in complained


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('address = "https://api.schoology.example.org/v1"', "an API key is sent to Schoology alone"),
        ('realm = "a\\"b"', "a header can't hold that"),
        ("per_second = 50", "a whole number from 1 to 10"),
        ('ampersand = "and"', '"%26" or "&"'),
    ],
)
def test_a_wrong_setting_is_refused_with_its_line(program: Program, line: str, said: str) -> None:
    program.settings["api"] = [line]

    status, _, complained = program("fetch", "--directory")

    assert status == 2
    assert said in complained
    assert "line 4" in complained


def test_the_other_header_styles_work(program: Program) -> None:
    program.settings["api"] += ['method = "PLAINTEXT"', 'realm = "Schoology%20API"', 'ampersand = "&"']

    assert program("fetch", "--directory")[0] == 0


def findings(said: str) -> dict[str, tuple[bool, str]]:
    return {
        row["topic"]: (row["ok"], row["text"])
        for row in map(json.loads, said.splitlines())
        if row["topic"] in {"API", "API, asked", "site, asked"}
    }


def test_the_doctor_asks_nobody_by_itself(program: Program, site: Running) -> None:
    status, said, _ = program("doctor", "--json")

    assert findings(said) == {
        "API": (True, f"{site.address}/v1; the key comes from the variable IMPORTLOG_API_KEY")
    }
    assert status in {0, 1}
    assert not site.control.count()


def test_the_doctor_asks_the_site_and_the_api_when_told_to(program: Program, site: Running) -> None:
    program.settings["schoology"] = [f'status_log = "{site.log_address()}"']

    told = findings(program("doctor", "--online", "--json", IMPORTLOG_COOKIE=site.cookie)[1])

    assert told["site, asked"] == (True, "the Status Log is there, with 3 runs on its first page")
    assert told["API, asked"] == (True, "the key of Imani Wolde reads 11,998 users")


def test_what_the_doctor_hears_is_told_with_its_remedy(program: Program, site: Running) -> None:
    program.settings["schoology"] = [f'status_log = "{site.log_address()}"']

    status, said, _ = program(
        "doctor", "--online", IMPORTLOG_COOKIE="SESS=old", IMPORTLOG_API_KEY=PERSONAL_KEY
    )
    flat = " ".join(said.split())

    assert status == 1
    assert "TO MEND: the site shows its login page" in flat or "TO MEND: the site asks to sign in" in flat
    assert "since 25 June 2025" in flat


def test_a_broken_configuration_asks_nobody(program: Program, site: Running) -> None:
    program.settings["nonsense"] = []

    status, said, complained = program("doctor", "--online")

    assert status == 1
    assert "no such section" in said
    assert not complained
    assert not site.control.count()
