"""Actions on who may read: let one more person in, or step back; the letters of the report follow."""

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
    """Who reads it from now on."""

    to = RadioField(_l("Who shall read it, too?"), [InputRequired(_l("Choose somebody."))], coerce=int)

    def prepare(self) -> None:
        """Trusted readers of the site who do not have it now."""
        before = readership.granted_readers(self.scene.said)
        self.to.choices = [
            SelectChoice(str(one.person_id), _named(one, had_it=one.person_id in before))
            for one in list_candidates(self.scene)
        ]


def _named(one: Reader, *, had_it: bool) -> str:
    if had_it:
        return str(_("%(name)s, who read it with an earlier key", name=one.name))
    return str(_("%(name)s, who is new to it: the child is told", name=one.name))


def list_candidates(scene: ReportContext) -> list[Reader]:
    """Who may get it: a safeguarding lead only where a child may be hurt, and nobody who was kept out."""
    possible = (
        *scene.readers.advocates,
        *(scene.readers.leads if scene.marks.harm else ()),
        *scene.readers.outside,
    )
    return [one for one in possible if one.person_id not in scene.reading | scene.kept_out]


def _grant(scene: ReportContext, form: GrantForm) -> base.Changes:
    to = next(one for one in list_candidates(scene) if one.person_id == form.to.data)
    new = to.person_id not in readership.granted_readers(scene.said)
    told = [base.timeline_step("next_person", name=to.name)] if new else []
    return base.Changes(scene.marks, [("given", {"to": to.person_id, "reads": [to.person_id]})], told, given=[to])


GRANT = base.Action(
    "give",
    "plus",
    _l("Let somebody read it"),
    GrantForm,
    _grant,
    button=_l("Let her or him read it"),
    done=_l("It can be read by one more person now."),
    small=_l("with a new key, or new at the site"),
    possible=lambda scene: bool(list_candidates(scene)),
    rare=True,
)


_MOST_LETTERS = 1000


class StepBackForm(base.ActionForm):
    """Once more, plainly: she will not find it again."""

    words = base.text_area(_l("Why, for the others who read it"), _MOST_LETTERS)
    sure = BooleanField(
        _l("I give up my key. I shall not find this report again, nor any word of it."),
        [InputRequired(_l("Tick that you give up your key."))],
    )


def _known(session: Session, scene: ReportContext) -> list[bytes]:
    """Words of it that were handed to her before she read it."""
    return hand_over.handovers_of_report(session, current_caller(), scene.id)


def _recuse(scene: ReportContext, form: StepBackForm) -> base.Changes:
    inside = [one for one in scene.others if one.role != OUTSIDE_RECIPIENT]
    new = [] if inside else case_actions.outside_without_access(scene)
    if not scene.others and not new:
        raise base.ActionRefused("sure", str(_("Nobody else can read this yet. Let somebody read it first.")))
    marks = scene.marks
    if marks.owner == scene.caller_id:
        marks = marks.having(owner=0, state="open" if marks.state == "asked" else marks.state).without_clock("agree")
    if not inside:
        marks = marks.flagged(TELL_OUTSIDE)
    entries: list[base.EntryDraft] = [("recused", {"words": form.words.data})]
    if new:
        entries.insert(0, ("given", {"to": new[0].person_id, "reads": [one.person_id for one in new]}))
    return base.Changes(
        marks,
        entries,
        [] if inside else [base.timeline_step("outside")],
        given=new,
        steps_back=True,
        given_up=form.known,
    )


STEP_BACK = base.Action(
    "step-back",
    "skip",
    _l("I am named in this"),
    StepBackForm,
    _recuse,
    button=_l("Step back"),
    done=_l("You stepped back. The report goes on without you."),
    small=_l("you step back, others go on"),
    known=_known,
    rare=True,
)


def update_letters(
    session: Session, caller: Caller, scene: ReportContext, act: base.Action, deed: base.Changes
) -> None:
    """Who is given a report back gets her letters back; who steps back keeps no letter that it was made of.

    Args:
        session: may write.
        caller: who acted.
        scene: of the report before.
        act: what was chosen.
        deed: what was written.
    """
    if act is GRANT and caller.may("letters.read"):
        _give_back(session, caller, scene, deed)
    if act is STEP_BACK:
        _step_back(session, caller, scene)


def _give_back(session: Session, caller: Caller, scene: ReportContext, deed: base.Changes) -> None:
    """Only what was sealed to an earlier key of hers; to a newcomer a report brings no letter."""
    before = readership.granted_readers(scene.said)
    for reader in deed.given:
        if reader.role == ADVOCATE and reader.person_id in before:
            letter_readers.share_letters(session, caller, reader, only_back=True)


def _step_back(session: Session, caller: Caller, scene: ReportContext) -> None:
    present = letter_readers.advocates_by_site(session, [scene.site.id])[scene.site.id]
    for entry in scene.of_kind(readership.FROM_LETTER):
        letter_id = bytes.fromhex(entry.said["letter"])
        letter_readers.exclude_from_letter(session, letter_id, [caller.person_id], present)
