"""A district's own rules: they speak first, and one that can't be read is refused with its place."""

from __future__ import annotations

import pytest

from importlog_tui.config import rule_texts
from importlog_tui.errors import ConfigProblem
from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.triage.facts import SIGHTS, Facts
from importlog_tui.triage.reading import read_rules
from importlog_tui.triage.rules import Rules
from importlog_tui.triage.verdict import CATEGORIES, UNCLASSIFIED, Certainty, Owner

OWN = """\
[words]
bus = "bus(?:es)?|shuttles?"

[[message]]
category = "school-unmapped"
says = "<bus> + missed"

[[rule]]
id = "substitutes"
message = "fehler 17"
category = "role-unmapped"
cause = "Substitutes are not mapped: {value}."
owner = "schoology_settings"
field = "role"
remedy = "Ask the desk of {sis}."

[[rule]]
id = "our-high-school"
category = "duplicate-email"
record = { school = "^0450$", "Home Room" = "." }
cause = "The high school reuses addresses."
owner = "sis"
remedy = '''
Call the high school,
[[rule]] or its secretary.'''
certainty = "likely"
"""


def rules_with(text: str) -> Rules:
    return read_rules([*rule_texts(), ("own.toml", text)])


def test_a_districts_rule_speaks_for_its_message() -> None:
    rules = rules_with(OWN)

    verdict = rules.verdict("Import FEHLER 17 in file", Kind.USERS, Facts(words={"value": "SUB"}))

    assert (verdict.rule, verdict.category, verdict.owner) == (
        "substitutes",
        "role-unmapped",
        Owner.SCHOOLOGY_SETTINGS,
    )
    assert verdict.cause == "Substitutes are not mapped: SUB."
    assert verdict.remedy == "Ask the desk of the SIS."
    assert verdict.field is Field.ROLE
    assert verdict.certainty is Certainty.POSSIBLE
    assert rules.category("Fehler 17") == "role-unmapped"


def test_a_districts_words_tell_what_a_message_means() -> None:
    assert rules_with(OWN).category("He missed the shuttle") == "school-unmapped"


def test_a_districts_rule_speaks_where_its_columns_match_and_the_shipped_one_elsewhere() -> None:
    rules = rules_with(OWN)
    message = "Email already in use"

    here = rules.verdict(message, Kind.USERS, Facts(record={"school": "0450", "Home Room": "12"}))
    there = rules.verdict(message, Kind.USERS, Facts(record={"school": "0460", "Home Room": "12"}))
    unknown = rules.verdict(message, Kind.USERS)

    assert here.rule == "our-high-school"
    assert here.remedy == "Call the high school, [[rule]] or its secretary."
    assert (there.rule, unknown.rule) == ("email-in-use", "email-in-use")


def test_a_fact_that_is_not_known_makes_neither_a_rule_nor_its_contrary_speak() -> None:
    rules = read_rules(rule_texts())
    message = "User not found"

    assert rules.verdict(message, Kind.ENROLLMENTS).rule == "user-unknown"
    assert rules.verdict(message, Kind.ENROLLMENTS, Facts({"in-sis": False})).rule == "user-not-sent"
    assert rules.verdict(message, Kind.ENROLLMENTS, Facts({"in-sis": True})).rule == "user-sent"


def test_what_no_rule_knows_says_so() -> None:
    verdict = read_rules(rule_texts()).verdict("Zorp", Kind.USERS)

    assert (verdict.category, verdict.owner, verdict.rule) == (UNCLASSIFIED, Owner.UNKNOWN, "")
    assert verdict.cause == "No rule knows what this message means."


def test_the_shipped_rules_know_every_category_and_every_sight() -> None:
    rules = read_rules(rule_texts())

    assert {rule.category for rule in rules if not rule.has_conditions and not rule.sight} == set(CATEGORIES)
    assert {rule.sight for rule in rules if rule.sight} == set(SIGHTS)
    assert len({rule.id for rule in rules}) == len(rules.rules)
    assert all(rule.basis for rule in rules)


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ('[[rule]]\nid = "x"\n\n[[rule]\n', "line 4", "this is not TOML"),
        ('[[rules]]\nid = "x"\n', "line 1, rules", "Did you mean [[rule]]?"),
        ('[[rule]]\nid = "x"\nowner = "sis"\n', "line 1, [rule]", "cause is missing"),
        (OWN.replace("says", "sais"), "line 6, [message] sais", 'Did you mean "says"?'),
        (OWN.replace("schoology_settings", "scology"), "line 13, [rule] owner", "Allowed: sis,"),
        (OWN.replace("^0450$", "(0450"), "line 20, [rule] record", "no regular expression"),
        (OWN.replace('"duplicate-email"', '"duplicate-mail"'), "line 19", 'Did you mean "duplicate-email"?'),
        (OWN.replace("{sis}", "{sys}"), "line 15, [rule] remedy", 'Did you mean "sis"?'),
        (OWN.replace('certainty = "likely"', 'facts = ["in-six"]'), "line 26", 'Did you mean "in-sis"?'),
        (OWN.replace("<bus>", "<buss>"), "line 6, [message] says", 'Did you mean "bus"?'),
        (OWN.replace("our-high-school", "substitutes"), "line 18, [rule] id", "earlier rule"),
        (OWN.replace('field = "role"', 'field = "roll"'), "line 14, [rule] field", 'Did you mean "role"?'),
        (OWN.replace('says = "<bus> + missed"', "says = 5"), "line 6, [message] says", "this is no text"),
        (OWN.replace('says = "<bus> + missed"', ""), "line 4, [message]", "Give it message, says or misses."),
        (OWN.replace('bus = "bus', 'bus = "(bus'), "line 2, [words] bus", "no regular expression"),
        (OWN.replace('id = "substitutes"', 'id = "\\u001b[2J"'), "line 9, [rule] id", "no line of text"),
        ("rule = 5\n", "line 1, rule", "no list of entries"),
        ("words = 5\n", "line 1, words", "this is no section"),
    ],
)
def test_a_rule_that_cant_be_read_is_refused_with_its_place(text: str, where: str, said: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        rules_with(text)

    assert f"own.toml, {where}" in str(caught.value)
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
