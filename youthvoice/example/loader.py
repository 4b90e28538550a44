"""Load the example into an empty database: everything that a first visitor sees, with a report and a voice."""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Final

from youthvoice import context, db
from youthvoice.accounts.people.bootstrap import PreparedAccount, prepare_accounts
from youthvoice.accounts.store import find_readers
from youthvoice.example import committees, introductions, past_meetings, people, reviews, rights, rounds, voices
from youthvoice.grievances.intake import receive
from youthvoice.grievances.intake.submission import ReportSubmission, make_new_report
from youthvoice.jobs.turns import run_to_end
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.publications.influence.years import freeze_influence_due, last_frozen_year
from youthvoice.publications.review.drafting import draft_due
from youthvoice.sites.store import find_site_by_slug
from youthvoice.sites.tablets.store import list_tablets, renew_code, start_enrolment
from youthvoice.surveys.batches.closing_job import close_due

REPORT: Final = ReportSubmission(
    topic="broken",
    whom="several",
    by_whom="thing",
    words="the lamp on the stairs is brokn. we are afraid to go down at night",
    may_know="ask",
    come="no",
)


def tell_report() -> PictureCode:
    """Send the report of an example child; returns the picture code, which only the example ever writes down."""
    with db.reading(db.engine()) as session:
        site = rounds.require(find_site_by_slug(session, people.SLUG))
        readers = find_readers(session, site.id)
    report = make_new_report(site, REPORT, secrets.token_bytes(16), readers, context.now())
    with db.writing(db.engine()) as session:
        report_receipt = rounds.require(receive.store_report(session, report))
    return rounds.require(report_receipt.code)


def keep_pictures(file: Path, code: PictureCode, of: str) -> None:
    """Write a picture code to the file with the example's sign-ins."""
    with file.open("a", encoding="utf-8") as out:
        out.write(f"pictures: {', '.join(picture.name for picture in code.pictures)}  ({of})\n")


_EARLIER = 40  # days before this quarter began: when the published round was open

_BEFORE_THAT = 130  # in the quarter before that one: when the same questions were asked, so that a review shows changes

_PAIR_BEGAN = 30  # days ago

_LETTERS_ABOUT_FRUIT = (
    "Please more fruit.",
    "Fruit is only on Sundays. I like it so much.",
    "Can we have bananas?",
    "An apple a day!",
    "We would like fruit in the afternoon.",
    "Mangoes when it is their time.",
    "More fruit and less sweets.",
)
"""More than a quarter of the children write the same: a theme (A12)."""

_LETTERS = ("The lamp on the stairs is broken.", "We would like more fruit.")

_TABLET = "Tablet of the example"

_CODE_LASTS = timedelta(days=365)


def load() -> list[PreparedAccount]:
    """Load the whole example. Returns the people with their first passwords."""
    prepared = prepare_accounts(people.ready(context.today()), context.keyring().key("pepper"))
    now = context.now()
    quarter = now.replace(month=(now.month - 1) // 3 * 3 + 1, day=1, hour=9, minute=0)
    tested = (quarter - timedelta(days=_EARLIER)).date()
    year = last_frozen_year(context.today(people.TIME_ZONE))
    with rounds.pretend_moment(past_meetings.first_moment(year)), db.writing(db.engine()) as session:
        site_id = people.add_site(session, tested)
        people.add_people(session, prepared, site_id)
    past_meetings.hold_meetings(site_id, year)
    with rounds.pretend_moment(quarter - timedelta(days=_BEFORE_THAT)):
        with db.writing(db.engine()) as session:
            rounds.bring_questionnaires(session)
        first_slug = _answered("daily-life-10-12", 28, 7, answer_after=28)
        _close(8)
    rounds.approve_the_first_view(first_slug, quarter - timedelta(days=_BEFORE_THAT - 9))
    rounds.talk_with_the_group(quarter - timedelta(days=_BEFORE_THAT - 10))
    with rounds.pretend_moment(quarter - timedelta(days=_EARLIER)):
        published_slug = _answered("daily-life-10-12", 24, 7, letters=_LETTERS_ABOUT_FRUIT, answer_after=28)
        _close(8)
    rounds.open_letters(quarter - timedelta(days=_EARLIER - 1))
    rounds.send_the_view(published_slug, quarter - timedelta(days=_EARLIER - 9))
    rounds.talk_with_the_group(quarter - timedelta(days=_EARLIER - 10))
    rights.ask_before_and_after((now - timedelta(days=_PAIR_BEGAN)).replace(hour=9, minute=0))
    with rounds.pretend_moment(now - timedelta(days=10)):
        _answered("needs-check", 30, 6, letters=_LETTERS, answer_after=31)
        _close(8)
    run_to_end(draft_due)
    _open("daily-life-10-12", lasts=13, due=40)
    with db.writing(db.engine()) as session:
        people.reach_everybody(session, site_id)
        introductions.introduce_everybody(session)
        introductions.listen_every_week(session, site_id)
        rounds.set_rhythms(session)
        voices.keep_voices(session)
        committees.set_up_committees(session, site_id)
        rounds.ask_choice(session, site_id)
        rounds.begin_draft(session)
    committees.hold_first_meeting(site_id)
    freeze_influence_due()
    with rounds.pretend_moment(now - timedelta(days=2)):
        code = tell_report()
    file = people.keep_passwords(context.keyring().folder, prepared)
    keep_pictures(file, code, "an example report: they open it, and its answer once an adult gave one")
    keep_pictures(file, reviews.hold_reviews(now), "the example review of K-17: they open what was decided")
    return prepared


def _open(name: str, *, lasts: int, due: int) -> str:
    """Open a round that lasts some days, and whose answer is due after some days; returns its slug."""
    with db.writing(db.engine()) as session:
        today = context.today()
        return rounds.open_round(session, name, today + timedelta(days=lasts), today + timedelta(days=due), 32).slug


def _answered(name: str, children: int, lasts: int, *, answer_after: int, letters: tuple[str, ...] = ()) -> str:
    slug = _open(name, lasts=lasts, due=answer_after)
    with rounds.pretend_moment(context.now() + timedelta(hours=2)):
        rounds.answer(slug, children, letters)
    return slug


def _close(after: int) -> None:
    """Close all rounds that have ended this many days later."""
    with rounds.pretend_moment(context.now() + timedelta(days=after)):
        close_due(context.now(), actor="example")


def tablet_code() -> str | None:
    """A code that makes a browser the example's tablet; None where there is no example. Development only."""
    with db.writing(db.engine()) as session:
        site = find_site_by_slug(session, people.SLUG)
        if site is None:
            return None
        waiting = [tablet for tablet in list_tablets(session, [site.id]) if tablet.name == _TABLET]
        renewed = (renew_code(session, site.id, tablet.id, _CODE_LASTS) for tablet in waiting)
        return next(filter(None, renewed), None) or start_enrolment(session, site.id, _TABLET, _CODE_LASTS)
