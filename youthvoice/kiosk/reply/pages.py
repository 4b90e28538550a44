"""The pages of a child's return as text: the seven screens of pictures, and her thread."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from flask import Response, render_template, url_for
from flask_babel import get_locale, gettext as _
from markupsafe import Markup, escape

from youthvoice import db
from youthvoice.accounts.store import Reader
from youthvoice.clips import availability
from youthvoice.grievances.intake.page import IDLE_SECONDS
from youthvoice.grievances.time_limits import CHILD_WROTE
from youthvoice.kiosk.pages import help_card_values, render_kiosk_page
from youthvoice.kiosk.reply.browser_visit import ChildThread
from youthvoice.kiosk.reply.forms import voice_media_type
from youthvoice.kiosk.reply.thread_timeline import child_day, deadline_day, timeline_steps
from youthvoice.sites.labels import name_label, names_label
from youthvoice.sites.tablets.device import current_tablet, current_tablet_if_known
from youthvoice.threads.case_state import WITHDRAW_ASKED
from youthvoice.threads.child_codes.code_visit import ChildVisit
from youthvoice.threads.child_fields import MAX_VOICE_SECONDS, code_screens
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.readership import everybody_at
from youthvoice.threads.store import find_thread_readers
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.page_cache import PageCache, PrerenderedPage, serve_prerendered
from youthvoice.web.random_ids import new_submission_id


def render_thread(hers: ChildThread, done: str = "", refused: str = "") -> str:
    """What happened, what is next, what was written to her, what she is asked and can do.

    Args:
        hers: her thread.
        done: what she did a moment ago, a kind of `Said`; empty for nothing.
        refused: why what she sent could not be taken.
    """
    seen, marks = hers.seen, hers.facts.marks
    return _render(
        "kiosk/reply/thread.html",
        beads=timeline_steps(seen, marks, hers.site.time_zone),
        messages=[_message(one, marks.language, _pictures(hers)) for one in seen.messages],
        asks=[_ask(one) for one in seen.asks],
        may_disagree=seen.may_disagree,
        closed=marks.state == "closed",
        stopping=_stopping(hers),
        done=done,
        refused=refused,
    )


def render_writing(hers: ChildThread, refused: str = "", given: Mapping[str, str] | None = None) -> str:
    """Where she writes or speaks, and who reads it.

    Args:
        hers: her thread.
        refused: why what she sent could not be taken.
        given: what she sent, which stays; the page keeps its number too.
    """
    fixed = {"idle": IDLE_SECONDS, "seconds": MAX_VOICE_SECONDS, "readers": _readers(hers), "who": _who_reads(hers)}
    words, sheet = (given or {}).get("words", ""), (given or {}).get("sheet", "")
    return _render("kiosk/reply/write.html", refused=refused, given=words, sheet=sheet or new_submission_id(), **fixed)


def render_refusal(hers: ChildThread, form: Mapping[str, str], words: str) -> str:
    """What she sent could not be taken, for a browser without a script: her words stay."""
    return render_writing(hers, words, form) if form.get("kind") == "child" else render_thread(hers, refused=words)


def render_stop_request(hers: ChildThread) -> str:
    """What it means to ask that nothing more is done."""
    return _render("kiosk/reply/stop_request.html", readers=_readers(hers), who=_who_reads(hers))


def render_no_thread(visit: ChildVisit) -> str:
    """The pictures opened nothing, or what they opened has ended."""
    at = current_tablet()
    names = help_card_values(at.site) if at else {"site": None}
    return _render("kiosk/reply/no_thread.html", at=visit.place, on_tablet=at is not None, **names)


def _render(template: str, **names: object) -> str:
    ways = {"front_href": url_for("reply.bye"), "away_href": url_for("reply.bye", code=languages.chosen())}
    return render_template(template, **ways, **{"sheet": new_submission_id(), **names})


def _message(one: ThreadEntry, language: str, pictures: Mapping[str, str]) -> dict[str, object]:
    """A message as the page shows it; its language is the one in which the child told it, unless it says another."""
    return {
        "id": one.id.hex(),
        "from": name_label(str(one.said.get("from") or "")) if one.said.get("from") else Markup(),
        "picture": pictures.get(str(one.said.get("from") or ""), ""),
        "day": child_day(one.day),
        "words": str(one.said.get("words") or ""),
        "language": languages.tag(str(one.said.get("language") or language)),
        "sound": voice_media_type(one) if one.sound else "",
    }


def _ask(one: ThreadEntry) -> dict[str, object]:
    said = one.said
    to = name_label(str(said["to"])) if said.get("to") else Markup()
    words = [str(said.get("words") or "")]
    if days := said.get("days"):
        told_on = join_list(child_day(date.fromisoformat(day)) for day in days)
        words.append(str(_("Only what you told on %(days)s.", days=told_on)))
    return {"kind": str(said.get("ask")), "id": one.id.hex(), "to": to, "words": "\n".join(filter(None, words))}


def _stopping(hers: ChildThread) -> Markup:
    """Who looks by when at her wish that nothing more is done; empty where none waits for an answer."""
    marks = hers.facts.marks
    if WITHDRAW_ASKED not in marks.flags or CHILD_WROTE not in marks.clocks:
        return Markup()
    names, day = _names(hers), deadline_day(marks.clocks[CHILD_WROTE], hers.site.time_zone)
    if not names:
        return escape(_("We got it. Somebody will look at it by %(day)s.")) % {"day": day}
    words = _("We got it. %(names)s will look at it by %(day)s.")
    return escape(words) % {"names": names_label(names), "day": day}


def _readers(hers: ChildThread) -> Markup:
    return names_label(_names(hers))


def _names(hers: ChildThread) -> list[str]:
    """Those who can open her thread now."""
    return [one.name for one in _who_reads(hers)]


def _who_reads(hers: ChildThread) -> list[Reader]:
    found = everybody_at(hers.site.id).everybody
    keys = [(one.person_id, one.public_key) for one in found]
    reads = find_thread_readers(db.session(), hers.facts.id, keys)
    return [one for one in found if one.person_id in reads]


def _pictures(hers: ChildThread) -> dict[str, str]:
    """The picture of each adult of her site who reads, by name; none of a name that two bear."""
    found = everybody_at(hers.site.id).everybody
    alike = Counter(one.name for one in found)
    return {one.name: one.picture for one in found if alike[one.name] == 1}


_pages: Final = PageCache(60)


def serve_code_page(at: str, *, asks_place: bool) -> Response:
    """The page without anything chosen.

    Args:
        at: where the child told, as this page's address says it.
        asks_place: whether the child writes it herself.
    """
    return serve_prerendered(_prerendered_code_page(asks_place=asks_place), str(escape(at)))


def render_code_page(at: str, given: Mapping[str, str], *, asks_place: bool, missing: Collection[str] = ()) -> str:
    """The page with what was chosen already.

    Args:
        at: as for `answer`.
        given: values by name of the box.
        asks_place: as for `answer`.
        missing: boxes in which nothing was chosen, though the child sent it.
    """
    shown = {"screens": code_screens(), "at": at, "given": given, "asks_place": asks_place, "missing": missing}
    return render_kiosk_page("kiosk/reply/pictures.html", **shown)


def _prerendered_code_page(*, asks_place: bool) -> PrerenderedPage:
    tablet = current_tablet_if_known()
    key = (str(get_locale()), asks_place, tablet.voices if tablet else None, availability.clip_index().version)
    return _pages.page(key, lambda hole: render_code_page(hole, {}, asks_place=asks_place))
