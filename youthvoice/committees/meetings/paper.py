"""The agenda and the minutes of a meeting as paper: the values of their layouts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from flask_babel import force_locale, gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.store import names_of_people
from youthvoice.committees.agenda import labels as agenda_labels
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.meetings import labels, minutes
from youthvoice.committees.meetings.page import MeetingContext, load_agenda
from youthvoice.committees.meetings.rules import FIELD_PICTURES, MINUTES_FIELDS
from youthvoice.committees.meetings.store import find_meeting
from youthvoice.committees.store import find_committee
from youthvoice.printing.document import Document
from youthvoice.printing.job import PaperSource
from youthvoice.printing.store import PaperKey
from youthvoice.sites.store import find_site
from youthvoice.web.graphics.pictures import whole_picture
from youthvoice.web.i18n.formats import format_long_day
from youthvoice.web.i18n.languages import spoken_at

MeetingPaper = Literal["agenda", "minutes"]

_KEPT: Final = timedelta(days=60)
"""How long after a meeting its papers can still be made."""


def meeting_paper_key(what: MeetingPaper, meeting_id: int, language: str) -> PaperKey:
    """The key under which the PDF of a meeting is stored."""
    return PaperKey(what, str(meeting_id), language)


@dataclass(frozen=True, slots=True)
class MeetingPapers(PaperSource):
    """Agendas or minutes, made when somebody opens one; see `PaperSource`."""

    what: MeetingPaper

    def languages(self, session: Session, subject: str) -> tuple[str, ...]:
        """The languages of the site that pages support."""
        meeting_context = _find(session, int(subject))
        return spoken_at(meeting_context.site.languages) if meeting_context else ()

    def document(self, session: Session, subject: str, language: str) -> Document | None:
        """The paper as of now; None if the meeting is long over, or no longer exists."""
        meeting_context = _find(session, int(subject))
        if meeting_context is None or meeting_context.meeting.starts_at + _KEPT < context.now():
            return None
        return load_meeting_document(session, meeting_context, self.what, language)


def _find(session: Session, meeting_id: int) -> MeetingContext | None:
    meeting = find_meeting(session, meeting_id)
    committee = find_committee(session, meeting.committee_id) if meeting else None
    site = find_site(session, committee.site_id) if committee else None
    return MeetingContext(committee, site, meeting) if meeting and committee and site else None


def load_meeting_document(
    session: Session, meeting_context: MeetingContext, what: MeetingPaper, language: str
) -> Document:
    """One paper of a meeting in a language."""
    write: Callable[[Session, MeetingContext, str], Document] = _agenda if what == "agenda" else _minutes
    with force_locale(language):
        return write(session, meeting_context, language)


def _head(meeting_context: MeetingContext) -> dict[str, Any]:
    return {
        "committee": meeting_context.committee.name,
        "when": labels.when(meeting_context.meeting.starts_at, meeting_context.site.time_zone),
        "where": meeting_context.meeting.where(meeting_context.committee.place),
    }


def _agenda(session: Session, meeting_context: MeetingContext, language: str) -> Document:
    agenda = load_agenda(session, meeting_context.meeting, context.now())
    owner = meeting_context.committee.facilitator_id if meeting_context.committee.kind.owner == "facilitator" else None
    name = names_of_people(session, [owner])[owner] if owner else ""
    alone = labels.alone(agenda.alone) if agenda.alone else ""
    if meeting_context.committee.kind.alone_first:
        alone = f"{_('First part: without adults.')} {alone}".strip()
    values = {
        "title": str(_("Our list")),
        **_head(meeting_context),
        "alone": alone,
        "items": [_item(item, language) for item in agenda.here],
        "none": "" if agenda.here else str(_("Nothing is on the list yet.")),
        "who": str(
            _("If it needs adults, %(name)s answers.", name=name) if name else _("If it needs adults, who answers?")
        ),
        "line_for_name": not name,
        "by": str(_("By")),
        "foot": str(_("No names on this sheet: what children say belongs to the meeting.")),
    }
    codes = {*(agenda_labels.picture(item) for item in agenda.here), "1F331", "m-people"}
    return Document("agenda", values, language, {code: whole_picture(code) for code in sorted(codes)})


def _item(item: AgendaItem, language: str) -> dict[str, Any]:
    again = f" ({_('again')})" if item.body.again else ""
    notes = (str(agenda_labels.WISH_LABELS.get(item.body.wish, "")), agenda_labels.support(item.support))
    return {
        "picture": agenda_labels.picture(item),
        "title": agenda_labels.plain_title(item, language) + again,
        "note": " · ".join(filter(None, notes)),
    }


def _minutes(session: Session, meeting_context: MeetingContext, language: str) -> Document:
    meeting_minutes = minutes.read(session, meeting_context.meeting.id)
    voices = minutes.voices(session, meeting_context.meeting.id)
    attendance, _late, _mark = labels.state(meeting_context.meeting, context.now())
    fields = [name for name in MINUTES_FIELDS if meeting_minutes.text_of(name) or name in voices]
    values = {
        "title": str(_("Minutes")),
        **_head(meeting_context),
        "there": attendance,
        "state": str(labels.MINUTES_LABELS[meeting_context.meeting.minutes]),
        "parts": [
            {
                "picture": FIELD_PICTURES[name],
                "title": str(labels.FIELD_LABELS[name]),
                "lines": meeting_minutes.text_of(name).splitlines(),
                "heard": str(_("Can be heard")) if name in voices else "",
            }
            for name in fields
        ],
        "none": "" if fields else str(_("Nothing is written yet.")),
        "notes": [
            {"title": str(_("Added on %(day)s", day=format_long_day(note.day))), "lines": note.words.splitlines()}
            for note in meeting_minutes.notes
        ],
        "foot": str(_("No names on this sheet: what children say belongs to the meeting.")),
    }
    return Document("minutes", values, language, {code: whole_picture(code) for code in FIELD_PICTURES.values()})
