"""Hand chosen words over to one adult, and take them back; the child is always told (S20, S31).

With the child's yes for these words and this person, or with a legal ground, a reason and a second person who agrees;
what the law requires waits for nobody.
"""

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import InputRequired

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import may
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.accounts.store import Reader, list_trusted_people
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.grievances.actions import base, second_opinion
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.report_timeline import VOICE_KINDS
from youthvoice.grievances.time_limits import with_follow_up_deadline
from youthvoice.sites.store import get_site
from youthvoice.threads.case_state import HANDED_BACK
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.handover_items import HandoverItem, list_handovers, open_handover, seal_handover
from youthvoice.threads.store import add_entry, change_case_state, find_thread
from youthvoice.web.form_fields import CheckboxesField
from youthvoice.web.i18n.formats import format_day


class ReportGone(Exception):
    """The report has ended, or is another one: nothing can be written back."""


def open_for(item: HandoverItem, caller: Caller) -> Mapping[str, Any]:
    """What was sealed to her.

    Raises:
        CannotOpen, KeyGone: see `threads.handover_items.open_handover`.
    """
    return open_handover(context.keyring(), item, open_private_key(caller))


def write_back(session: Session, caller: Caller, item: HandoverItem, words: str) -> None:
    """Tell the report's readers what was done.

    Args:
        session: may write.
        caller: to whom it was handed.
        item: what was handed.
        words: hers.

    Raises:
        ReportGone: see there.
        CannotOpen, KeyGone: as `open_for`.
    """
    said = open_for(item, caller)
    if said.get("review"):
        raise ReportGone  # what a child said for her next review: nobody waits for an answer
    thread = find_thread(session, bytes.fromhex(said["thread"]), to_change=True)
    if thread is None or thread.public_key.hex() != said["public_key"]:
        raise ReportGone
    site = get_site(session, thread.line.site_id)
    case = with_follow_up_deadline(site, thread.case.flagged(HANDED_BACK), context.now())
    change_case_state(session, thread.line, case)
    day = context.today(site.time_zone)
    add_entry(session, thread, ThreadEntry("handed_back", caller.person_id, day, said={"words": words}))


def handovers_of_report(session: Session, caller: Caller, thread_id: bytes) -> list[bytes]:
    """The ids of what was handed to her out of one report, as far as she can open it."""
    return [item.id for item in list_handovers(session, caller.person_id) if _comes_from(item, caller, thread_id)]


def _comes_from(item: HandoverItem, caller: Caller, thread_id: bytes) -> bool:
    try:
        return bool(open_for(item, caller)["thread"] == thread_id.hex())
    except (CannotOpen, KeyGone):
        return False


def list_recipients(session: Session, report: ReportContext) -> list[Reader]:
    """Who may be handed something: counts by now, does not read the report anyway, and was not left out of it."""
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
        if may(person.role, "handed.read") and person.id not in report.reading | report.kept_out
    ]


def allowed_by_child(thread_entries: Iterable[ThreadEntry], person_id: int) -> frozenset[str]:
    """What somebody may have by the child's yes, as ids in hexadecimal digits; her last answer to a question counts.

    Args:
        thread_entries: everything in a report, in order.
        person_id: who.
    """
    asked: dict[str, list[str]] = {}
    given: dict[str, list[str]] = {}
    for entry in thread_entries:
        question = str(entry.said.get("question") or "")
        if entry.kind == "advocate" and entry.said.get("ask") == "may_know" and entry.said.get("to") == person_id:
            asked[question] = list(entry.said.get("items", ()))
        elif entry.kind == "may_know" and entry.by == CHILD and question in asked:
            given.pop(question, None)
            if entry.said.get("answer") == "yes":
                given[question] = asked[question]
    return frozenset(item for items in given.values() for item in items)


_SHOWN: Final = 90  # letters of an item in a list

_WORDS: Final = frozenset({"told", "child", "put_right", "withdraw", "trouble"})


def child_entries(report: ReportContext) -> list[ThreadEntry]:
    """Everything that the child told in words, or with her voice."""
    return [entry for entry in report.entries if (entry.kind in _WORDS and entry.said.get("words")) or _is_voice(entry)]


def entry_choices(report: ReportContext) -> list[SelectChoice]:
    """The same, as choices of a form."""
    return [SelectChoice(entry.id.hex(), entry_summary(entry)) for entry in child_entries(report)]


def chosen_entries(report: ReportContext, ids: Collection[str]) -> list[ThreadEntry]:
    """Those of these ids."""
    return [entry for entry in child_entries(report) if entry.id.hex() in ids]


def entry_summary(entry: ThreadEntry) -> str:
    """An item in a line."""
    if _is_voice(entry):
        return str(_("Voice message, %(day)s", day=format_day(entry.day)))
    words = " ".join(str(entry.said["words"]).split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


def _is_voice(entry: ThreadEntry) -> bool:
    return entry.by == CHILD and entry.kind in VOICE_KINDS


_LONG: Final = 2000

_NEW: Final = timedelta(days=30)
"""So long after somebody took a new key it may be a key that another one took in her name."""

GROUNDS: Final = (
    SelectChoice("child", _l("The child said yes with her or his pictures")),
    SelectChoice("spoken", _l("The child said yes to me, to these words and this person")),
    SelectChoice("law", _l("The law requires it: immediately, without asking anybody")),
    SelectChoice("ground", _l("There is another legal ground: a second person must agree")),
)


class HandOverForm(base.ActionForm):
    """What, to whom, on which ground."""

    to = RadioField(_l("To whom?"), [InputRequired(_l("Choose somebody."))], coerce=int)
    own_key = BooleanField(_l("Where it says “new key”: I asked her or him in person, and it is her or his own"))
    items = CheckboxesField(_l("Which words?"))
    words = base.text_area(_l("What should she or he do?"), _LONG, _l("Write what should be done."))
    ground = RadioField(_l("Why may these words be handed over?"), [InputRequired(_l("Choose why."))], choices=GROUNDS)
    reason = base.text_area(
        _l("The reason: when and how the child said yes, or which law"), _LONG, _l("Write the reason.")
    )

    def prepare(self) -> None:
        """The adults of the site who do not read it, and everything that the child told."""
        self.to.choices = [SelectChoice(str(one.person_id), _named(self.scene, one)) for one in self.known]
        self.items.choices = entry_choices(self.scene)
        if not any(_has_new_key(self.scene, one) for one in self.known):
            del self.own_key


def _named(report: ReportContext, reader: Reader) -> str:
    if not _has_new_key(report, reader):
        return reader.name
    assert reader.key_since is not None
    return str(_("%(name)s, new key since %(day)s", name=reader.name, day=format_day(reader.key_since.date())))


def _has_new_key(report: ReportContext, reader: Reader) -> bool:
    """A coordinator lets in anew who forgot her password, and might follow the link herself."""
    return reader.key_version > 1 and reader.key_since is not None and report.now - reader.key_since < _NEW


def _hand_over(report: ReportContext, form: HandOverForm) -> base.Changes:
    to = next(one for one in form.known if one.person_id == form.to.data)
    if _has_new_key(report, to) and not form.own_key.data:
        raise base.ActionRefused(
            "own_key", str(_("Ask %(name)s in person first: somebody else may have this key.", name=to.name))
        )
    values = {
        "to": to.person_id,
        "key": to.key_version,
        "items": list(form.items.data or []),
        "ask": form.words.data,
        "ground": form.ground.data,
        "reason": form.reason.data,
    }
    if form.ground.data == "ground":
        return base.Changes(report.case, [("handed", {**values, "state": "asked"})])
    consent: list[base.EntryDraft] = []
    if form.ground.data == "child":
        _refuse_without_her_yes(report, to, values["items"])
    if form.ground.data == "spoken":
        consent = [("consent", {"to": to.person_id, "items": values["items"], "answer": "yes"})]
    return _handed(report, to, values, consent)


def _refuse_without_her_yes(report: ReportContext, reader: Reader, wanted: Sequence[str]) -> None:
    yes = allowed_by_child(report.entries, reader.person_id)
    if not yes:
        raise base.ActionRefused(
            "ground", str(_("The child has not said yes to %(name)s. Ask the child first.", name=reader.name))
        )
    if not set(wanted) <= yes:
        raise base.ActionRefused("items", str(_("The child said yes to other words than these. Ask the child first.")))


def _handed(
    report: ReportContext, reader: Reader, said: dict[str, Any], before: Sequence[base.EntryDraft] = ()
) -> base.Changes:
    item = _sealed(report, reader, said)
    entries = [*before, ("handed", {**said, "state": "done", "item": item.id.hex()})]
    told = base.timeline_step("handed", name=reader.name, why=said["ground"])
    return base.Changes(report.case.on("acted", report.today), entries, [told], handovers=[item])


def _sealed(report: ReportContext, reader: Reader, said: dict[str, Any]) -> HandoverItem:
    thread = report.thread.facts
    values = {
        "thread": thread.id.hex(),
        "public_key": thread.public_key.hex(),
        "topic": report.case.topic,
        "site": report.site.name,
        "from": report.names.get(said.get("by", report.caller_id), ""),
        "ask": said["ask"],
        "items": [_item(entry) for entry in chosen_entries(report, said["items"])],
    }
    return seal_handover(context.keyring(), reader, report.today, thread.month, values)


def _item(entry: ThreadEntry) -> dict[str, str]:
    """Words, or a voice as it was recorded."""
    values = {"words": str(entry.said.get("words") or ""), "day": entry.day.isoformat()}
    if entry.sound:
        values |= {"kind": str(entry.said.get("kind") or ""), "sound": base64.b64encode(entry.sound).decode()}
    return values


class AgreeToHandOverForm(base.ActionForm):
    """Yes or no to what another wants to hand over."""

    answer = base.yes_or_no(_l("Is there a legal ground for this?"), _l("Yes, hand it over"), _l("No, do not"))
    words = base.text_area(_l("Why"), _LONG)


def _agree(report: ReportContext, form: AgreeToHandOverForm, entry: ThreadEntry) -> base.Changes:
    words, values = form.words.data, {**entry.said, "question": entry.id.hex(), "by": entry.by}
    if form.answer.data == "no":
        return base.Changes(report.case, [("handed", {**values, "state": "refused", "reason": words})])
    to = next((one for one in form.known if one.person_id == values["to"]), None)
    if to is None or to.key_version != values["key"]:
        raise base.ActionRefused(
            "answer", str(_("Nothing can be transferred to this person now. Say no, and ask again."))
        )
    return _handed(report, to, values)


def _proposal(report: ReportContext, entry: ThreadEntry) -> Sequence[base.PendingRequest]:
    said = entry.said
    words = "\n".join(entry_summary(entry) for entry in chosen_entries(report, said["items"]))
    return [
        base.PendingRequest(_("To whom?"), report.names.get(said["to"], "")),
        base.PendingRequest(_("Which words?"), words or str(_("none"))),
        base.PendingRequest(_("What should she or he do?"), said["ask"]),
        base.PendingRequest(_("Why may these words be handed over?"), said["reason"]),
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
    possible=lambda scene: scene.case.state != "closed",
    known=list_recipients,
    later=True,
)

AGREE_HAND = base.JointAction(second_opinion.question_for("handed"), _agree, _proposal).act(
    "agree-hand-over",
    "hand-over",
    _l("Agree to hand over, or not"),
    AgreeToHandOverForm,
    known=list_recipients,
)


class TakeBackWordsForm(base.ActionForm):
    """What is taken back, and why."""

    item = RadioField(_l("What do you take back?"), [InputRequired(_l("Choose what you take back."))])
    words = base.text_area(_l("Why"), _LONG, _l("Say why."))

    def prepare(self) -> None:
        """Everything of this report that lies with somebody."""
        self.item.choices = [
            SelectChoice(entry.said["item"], _lies_with(self.scene, entry)) for entry in words_handed_over(self.scene)
        ]


def _lies_with(report: ReportContext, entry: ThreadEntry) -> str:
    name = report.names.get(entry.said["to"], "")
    return str(_("%(name)s, since %(day)s", name=name, day=format_day(entry.day)))


def words_handed_over(report: ReportContext) -> list[ThreadEntry]:
    """What was handed over and not taken back."""
    back = {entry.said.get("item") for entry in report.of_kind("taken_back")}
    return [entry for entry in report.of_kind("handed") if entry.said.get("item") and entry.said["item"] not in back]


def _take_back(report: ReportContext, form: TakeBackWordsForm) -> base.Changes:
    entry = next(entry for entry in words_handed_over(report) if entry.said["item"] == form.item.data)
    to, item = entry.said["to"], entry.said["item"]
    values = {"to": to, "item": item, "words": form.words.data}
    told = base.timeline_step("taken_back", name=report.names.get(to, ""))
    return base.Changes(report.case, [("taken_back", values)], [told], taken=[(to, bytes.fromhex(item))])


TAKE_BACK_WORDS = base.Action(
    "take-back",
    "undo",
    _l("Take words back"),
    TakeBackWordsForm,
    _take_back,
    button=_l("Take back"),
    done=_l("It is taken back, and the child is told."),
    small=_l("what was handed over; what was read stays known"),
    possible=lambda scene: bool(words_handed_over(scene)),
    rare=True,
)
