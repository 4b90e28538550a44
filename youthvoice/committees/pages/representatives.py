"""The pages of representatives as text: the tablet's own way in, and whatever follows it."""

from collections.abc import Collection, Mapping, Sequence

from flask import render_template, url_for

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.representatives import labels as rep_words
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.agenda_actions import Reading
from youthvoice.committees.representatives.entities import RepFacts
from youthvoice.committees.representatives.sign_in import Signed, signed_in
from youthvoice.privacy.credentials.picture_codes import Code
from youthvoice.sites.store import Here
from youthvoice.threads.child_codes import screens as code_screens
from youthvoice.web.i18n import languages
from youthvoice.web.submission_ids import new_sheet


def sign_in(at: Here, why: str = "", missing: Collection[str] = ()) -> str:
    """Who represents here, and seven screens of nine pictures.

    Args:
        at: the tablet.
        why: what was wrong, in words.
        missing: boxes in which nothing was chosen.
    """
    shown = {"found": in_office(at), "screens": code_screens.screens(), "why": why, "missing": missing}
    return plain("sign_in", **shown)


def reading(signed: Signed) -> Reading:
    """Her language, and the day at her site."""
    return Reading(languages.chosen(signed.site.languages), running.today(signed.site.time_zone))


def in_office(at: Here) -> Sequence[RepFacts]:
    """Everybody who represents at the site of a tablet; asked on a connection of its own, which only reads."""
    with db.reading(db.engine()) as session:
        return representatives.in_office(session, running.keyring(), [at.site.id], running.today(at.site.time_zone))


def her_pictures(code: Code) -> str:
    """Her new pictures, twice."""
    ways = {"sheet": new_sheet(), "action": url_for("rep.pictures_seen"), "done_href": url_for("rep.pictures_seen")}
    return plain("her_pictures", code=code_screens.shown(code), **ways)


def plain(template: str, **names: object) -> str:
    """A page of nobody in particular: whoever comes next begins with the choice of a language."""
    return render_template(f"committees/{template}.html", **{"front_href": "/language", **names})


def ways() -> dict[str, object]:
    """Where a page leads that anybody reads; while a representative is signed in, every way out of it signs her out."""
    signed = signed_in()
    if signed is None:
        return {"front_href": "/language"}
    away = url_for("rep.bye", code=languages.chosen())
    return {"front_href": url_for("rep.bye"), "away_href": away, "represents": signed}


def hers(template: str, signed: Signed, **names: object) -> str:
    """A page of somebody who is signed in: leaving it in any way signs her out."""
    who: Mapping[str, object] = {"signed": signed, "who": rep_words.who(signed.representative, signed.committee)}
    return render_template(f"committees/{template}.html", **ways(), **who, words=agenda_words, **names)
