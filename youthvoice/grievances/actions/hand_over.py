"""Hand some of the child's words over to one adult, and take them back; the child is always notified (S20, S31).

A handover needs the child's yes to these words and this person. Without it, it needs a legal ground, a reason and a
second person who agrees. What the law requires needs no agreement.
"""

import base64
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import InputRequired

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import may
from youthvoice.accounts.people.reader_checks import has_new_key
from youthvoice.accounts.store import Reader, list_trusted_people
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.grievances.actions import base, second_opinion
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.recordings import VOICE_KINDS, list_recordings
from youthvoice.grievances.handovers import open_for
from youthvoice.grievances.transcripts import does_stop, find_question
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.handover_items import HandoverItem, list_handovers, seal_handover
from youthvoice.web.form_fields import CheckboxesField
from youthvoice.web.i18n.formats import format_day


def handovers_of_report(session: Session, caller: Caller, thread_id: bytes) -> list[bytes]:
    """The ids of the handovers from one report that the caller received and can open."""
    return [item.id for item in list_handovers(session, caller.person_id) if _comes_from(item, caller, thread_id)]


def _comes_from(item: HandoverItem, caller: Caller, thread_id: bytes) -> bool:
    try:
        return bool(open_for(item, caller)["thread"] == thread_id.hex())
    except (CannotOpen, KeyGone):
        return False


def list_recipients(session: Session, report: ReportContext) -> list[Reader]:
    """The adults who may receive a handover: trusted, not readers of the report, and not excluded from it."""
    present = list_trusted_people(session, [report.site.id])
    return [
        Reader(
            person.id,
            person.name,
            person.public_key,
            person.role,
            person.key_version,
            key_since=person.trusted_from,
        )
        for person in present
        if may(person.role, "handed.read") and person.id not in report.reading | report.excluded_readers
    ]


def entries_child_allowed(thread_entries: Iterable[ThreadEntry], person_id: int) -> frozenset[str]:
    """What a person may receive because the child said yes, as entry ids in hexadecimal digits.

    The child's last answer to each question counts.

    Args:
        thread_entries: all entries of a report, in order.
        person_id: the person.
    """
    requested: dict[str, list[str]] = {}
    allowed: dict[str, list[str]] = {}
    for entry in thread_entries:
        question = str(entry.said.get("question") or "")
        if entry.kind == "advocate" and entry.said.get("ask") == "may_know" and entry.said.get("to") == person_id:
            requested[question] = list(entry.said.get("items", ()))
        elif entry.kind == "may_know" and entry.by == CHILD and question in requested:
            allowed.pop(question, None)
            if entry.said.get("answer") == "yes":
                allowed[question] = requested[question]
    return frozenset(item for items in allowed.values() for item in items)


_SUMMARY_CHARACTERS: Final = 90

_CHILD_KINDS: Final = frozenset({"told", "child", "put_right", "withdraw", "trouble"})


def child_entries(report: ReportContext) -> list[ThreadEntry]:
    """The entries that hold the child's own text or voice, and the newest transcript of each voice.

    A recording that ends, because the child said so and nothing stops it, goes to nobody.
    """
    recordings = list_recordings(report)
    ending_entries = [] if does_stop(report.case) else [each.entry for each in recordings if each.ends]
    newest_transcripts = [each.transcript for each in recordings]
    return [
        entry
        for entry in report.entries
        if (entry.kind in _CHILD_KINDS and entry.said.get("words"))
        or (_is_voice(entry) and entry.sound and entry not in ending_entries)
        or entry in newest_transcripts
    ]


def entry_choices(report: ReportContext) -> list[SelectChoice]:
    """The child's entries, as choices of a form."""
    return [SelectChoice(entry.id.hex(), entry_summary(entry)) for entry in child_entries(report)]


def chosen_entries(report: ReportContext, ids: Collection[str]) -> list[ThreadEntry]:
    """The child's entries that have these ids."""
    return [entry for entry in child_entries(report) if entry.id.hex() in ids]


def entry_summary(entry: ThreadEntry) -> str:
    """One entry as a line: the day of a voice message, or the beginning of a text."""
    if _is_voice(entry):
        return str(_("Voice message, %(day)s", day=format_day(entry.day)))
    words = " ".join(str(entry.said["words"]).split())
    return words if len(words) <= _SUMMARY_CHARACTERS else f"{words[:_SUMMARY_CHARACTERS]}…"


def _is_voice(entry: ThreadEntry) -> bool:
    return entry.by == CHILD and entry.kind in VOICE_KINDS


_LONG: Final = 2000

GROUNDS: Final = (
    SelectChoice("child", _l("The child said yes with her or his pictures")),
    SelectChoice("spoken", _l("The child said yes to me, to these words and this person")),
    SelectChoice("law", _l("The law requires it: immediately, without asking anybody")),
    SelectChoice("ground", _l("There is another legal ground: a second person must agree")),
)


class HandOverForm(base.ActionForm):
    """Which words go to whom, on which ground."""

    to = RadioField(_l("To whom?"), [InputRequired(_l("Choose somebody."))], coerce=int)
    own_key = BooleanField(_l("Where it says “new key”: I asked her or him in person, and it is her or his own"))
    items = CheckboxesField(_l("Which words?"))
    words = base.text_area(_l("What should she or he do?"), _LONG, _l("Write what should be done."))
    ground = RadioField(_l("Why may these words be handed over?"), [InputRequired(_l("Choose why."))], choices=GROUNDS)
    reason = base.text_area(
        _l("The reason: when and how the child said yes, or which law"), _LONG, _l("Write the reason.")
    )

    def prepare(self) -> None:
        """Offer the adults of the site who cannot read the report, and everything that the child wrote or said."""
        self.to.choices = [
            SelectChoice(str(reader.person_id), _recipient_label(self.report, reader)) for reader in self.loaded
        ]
        self.items.choices = entry_choices(self.report)
        if not any(has_new_key(reader, self.report.now) for reader in self.loaded):
            del self.own_key


def _recipient_label(report: ReportContext, reader: Reader) -> str:
    if not has_new_key(reader, report.now):
        return reader.name
    assert reader.key_since is not None
    return str(_("%(name)s, new key since %(day)s", name=reader.name, day=format_day(reader.key_since.date())))


def _hand_over(report: ReportContext, form: HandOverForm) -> base.Changes:
    reader = next(reader for reader in form.loaded if reader.person_id == form.to.data)
    if has_new_key(reader, report.now) and not form.own_key.data:
        raise base.ActionRefused(
            "own_key", str(_("Ask %(name)s in person first: somebody else may have this key.", name=reader.name))
        )
    values = {
        "to": reader.person_id,
        "key": reader.key_version,
        "items": list(form.items.data or []),
        "ask": form.words.data,
        "ground": form.ground.data,
        "reason": form.reason.data,
    }
    if form.ground.data == "ground":
        return base.Changes(report.case, [("handed", {**values, "state": "asked"})])
    consent: list[base.EntryDraft] = []
    if form.ground.data == "child":
        _refuse_without_consent(report, reader, values["items"])
    if form.ground.data == "spoken":
        consent = [("consent", {"to": reader.person_id, "items": values["items"], "answer": "yes"})]
    return _deliver(report, reader, values, consent)


def _refuse_without_consent(report: ReportContext, reader: Reader, wanted: Sequence[str]) -> None:
    allowed = entries_child_allowed(report.entries, reader.person_id)
    if not allowed:
        raise base.ActionRefused(
            "ground", str(_("The child has not said yes to %(name)s. Ask the child first.", name=reader.name))
        )
    if not set(wanted) <= allowed:
        raise base.ActionRefused("items", str(_("The child said yes to other words than these. Ask the child first.")))


def _deliver(
    report: ReportContext, reader: Reader, content: dict[str, Any], first_drafts: Sequence[base.EntryDraft] = ()
) -> base.Changes:
    item = _seal_item(report, reader, content)
    entries = [*first_drafts, ("handed", {**content, "state": "done", "item": item.id.hex()})]
    # the recordings about which the child is asked now: her page says who has a copy
    voices = [key for key in content["items"] if find_question(report.case, bytes.fromhex(key))]
    step = base.timeline_step(
        "handed", name=reader.name, why=content["ground"], **({"voices": voices} if voices else {})
    )
    return base.Changes(report.case.on("acted", report.today), entries, [step], handovers=[item])


def _seal_item(report: ReportContext, reader: Reader, content: dict[str, Any]) -> HandoverItem:
    values = {
        "thread": report.id.hex(),
        "public_key": report.thread.public_key.hex(),
        "topic": report.case.topic,
        "site": report.site.name,
        "from": report.names.get(content.get("by", report.caller_id), ""),  # `by`: who proposed it to a second person
        "ask": content["ask"],
        "items": [_item_content(entry) for entry in chosen_entries(report, content["items"])],
    }
    return seal_handover(context.keyring(), reader, report.today, report.thread.month, values)


def _item_content(entry: ThreadEntry) -> dict[str, str]:
    """The text of an entry, or its recording."""
    values = {"words": str(entry.said.get("words") or ""), "day": entry.day.isoformat()}
    if entry.sound:
        values |= {"kind": str(entry.said.get("kind") or ""), "sound": base64.b64encode(entry.sound).decode()}
    return values


class AgreeToHandOverForm(base.ActionForm):
    """The second person agrees or disagrees with a handover that another reader proposes."""

    answer = base.yes_or_no(_l("Is there a legal ground for this?"), _l("Yes, hand it over"), _l("No, do not"))
    words = base.text_area(_l("Why"), _LONG)


def _agree(report: ReportContext, form: AgreeToHandOverForm, entry: ThreadEntry) -> base.Changes:
    words, values = form.words.data, {**entry.said, "question": entry.id.hex(), "by": entry.by}
    if form.answer.data == "no":
        return base.Changes(report.case, [("handed", {**values, "state": "refused", "reason": words})])
    reader = next((reader for reader in form.loaded if reader.person_id == values["to"]), None)
    if reader is None or reader.key_version != values["key"]:
        raise base.ActionRefused(
            "answer", str(_("Nothing can be transferred to this person now. Say no, and ask again."))
        )
    return _deliver(report, reader, values)


def _proposal_lines(report: ReportContext, entry: ThreadEntry) -> Sequence[base.ProposalLine]:
    content = entry.said
    words = "\n".join(entry_summary(entry) for entry in chosen_entries(report, content["items"]))
    return [
        base.ProposalLine(_("To whom?"), report.names.get(content["to"], "")),
        base.ProposalLine(_("Which words?"), words or str(_("none"))),
        base.ProposalLine(_("What should she or he do?"), content["ask"]),
        base.ProposalLine(_("Why may these words be handed over?"), content["reason"]),
    ]


HAND_OVER = base.Action(
    "hand-over",
    "hand-over",
    _l("Hand words over"),
    HandOverForm,
    _hand_over,
    button=_l("Hand over"),
    done=_l("It is kept, and the child is told when it is handed over."),
    small=_l("to a facilitator or colleague, with the child's yes"),
    possible=lambda report: report.case.state != "closed",
    load=list_recipients,
    later=True,
)

AGREE_HAND = base.JointAction(second_opinion.question_for("handed"), _agree, _proposal_lines).answer_action(
    "agree-hand-over",
    "hand-over",
    _l("Agree to hand over, or not"),
    AgreeToHandOverForm,
    load=list_recipients,
)


class TakeBackWordsForm(base.ActionForm):
    """Which handover is taken back, and why."""

    item = RadioField(_l("What do you take back?"), [InputRequired(_l("Choose what you take back."))])
    words = base.text_area(_l("Why"), _LONG, _l("Say why."))

    def prepare(self) -> None:
        """Offer each handover of this report that somebody still has."""
        self.item.choices = [
            SelectChoice(entry.said["item"], _handover_label(self.report, entry))
            for entry in words_handed_over(self.report)
        ]


def _handover_label(report: ReportContext, entry: ThreadEntry) -> str:
    name = report.names.get(entry.said["to"], "")
    return str(_("%(name)s, since %(day)s", name=name, day=format_day(entry.day)))


def words_handed_over(report: ReportContext) -> list[ThreadEntry]:
    """The entries about handovers that were not taken back."""
    taken_back_items = {entry.said.get("item") for entry in report.of_kind("taken_back")}
    return [
        entry
        for entry in report.of_kind("handed")
        if entry.said.get("item") and entry.said["item"] not in taken_back_items
    ]


def _take_back(report: ReportContext, form: TakeBackWordsForm) -> base.Changes:
    entry = next(entry for entry in words_handed_over(report) if entry.said["item"] == form.item.data)
    to, item = entry.said["to"], entry.said["item"]
    values = {"to": to, "item": item, "words": form.words.data}
    step = base.timeline_step("taken_back", name=report.names.get(to, ""))
    return base.Changes(report.case, [("taken_back", values)], [step], withdrawn_items=[(to, bytes.fromhex(item))])


TAKE_BACK_WORDS = base.Action(
    "take-back",
    "undo",
    _l("Take words back"),
    TakeBackWordsForm,
    _take_back,
    button=_l("Take back"),
    done=_l("It is taken back, and the child is told."),
    small=_l("what was handed over; what was read stays known"),
    possible=lambda report: bool(words_handed_over(report)),
    rare=True,
)
