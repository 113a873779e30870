"""Rules in words: the list, what one message comes to, and verdicts."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from importlog_tui.text import fit, one_line, safe
from importlog_tui.triage.facts import FACTS, SIGHTS, WORDS
from importlog_tui.triage.words import plain_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.model import Kind
    from importlog_tui.triage.compare import Line
    from importlog_tui.triage.diagnosis import Diagnosed
    from importlog_tui.triage.rules import Rule, Rules
    from importlog_tui.triage.verdict import Verdict

Row = dict[str, object]


def row(rule: Rule) -> Row:
    """A rule's fields."""
    return {
        "id": rule.id,
        "place": rule.place,
        "own": rule.own,
        "category": rule.category or None,
        "patterns": [{pattern.key: pattern.written} for pattern in rule.patterns],
        "sight": rule.sight or None,
        "kinds": list(rule.kinds),
        "facts": list(rule.facts),
        "unless": list(rule.unless),
        "record": dict(rule.record),
        "extract": dict(rule.extract),
        "directory": dict(rule.directory),
        "cause": rule.cause,
        "owner": rule.owner.value,
        "field": rule.field.value if rule.field else None,
        "remedy": rule.remedy,
        "certainty": rule.certainty.value,
        "basis": rule.basis or None,
    }


def verdict_row(verdict: Verdict) -> Row:
    """A verdict's fields."""
    return {
        "category": verdict.category,
        "cause": verdict.cause,
        "owner": verdict.owner.value,
        "field": verdict.field.value if verdict.field else None,
        "remedy": verdict.remedy,
        "certainty": verdict.certainty.value,
        "evidence": list(verdict.evidence),
        "rule": verdict.rule or None,
    }


def verdict_lines(verdict: Verdict, cells: int) -> Iterator[str]:
    """A verdict for people: where to correct it, why, what to do, and what that rests on."""
    yield fit(f"{verdict.owner.where} ({verdict.certainty.value})", cells).rstrip()
    for text in (verdict.cause, verdict.remedy):
        yield from _indented(text, cells)
    for text in verdict.evidence:
        yield from _indented(f"- {text}", cells)


def lines(rules: Rules, cells: int) -> Iterator[str]:
    """The rules in the order in which they are asked, two lines and more each."""
    for rule in rules:
        what = f"sight: {rule.sight}" if rule.sight else rule.category or "any category"
        yield fit(f"{one_line(rule.id)}  [{what}]  {rule.owner.where}", cells).rstrip()
        if rule.patterns:
            yield from _indented(
                "for: "
                + ", ".join(f"{pattern.key} {one_line(pattern.written)!r}" for pattern in rule.patterns),
                cells,
            )
        if rule.has_conditions:
            yield from _indented(f"when: {conditions(rule)}", cells)
        yield from _indented(rule.cause, cells)
        if rule.own:
            yield from _indented(rule.place, cells)


def conditions(rule: Rule) -> str:
    """What must be so, in words."""
    parts = [FACTS[name] for name in rule.facts]
    parts += [f"it is not so that {FACTS[name]}" for name in rule.unless]
    for witness, wanted in (("row", rule.record), ("SIS", rule.extract), ("Schoology", rule.directory)):
        parts += [f"{name} in the {witness} matches {pattern!r}" for name, pattern in wanted]
    return "; ".join(parts)


def test_row(rules: Rules, message: str, kind: Kind | None) -> Row:
    """What a message comes to, by itself and with more evidence."""
    category, pattern, place = rules.sign(message)
    verdict = rules.verdict(message, kind)
    return {
        "message": message,
        "words": plain_words(message),
        "category": category,
        "pattern": {pattern.key: pattern.written} if pattern else None,
        "place": place or None,
        "verdict": verdict_row(verdict),
        "with_evidence": [
            rule.id
            for rule in rules.for_message(message, kind)
            if rule.has_conditions and rule.id != verdict.rule
        ],
    }


def test_lines(rules: Rules, message: str, kind: Kind | None, cells: int) -> Iterator[str]:
    """What a message comes to, for people."""
    category, pattern, place = rules.sign(message)
    yield from _indented(f"in plain words: {plain_words(message)}", cells, "")
    if pattern is None:
        yield "unclassified: no pattern finds anything in it"
    else:
        yield from _indented(
            f"{category}: found by {pattern.key} {one_line(pattern.written)!r} ({place})", cells, ""
        )
    verdict = rules.verdict(message, kind)
    yield ""
    yield f"rule {one_line(verdict.rule)} speaks" if verdict.rule else "no rule knows"
    yield from verdict_lines(verdict, cells)
    more = [rule for rule in rules.for_message(message, kind) if rule.has_conditions]
    if more:
        yield ""
        yield "With more evidence, in this order:"
        for rule in more:
            yield from _indented(f"{one_line(rule.id)}: {conditions(rule)}", cells)


def compared_row(told: Diagnosed) -> list[Row]:
    """What differs between the witnesses: only the fields where there is something to look at."""
    return [
        {
            "column": line.heading,
            "field": line.field.value if line.field else None,
            **{
                witness: None
                if each.value is None
                else {"value": each.value, "differs": each.differs, "names": list(each.names)}
                for witness, each in (("row", line.row), ("sis", line.sis), ("schoology", line.schoology))
            },
        }
        for line in told.compared()
        if line.is_told
    ]


def why_lines(told: Diagnosed, cells: int) -> Iterator[str]:
    """A record's verdict and what differs, for people; nothing in it depends on how lines are aligned."""
    subject = told.record.subject
    who = "  ".join(one_line(part) for part in (subject.name, subject.user, subject.section) if part)
    yield fit(f"{who or 'record'}  (record {told.record.id}, row {told.record.number})", cells).rstrip()
    for line in verdict_lines(told.verdict, cells - 2):
        yield f"  {line}"
    for each in told.also:
        yield from _indented(f"Also: {each.cause} {each.remedy}", cells)
    for one in told.compared():
        if one.is_told:
            yield from _indented(compared_words(one), cells)
    yield ""


def compared_words(line: Line) -> str:
    """One field of the three witnesses in a sentence."""
    parts = []
    for name, each in (("row", line.row), ("SIS", line.sis), ("Schoology", line.schoology)):
        if each.value is not None:
            names = f" ({', '.join(each.names)})" if each.names else ""
            parts.append(f"{name} “{safe(each.value)}”{names}" if each.value else f"{name} blank")
    return f"{one_line(line.heading)}: {'; '.join(parts)}"


def spoke_row(rules: Rules, told: Diagnosed) -> Row:
    """Which rule spoke for a record, and what was known."""
    facts = told.case.facts()
    return {
        "record": told.record.id,
        "message": told.case.about.message,
        "verdict": verdict_row(told.verdict),
        "facts": dict(sorted(facts.known.items())),
        "asked": [rule.id for rule in rules.for_message(told.case.about.message, told.case.about.kind)],
    }


def spoke_lines(rules: Rules, told: Diagnosed, cells: int) -> Iterator[str]:
    """Which rule spoke for a record, and what was known, for people."""
    about = told.case.about
    yield from _indented(f"{about.message} [{about.category}]", cells, "")
    yield f"rule {one_line(told.verdict.rule)} speaks" if told.verdict.rule else "no rule knows"
    yield from verdict_lines(told.verdict, cells)
    yield ""
    yield "Known of it:"
    for name, so in sorted(told.case.facts().known.items()):
        yield from _indented(f"{'yes' if so else 'no '}  {name}: {FACTS[name]}", cells)
    before = []
    for rule in rules.for_message(about.message, about.kind):
        if rule.id == told.verdict.rule:
            break
        before.append(rule.id)
    if before:
        yield ""
        yield from _indented(f"Asked before it, and silent: {', '.join(before)}", cells, "")


def vocabulary_rows() -> Iterator[Row]:
    """What a rules file may name."""
    for what, names in (("fact", FACTS), ("sight", SIGHTS), ("word", WORDS)):
        for name, means in names.items():
            yield {"what": what, "name": name, "means": means}


def vocabulary_lines(cells: int) -> Iterator[str]:
    """What a rules file may name, for people."""
    heads = {
        "fact": "Facts, for `facts` and `unless`",
        "sight": "Sights, for `sight`",
        "word": "Words in braces, and what stands for them where they are not known",
    }
    seen = set[object]()
    for each in vocabulary_rows():
        if each["what"] not in seen:
            seen.add(each["what"])
            yield heads[str(each["what"])]
        yield from _indented(f"{each['name']}: {each['means']}", cells)


def _indented(text: str, cells: int, indent: str = "  ") -> list[str]:
    return wrap(
        one_line(text),
        max(20, cells),
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=True,
    )
