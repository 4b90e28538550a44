"""Actions on who may read a report: give one more person access, or step back.

Access to the letters that the report was made from changes with it.
"""

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import InputRequired

from youthvoice.access.guard import Caller, current_caller
from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT
from youthvoice.accounts.store import Reader
from youthvoice.grievances.actions import base, case_actions, hand_over
from youthvoice.grievances.case.context import ReportContext
from youthvoice.threads import readership
from youthvoice.threads.case_state import TELL_OUTSIDE
from youthvoice.threads.letters import letter_readers


class GrantForm(base.ActionForm):
    """Who gets access to the report."""

    to = RadioField(_l("Who shall read it, too?"), [InputRequired(_l("Choose somebody."))], coerce=int)

    def prepare(self) -> None:
        """Offer the trusted readers of the site who cannot read it now."""
        earlier_ids = readership.granted_readers(self.report.entries)
        self.to.choices = [
            SelectChoice(str(reader.person_id), _candidate_label(reader, had_it=reader.person_id in earlier_ids))
            for reader in list_candidates(self.report)
        ]


def _candidate_label(reader: Reader, *, had_it: bool) -> str:
    if had_it:
        return str(_("%(name)s, who read it with an earlier key", name=reader.name))
    return str(_("%(name)s, who is new to it: the child is told", name=reader.name))


def list_candidates(report: ReportContext) -> list[Reader]:
    """Who may get access: a safeguarding lead only where a child may be hurt, and never an excluded reader."""
    possible = (
        *report.readers.advocates,
        *(report.readers.leads if report.case.harm else ()),
        *report.readers.outside,
    )
    return [reader for reader in possible if reader.person_id not in report.reading | report.excluded_readers]


def _grant(report: ReportContext, form: GrantForm) -> base.Changes:
    reader = next(reader for reader in list_candidates(report) if reader.person_id == form.to.data)
    is_new = reader.person_id not in readership.granted_readers(report.entries)
    steps = [base.timeline_step("next_person", name=reader.name)] if is_new else []
    return base.Changes(
        report.case, [("given", {"to": reader.person_id, "reads": [reader.person_id]})], steps, new_readers=[reader]
    )


GRANT = base.Action(
    "give",
    "plus",
    _l("Let somebody read it"),
    GrantForm,
    _grant,
    button=_l("Let her or him read it"),
    done=_l("It can be read by one more person now."),
    small=_l("with a new key, or new at the site"),
    possible=lambda report: bool(list_candidates(report)),
    rare=True,
)

_MAX_CHARACTERS = 1000


class StepBackForm(base.ActionForm):
    """Steps back once the reader ticks that they give up their key."""

    words = base.text_area(_l("Why, for the others who read it"), _MAX_CHARACTERS)
    sure = BooleanField(
        _l("I give up my key. I shall not find this report again, nor any word of it."),
        [InputRequired(_l("Tick that you give up your key."))],
    )


def _load_handovers(session: Session, report: ReportContext) -> list[bytes]:
    """Ids of handovers from this report that the caller received before becoming a reader."""
    return hand_over.handovers_of_report(session, current_caller(), report.id)


def _step_back(report: ReportContext, form: StepBackForm) -> base.Changes:
    others_inside = [reader for reader in report.others if reader.role != OUTSIDE_RECIPIENT]
    new_readers = [] if others_inside else case_actions.outside_without_access(report)
    if not report.others and not new_readers:
        raise base.ActionRefused("sure", str(_("Nobody else can read this yet. Let somebody read it first.")))
    case = report.case
    if case.owner == report.caller_id:  # who asked to close it is its owner: that question ends, too
        case = case.having(owner=0, state="open" if case.state == "asked" else case.state).without_clock("agree")
    if not others_inside:
        case = case.flagged(TELL_OUTSIDE)
    entries: list[base.EntryDraft] = [("recused", {"words": form.words.data})]
    if new_readers:
        reads = [reader.person_id for reader in new_readers]
        entries.insert(0, ("given", {"to": reads[0], "reads": reads}))
    return base.Changes(
        case,
        entries,
        [] if others_inside else [base.timeline_step("outside")],
        new_readers=new_readers,
        steps_back=True,
        own_item_ids=form.loaded,
    )


STEP_BACK = base.Action(
    "step-back",
    "skip",
    _l("I am named in this"),
    StepBackForm,
    _step_back,
    button=_l("Step back"),
    done=_l("You stepped back. The report goes on without you."),
    small=_l("you step back, others go on"),
    load=_load_handovers,
    rare=True,
)


def update_letters(
    session: Session, caller: Caller, report: ReportContext, action: base.Action, changes: base.Changes
) -> None:
    """Let the letters behind a report follow an action.

    A reader who gets a report back also gets back access to its letters. A reader who steps back loses the letters that
    the report was made from.

    Args:
        session: may write.
        caller: who did the action.
        report: as it was before the action.
        action: which one.
        changes: what it wrote.
    """
    if action is GRANT and caller.may("letters.read"):
        _restore_letters(session, caller, report, changes)
    if action is STEP_BACK:
        _leave_letters(session, caller, report)


def _restore_letters(session: Session, caller: Caller, report: ReportContext, changes: base.Changes) -> None:
    """Share again only letters that were sealed to an earlier key of the same person; a new reader gets no letter."""
    earlier_ids = readership.granted_readers(report.entries)
    for reader in changes.new_readers:
        if reader.role == ADVOCATE and reader.person_id in earlier_ids:
            letter_readers.share_letters(session, caller, reader, only_back=True)


def _leave_letters(session: Session, caller: Caller, report: ReportContext) -> None:
    present = letter_readers.advocates_by_site(session, [report.site.id])[report.site.id]
    for entry in report.of_kind(readership.FROM_LETTER):
        letter_id = bytes.fromhex(entry.said["letter"])
        letter_readers.exclude_from_letter(session, letter_id, [caller.person_id], present)
