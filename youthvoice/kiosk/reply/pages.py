"""The pages of a child's thread as text."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts.store import Reader
from youthvoice.grievances.child_thread.rules import WITHDRAW_ASKED
from youthvoice.grievances.intake.page import IDLE_SECONDS
from youthvoice.grievances.time_limits import CHILD_WROTE
from youthvoice.kiosk import pages as showing
from youthvoice.kiosk.reply.forms import kind_of_voice
from youthvoice.kiosk.reply.timeline import beads, day_of, shown
from youthvoice.kiosk.reply.visit import Hers
from youthvoice.sites.help_labels import and_in_words, named
from youthvoice.sites.tablets.current import here
from youthvoice.threads import store as thread_store
from youthvoice.threads.child_codes.visit_cookie import Visit
from youthvoice.threads.child_fields import MOST_SECONDS
from youthvoice.threads.entries import Entry
from youthvoice.threads.readers.cache import everybody_at
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.lists import listed
from youthvoice.web.submission_ids import new_sheet


def thread(hers: Hers, done: str = "", refused: str = "") -> str:
    """What happened, what is next, what was written to her, what she is asked and can do.

    Args:
        hers: her thread.
        done: what she did a moment ago, a kind of `Said`; empty for nothing.
        refused: why what she sent could not be taken.
    """
    seen, marks = hers.seen, hers.facts.marks
    return _render(
        "reply_thread",
        beads=beads(seen, marks, hers.site.time_zone),
        messages=[_message(one, marks.language, _pictures(hers)) for one in seen.messages],
        asks=[_ask(one) for one in seen.asks],
        may_disagree=seen.may_disagree,
        closed=marks.state == "closed",
        stopping=_stopping(hers),
        done=done,
        refused=refused,
    )


def writing(hers: Hers, refused: str = "", given: Mapping[str, str] | None = None) -> str:
    """Where she writes or speaks, and who reads it.

    Args:
        hers: her thread.
        refused: why what she sent could not be taken.
        given: what she sent, which stays; the page keeps its number too.
    """
    fixed = {"idle": IDLE_SECONDS, "seconds": MOST_SECONDS, "readers": _readers(hers), "who": _who_reads(hers)}
    words, sheet = (given or {}).get("words", ""), (given or {}).get("sheet", "")
    return _render("reply_write", refused=refused, given=words, sheet=sheet or new_sheet(), **fixed)


def refused(hers: Hers, form: Mapping[str, str], words: str) -> str:
    """What she sent could not be taken, for a browser without a script: her words stay."""
    return writing(hers, words, form) if form.get("kind") == "child" else thread(hers, refused=words)


def please_stop(hers: Hers) -> str:
    """What it means to ask that nothing more is done."""
    return _render("reply_please_stop", readers=_readers(hers), who=_who_reads(hers))


def nothing(visit: Visit) -> str:
    """The pictures opened nothing, or what they opened has ended."""
    at = here()
    names = showing.help_names(at.site) if at else {"site": None}
    return _render("reply_nothing", at=visit.place, on_tablet=at is not None, **names)


def _render(template: str, **names: object) -> str:
    ways = {"front_href": url_for("reply.bye"), "away_href": url_for("reply.bye", code=languages.chosen())}
    return render_template(f"kiosk/{template}.html", **ways, **{"sheet": new_sheet(), **names})


def _message(one: Entry, language: str, pictures: Mapping[str, str]) -> dict[str, object]:
    """A message as the page shows it; its language is the one in which the child told it, unless it says another."""
    return {
        "id": one.id.hex(),
        "from": named(str(one.said.get("from") or "")) if one.said.get("from") else Markup(),
        "picture": pictures.get(str(one.said.get("from") or ""), ""),
        "day": shown(one.day),
        "words": str(one.said.get("words") or ""),
        "language": languages.tag(str(one.said.get("language") or language)),
        "sound": kind_of_voice(one) if one.sound else "",
    }


def _ask(one: Entry) -> dict[str, object]:
    said = one.said
    to = named(str(said["to"])) if said.get("to") else Markup()
    words = [str(said.get("words") or "")]
    if days := said.get("days"):
        told_on = listed(shown(date.fromisoformat(day)) for day in days)
        words.append(str(_("Only what you told on %(days)s.", days=told_on)))
    return {"kind": str(said.get("ask")), "id": one.id.hex(), "to": to, "words": "\n".join(filter(None, words))}


def _stopping(hers: Hers) -> Markup:
    """Who looks by when at her wish that nothing more is done; empty where none waits for an answer."""
    marks = hers.facts.marks
    if WITHDRAW_ASKED not in marks.flags or CHILD_WROTE not in marks.clocks:
        return Markup()
    names, day = _names(hers), day_of(marks.clocks[CHILD_WROTE], hers.site.time_zone)
    if not names:
        return escape(_("We got it. Somebody will look at it by %(day)s.")) % {"day": day}
    words = _("We got it. %(names)s will look at it by %(day)s.")
    return escape(words) % {"names": and_in_words(names), "day": day}


def _readers(hers: Hers) -> Markup:
    return and_in_words(_names(hers))


def _names(hers: Hers) -> list[str]:
    """Those who can open her thread now."""
    return [one.name for one in _who_reads(hers)]


def _who_reads(hers: Hers) -> list[Reader]:
    found = everybody_at(hers.site.id).everybody
    keys = [(one.person_id, one.public_key) for one in found]
    reads = thread_store.readers_of(db.session(), running.keyring(), hers.facts.id, keys)
    return [one for one in found if one.person_id in reads]


def _pictures(hers: Hers) -> dict[str, str]:
    """The picture of each adult of her site who reads, by name; none of a name that two bear."""
    found = everybody_at(hers.site.id).everybody
    alike = Counter(one.name for one in found)
    return {one.name: one.picture for one in found if alike[one.name] == 1}
