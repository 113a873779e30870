"""The note that lies in the made-up district's folder."""

from __future__ import annotations

from datetime import date, timedelta

from importlog_tui.demo.roster import DISTRICT, DOMAIN
from importlog_tui.demo.stories import HAPPENINGS, NO_TRACE, RESTING_AGE, STORIES


def readme(newest: date, nights: int) -> str:
    """What is made up, what lies where, what to try, and what happens on which night."""

    def day(age: int) -> str:
        return (newest - timedelta(days=age)).isoformat()

    told = [
        (
            story.first,
            f"  {story.case:>2}  {story.message} ({story.kind}, {_nights(story.first - story.last + 1)})",
        )
        for story in STORIES
    ]
    told += [(h.age, f"  {h.case:>2}  {h.note} ({h.kind})") for h in HAPPENINGS]
    ages = sorted({age for age, _ in told if age < nights}, reverse=True)
    happened = "\n".join("\n".join([day(age), *(line for when, line in told if when == age)]) for age in ages)
    unseen = "\n".join(f"{case:>4}  {why}" for case, why in NO_TRACE.items())
    resting = f"\n{day(RESTING_AGE)} is a night without a single error.\n" if nights > RESTING_AGE else ""
    return f"""\
{DISTRICT}: a MADE-UP district
{"=" * (len(DISTRICT) + 20)}

Nothing here is real: not a name, not a number, not the look of a page. Every address ends in {DOMAIN}, which belongs to nobody.
Nobody has published the messages of a real Status Log, so these are made up too.

What lies where
  log/        {nights} nights, {day(nights - 1)} to {day(0)}, a folder each: saved pages, a network recording, mails, text, tables
  mail/       the notification mails of the last two weeks in one mbox file
  sis/        what the student information system sent on {day(1)} and {day(0)}, and what it would send tonight
  directory/  the users and courses that Schoology holds, as it exports them

What to try, in an archive of its own
  importlog-tui --archive try.db add log mail
  importlog-tui --archive try.db runs
  importlog-tui --archive try.db

Paste by hand: bring in only log/{day(0)}/status-log.html, open an error, copy the table out of one of the pages beside it, paste it there.

What begins when, with its number in the list of troubles
{happened}
{resting}
What such a log cannot show
{unseen}
"""


def _nights(count: int) -> str:
    return "one night" if count == 1 else f"{count} nights"
