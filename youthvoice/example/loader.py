"""Load the example into an empty database: a round to answer, a batch to approve, a view already sent, a report."""

from datetime import timedelta

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store
from youthvoice.accounts.people import bootstrap as founding
from youthvoice.accounts.people.bootstrap import Founded
from youthvoice.example import choices as choosing
from youthvoice.example import committees as meeting
from youthvoice.example import contacts as reaching
from youthvoice.example import minutes as said
from youthvoice.example import people, placeholder_voice, rounds
from youthvoice.example import report as telling
from youthvoice.example.publications import send_the_first_view, talk_with_the_group
from youthvoice.publications.review.drafting_job import draft_due
from youthvoice.sites import store as places
from youthvoice.sites.tablets import spoken_codes as codes
from youthvoice.sites.tablets import store as tablet_store
from youthvoice.surveys.batches.closing_job import close_due

_EARLIER = 40  # days before this quarter began; the published round was asked then
_LETTERS = ("The lamp on the stairs is broken.", "We would like more fruit.")
_TABLET = "Tablet of the example"
_CODE_LASTS = timedelta(days=365)


def is_wanted() -> bool:
    """Whether this is a development house without anybody in it."""
    settings = running.settings()
    with db.reading(db.engine()) as session:
        return settings.development and settings.example and store.is_empty(session)


def load() -> list[Founded]:
    """Everything of the example. Returns the people with their first passwords."""
    prepared = founding.prepare(people.ready(running.today()), running.keyring().key("pepper"))
    now = running.now()
    quarter = now.replace(month=(now.month - 1) // 3 * 3 + 1, day=1, hour=9, minute=0)
    with rounds.at(quarter - timedelta(days=_EARLIER)):
        with db.writing(db.engine()) as session:
            site_id = people.add_site(session, running.today())
            found = people.add_people(session, prepared, site_id, running.keyring().key("people"))
            rounds.bring_questionnaires(session)
        published = _answered("daily-life-10-12", 24, 7, answer_after=28)
        _close(8)
    send_the_first_view(published, quarter - timedelta(days=_EARLIER - 9))
    talk_with_the_group(quarter - timedelta(days=_EARLIER - 10))
    with rounds.at(now - timedelta(days=10)):
        _answered("needs-check", 30, 6, letters=_LETTERS, answer_after=31)
        _close(8)
    draft_due()
    _open("daily-life-10-12", 13, 40)
    with db.writing(db.engine()) as session:
        reaching.reach_everybody(session, site_id)
        placeholder_voice.speak(session)
        meeting.set_up(session, site_id)
        choosing.ask(session, site_id)
    said.meet(site_id)
    with rounds.at(now - timedelta(days=2)):
        code = telling.tell()
    telling.keep_pictures(people.keep_passwords(running.keyring().folder, found), code)
    return found


def _open(name: str, lasts: int, due: int) -> str:
    with db.writing(db.engine()) as session:
        today = running.today()
        return rounds.open_round(session, name, today + timedelta(days=lasts), today + timedelta(days=due), 32).slug


def _answered(name: str, children: int, lasts: int, *, answer_after: int, letters: tuple[str, ...] = ()) -> str:
    slug = _open(name, lasts, answer_after)
    with rounds.at(running.now() + timedelta(hours=2)):
        rounds.answer(slug, children, letters)
    return slug


def _close(after: int) -> None:
    with rounds.at(running.now() + timedelta(days=after)):
        close_due(db.engine(), running.keyring(), running.now(), actor="example")


def tablet_code() -> str | None:
    """A code that makes this browser the example's tablet; None where there is no example. Development only."""
    code = codes.new_code()
    hashed, until = codes.code_hash(code, running.keyring().key("pepper")), running.now() + _CODE_LASTS
    with db.writing(db.engine()) as session:
        site = places.site_by_slug(session, people.SLUG)
        if site is None:
            return None
        waiting = [one for one in tablet_store.tablets_of(session, [site.id], running.now()) if one.name == _TABLET]
        renewed = any(tablet_store.expect_again(session, site.id, one.id, hashed, until) for one in waiting)
        if not renewed:
            tablet_store.expect(session, site.id, _TABLET, hashed, until)
    return code
