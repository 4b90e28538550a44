"""Render the pages of a child who comes back: the seven screens of pictures, and the thread with its timeline (S13)."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from flask import Response, render_template, url_for
from flask_babel import LazyString, get_locale, gettext as _, lazy_gettext as _l
from markupsafe import Markup, escape

from youthvoice import context, db
from youthvoice.accounts.store import Reader
from youthvoice.clips import availability
from youthvoice.grievances import transcripts
from youthvoice.grievances.child_thread import TranscriptCheck
from youthvoice.grievances.time_limits import CHILD_WROTE
from youthvoice.introductions.shown_introductions import face_of
from youthvoice.kiosk.pages import help_card_values, help_lines, render_kiosk_page
from youthvoice.kiosk.reply.browser_visit import ChildThread
from youthvoice.kiosk.reply.timeline import TimelineStep, child_day, deadline_day, step_label, timeline_steps
from youthvoice.sites.labels import line_number, name_label, names_label
from youthvoice.sites.store import Site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.surveys.responses.screens import Speaker, make_screens
from youthvoice.surveys.responses.tickets import make_ticket
from youthvoice.surveys.rounds.store import find_feedback_round, questionnaire_of_round
from youthvoice.threads.case_state import WITHDRAW_ASKED
from youthvoice.threads.child_codes.code_visit import ChildVisit
from youthvoice.threads.child_fields import IDLE_SECONDS, MAX_VOICE_SECONDS, code_screens
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.readership import everybody_at
from youthvoice.threads.store import find_thread_readers
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.pages.page_cache import PageCache, PrerenderedPage, serve_prerendered
from youthvoice.web.random_ids import new_submission_id


def render_thread(child_thread: ChildThread, done: str = "", refused: str = "") -> str:
    """Render the thread: what happened, what is next, the messages, the questions, and what the child can do.

    Args:
        child_thread: the opened thread.
        done: what the child did a moment ago, a kind of `ChildMessage`; empty for nothing.
        refused: why the last message was not accepted.
    """
    child_thread_view, case = child_thread.view, child_thread.thread.case
    pictures = _pictures(child_thread)
    messages = [_message_values(entry, case.language, pictures) for entry in child_thread_view.messages]
    for entry, message in zip(child_thread_view.messages, messages, strict=True):
        message["renderings"] = [
            _message_values(each, case.language, {})
            for each in child_thread_view.renderings
            if each.said["message"] == entry.said.get("message")
        ]
    return _render(
        "kiosk/reply/thread.html",
        **voices_here(
            *(str(message["language"]) for message in messages),
            *(languages.tag(str(entry.said["language"])) for entry in child_thread_view.renderings),
        ),
        beads=timeline_steps(child_thread_view, case, child_thread.site.time_zone),
        messages=messages,
        asks=[_question_values(entry) for entry in child_thread_view.asks],
        checks=[_check_values(child_thread, check) for check in child_thread_view.checks],
        may_disagree=child_thread_view.may_disagree,
        closed=case.state == "closed",
        feedback=_feedback_values(child_thread),
        stopping=_stop_request_label(child_thread),
        done=done,
        refused=refused,
    )


def _feedback_values(child_thread: ChildThread) -> dict[str, object] | None:
    """The questions on how the newest answer was.

    None where there is no open round or no answer, or where `make_ticket` gives none. What the child said in an earlier
    round does not count.
    """
    session, site, messages = db.session(), child_thread.site, child_thread.view.messages
    round_ = find_feedback_round(session, site.id, context.now())
    if round_ is None or not messages:
        return None
    ticket = make_ticket(session.connection(), round_, child_thread.thread.id, messages[0].day, site.time_zone)
    questionnaire, page = questionnaire_of_round(session, round_), languages.chosen()
    speaker = Speaker(page, languages.chosen(site.languages), questionnaire.languages[0])
    screens = make_screens(questionnaire, speaker)
    title = speaker.say(round_.title)
    return {"slug": round_.slug, "ticket": ticket, "title": title, "screens": screens} if ticket else None


def _check_values(child_thread: ChildThread, check: TranscriptCheck) -> dict[str, Any]:
    """The values of something that the child is asked about one entry."""
    if check.entry.said["ask"] == transcripts.INTERPRETER:
        return _interpreter_values(child_thread, check)
    return _transcript_values(child_thread, check)


def _interpreter_values(child_thread: ChildThread, check: TranscriptCheck) -> dict[str, Any]:
    """The values of an interpreter for whom the child is asked, with what she would read."""
    case, content = child_thread.thread.case, check.entry.said
    question = transcripts.find_question(case, check.entry.id, transcripts.INTERPRETER)
    assert question  # else it is no check
    day = child_day(transcripts.last_day(question, child_thread.site.time_zone))
    standing = {
        transcripts.YES: _("She may hear it until %(day)s.", day=day)
        if check.entry.sound
        else _("She may read it until %(day)s.", day=day),
        **INTERPRETER_STANDINGS,
    }
    return {
        "kind": transcripts.INTERPRETER,
        "id": check.entry.id.hex(),
        "words": str(content["words"]),
        "sound": bool(check.entry.sound),
        "language": languages.tag(str(content["language"])),
        "name": name_label(str(content["to"])),
        "person_id": int(content["to_id"]),
        "picture": face_of(int(content["to_id"]), str(content["picture"])),
        "works_here": bool(content["works_here"]),
        "answer": check.answer,
        "standing": str(standing.get(check.answer, "")),
    }


INTERPRETER_STANDINGS: Final = {transcripts.NO: _l("She reads nothing."), transcripts.LATER: _l("You said: not now.")}


def _transcript_values(child_thread: ChildThread, check: TranscriptCheck) -> dict[str, Any]:
    """The values of a transcript that the child is asked about; `standing` says what the child's answer means."""
    case, content = child_thread.thread.case, check.entry.said
    question = transcripts.find_question(case, check.entry.id)
    assert question  # else it is no check
    does_stop = transcripts.does_stop(case)
    day = child_day(transcripts.last_day(question, child_thread.site.time_zone))
    standing = {
        transcripts.YES: VOICE_STAYS if does_stop else _("We delete the recording of your voice on %(day)s.", day=day),
        transcripts.NO: SOMEBODY_LOOKS,
        transcripts.KEEP: VOICE_IS_KEPT,
    }
    return {
        "kind": transcripts.QUESTION,
        "id": check.entry.id.hex(),
        "words": str(content["words"]),
        "language": languages.tag(case.language),
        "copies": names_label(check.copies) if check.copies else Markup(),
        "answer": check.answer,
        "standing": str(standing.get(check.answer, "")),
        "does_stop": does_stop,
    }


VOICE_STAYS: Final = _l("Your voice stays for now. It may still be needed.")

SOMEBODY_LOOKS: Final = _l("They look at it again.")

VOICE_IS_KEPT: Final = _l("You keep your voice.")


def render_check(child_thread: ChildThread, question_id: str, *, is_sure: bool = False) -> str:
    """Render the page that asks the child about one entry; empty where the question is settled.

    Args:
        child_thread: the opened thread.
        question_id: of the reply that asks, in hexadecimal digits.
        is_sure: whether the page asks, after a yes, if the child knows the words.
    """
    checks = [_check_values(child_thread, check) for check in child_thread.view.checks]
    check = next((check for check in checks if check["id"] == question_id), None)
    return _render(_CHECK_TEMPLATES[check["kind"]], one=check, is_sure=is_sure, idle=IDLE_SECONDS) if check else ""


_CHECK_TEMPLATES: Final = {
    transcripts.QUESTION: "kiosk/reply/transcript.html",
    transcripts.INTERPRETER: "kiosk/reply/interpreter.html",
}


VOICE_STANDINGS: Final = (VOICE_STAYS, SOMEBODY_LOOKS, VOICE_IS_KEPT)
"""What an answer can mean, but for the one with a day in it."""


def render_transcript_sample(standing: LazyString | str, *, is_sure: bool = False) -> str:
    """Render the page about a transcript without a day, a name or words, only to record its texts."""
    check = {"id": "-", "words": "", "language": "en", "copies": Markup(), "answer": "", "does_stop": True}
    return _render("kiosk/reply/transcript.html", one={**check, "standing": str(standing)}, is_sure=is_sure)


def render_interpreter_sample(standing: LazyString | str, *, sound: bool) -> str:
    """Render the page about an interpreter of words or of a voice, without a name, only to record its texts."""
    check = {"id": "-", "words": "", "sound": sound, "language": "en", "name": Markup(), "person_id": 0}
    return _render(
        "kiosk/reply/interpreter.html",
        one={**check, "picture": face_of(0, ""), "works_here": True, "answer": "yes", "standing": str(standing)},
    )


_NO_WORDS: Final = dict.fromkeys(("id", "from", "picture", "day", "words", "language", "sound", "renderings"), "")


def render_thread_sample(steps: tuple[ThreadEntry, ...], asks: Collection[str], done: str) -> str:
    """Render a thread page without a day or a name, only to record the texts that it can show.

    Args:
        steps: every possible step.
        asks: kinds of questions.
        done: as in `render_thread`.
    """
    beads = [TimelineStep("done", words) for entry in steps if (words := step_label(entry))]
    questions = [{"kind": kind, "id": kind, "words": "", "to": Markup()} for kind in asks]
    checks = [{"kind": kind, "id": "-", "standing": ""} for kind in transcripts.QUESTIONS]
    return _render(
        "kiosk/reply/thread.html", beads=beads, messages=[_NO_WORDS] * 2, asks=questions, checks=checks,
        may_disagree=True, closed=False, feedback={"title": "", "screens": ()}, stopping="", done=done, refused="",
    )  # fmt: skip


def render_part_sample(name: str) -> str:
    """Render the page to write, or to ask for a stop, without readers, only to record its texts."""
    values = {"idle": IDLE_SECONDS, "seconds": MAX_VOICE_SECONDS, "readers": Markup(), "who": [], "given": ""}
    return _render(f"kiosk/reply/{name}.html", done=transcripts.QUESTION, refused="", **values)


def render_writing(
    child_thread: ChildThread, done: str = "", refused: str = "", sent: Mapping[str, str] | None = None
) -> str:
    """Render the page on which the child writes or speaks, with the names of its readers.

    Args:
        child_thread: the opened thread.
        done: what the child did a moment ago, a kind of `ChildMessage`; empty for nothing.
        refused: why the last message was not accepted.
        sent: the form values sent before, which stay; the submission id stays, too.
    """
    values = {
        "idle": IDLE_SECONDS,
        "done": done,
        "seconds": MAX_VOICE_SECONDS,
        "readers": _readers(child_thread),
        "who": _who_reads(child_thread),
    }
    words, sheet = (sent or {}).get("words", ""), (sent or {}).get("sheet", "")
    return _render("kiosk/reply/write.html", refused=refused, given=words, sheet=sheet or new_submission_id(), **values)


def render_refusal(child_thread: ChildThread, form: Mapping[str, str], words: str) -> str:
    """Render the page again with a refused message, for a browser without scripts; the text stays."""
    return (
        render_writing(child_thread, refused=words, sent=form)
        if form.get("kind") == "child"
        else render_thread(child_thread, refused=words)
    )


def render_stop_request(child_thread: ChildThread) -> str:
    """Render the page that explains what a request to stop means."""
    return _render("kiosk/reply/stop_request.html", readers=_readers(child_thread), who=_who_reads(child_thread))


def render_no_thread(visit: ChildVisit) -> str:
    """Render the page for a picture code that opens no thread, or one that has ended."""
    tablet = current_tablet()
    return render_wrong_pictures(tablet.site if tablet else None, visit.place)


def render_wrong_pictures(site: Site | None, place: str = "") -> str:
    """Render the page of pictures that open nothing.

    Args:
        site: of the tablet; None on another device.
        place: where the child reported, as typed on another device.
    """
    names = help_card_values(site) if site else {"site": None}
    return _render("kiosk/reply/no_thread.html", at=place, on_tablet=site is not None, **names)


def _render(template: str, **names: object) -> str:
    ways = {"front_href": url_for("reply.bye"), "away_href": url_for("reply.bye", code=languages.chosen())}
    return render_template(template, **{**ways, **voices_here(), "sheet": new_submission_id(), **names})


def voices_here(*others: str) -> dict[str, object]:
    """The template values that say what this device's voice may read aloud.

    On an enrolled tablet: everything in a checked language. On a phone nobody checked whether the voice works offline
    or sends text away: it reads the page and the adults' messages, and never the child's own words.

    Args:
        others: languages of the adults' messages, besides that of the page.
    """
    if current_tablet() is not None:  # the languages are known to every page then
        return {"is_checked": True}
    return {"is_checked": False, "voices": " ".join(sorted({languages.tag(languages.chosen()), *others}))}


def _message_values(entry: ThreadEntry, language: str, pictures: Mapping[str, str]) -> dict[str, object]:
    """The values of a message; its language is that of the report, unless it names another."""
    return {
        "id": entry.id.hex(),
        "from": name_label(str(entry.said.get("from") or "")) if entry.said.get("from") else Markup(),
        "picture": pictures.get(str(entry.said.get("from") or ""), ""),
        "day": child_day(entry.day),
        "words": str(entry.said.get("words") or ""),
        "language": languages.tag(str(entry.said.get("language") or language)),
        "sound": voice_media_type(entry) if entry.sound else "",
    }


def voice_media_type(entry: ThreadEntry) -> str:
    """The media type under which a recording is served: one of two, whatever the sender declared."""
    return "audio/ogg" if entry.sound.startswith(b"OggS") else "audio/webm"


def _question_values(entry: ThreadEntry) -> dict[str, object]:
    content = entry.said
    to = name_label(str(content["to"])) if content.get("to") else Markup()
    words = [str(content.get("words") or "")]
    if days := content.get("days"):
        days_label = join_list(child_day(date.fromisoformat(day)) for day in days)
        words.append(str(_("Only what you told on %(days)s.", days=days_label)))
    return {"kind": str(content.get("ask")), "id": entry.id.hex(), "to": to, "words": "\n".join(filter(None, words))}


def _stop_request_label(child_thread: ChildThread) -> Markup:
    """Who answers the request to stop, by when; empty where no such request waits."""
    case = child_thread.thread.case
    if WITHDRAW_ASKED not in case.flags or CHILD_WROTE not in case.clocks:
        return Markup()
    names, day = _names(child_thread), deadline_day(case.clocks[CHILD_WROTE], child_thread.site.time_zone)
    if not names:
        return escape(_("We got it. Somebody will look at it by %(day)s.")) % {"day": day}
    words = _("We got it. %(names)s will look at it by %(day)s.")
    return escape(words) % {"names": names_label(names), "day": day}


def _readers(child_thread: ChildThread) -> Markup:
    return names_label(_names(child_thread))


def _names(child_thread: ChildThread) -> list[str]:
    """Names of the people who can open the thread now."""
    return [reader.name for reader in _who_reads(child_thread)]


def _who_reads(child_thread: ChildThread) -> list[Reader]:
    readers = everybody_at(child_thread.site.id).everybody
    keys = [(reader.person_id, reader.public_key) for reader in readers]
    reads = find_thread_readers(db.session(), child_thread.thread.id, keys)
    return [reader for reader in readers if reader.person_id in reads]


def _pictures(child_thread: ChildThread) -> dict[str, str]:
    """The picture of each reader at the site, by name; none for a name that two readers share."""
    readers = everybody_at(child_thread.site.id).everybody
    alike = Counter(reader.name for reader in readers)
    return {reader.name: face_of(reader.person_id, reader.picture) for reader in readers if alike[reader.name] == 1}


def _has_keys() -> bool:
    """Whether each picture shows its key: a child looks up on a tablet of her site what she presses elsewhere."""
    tablet = current_tablet()
    return tablet is not None and bool(line_number(tablet.site))


_pages: Final = PageCache(60)


def serve_code_page(at: str, *, asks_place: bool) -> Response:
    """Serve the page of the picture code with nothing chosen.

    Args:
        at: where the child reported, from the address of this page.
        asks_place: whether the child has to type it.
    """
    return serve_prerendered(_prerendered_code_page(asks_place=asks_place), str(escape(at)))


def render_code_page(at: str, picks: Mapping[str, str], *, asks_place: bool, missing: Collection[str] = ()) -> str:
    """Render the page of the picture code with what was chosen already.

    Args:
        at: as for `serve_code_page`.
        picks: form values by name of the field.
        asks_place: as for `serve_code_page`.
        missing: fields in which nothing was chosen when the form was sent.
    """
    template_values = {
        "screens": code_screens(),
        "at": at,
        "given": picks,
        "asks_place": asks_place,
        "missing": missing,
        "keys": _has_keys(),
    }
    return render_kiosk_page("kiosk/reply/pictures.html", **template_values, **voices_here())


def _prerendered_code_page(*, asks_place: bool) -> PrerenderedPage:
    tablet = current_tablet()
    voices = tablet.voices if tablet else None
    key = (str(get_locale()), asks_place, voices, help_lines(tablet), availability.clip_index().version, _has_keys())
    return _pages.page(key, lambda hole: render_code_page(hole, {}, asks_place=asks_place))
