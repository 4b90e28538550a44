"""What an act of a report means for letters, in the transaction of the act."""

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE
from youthvoice.grievances.actions.access.grant import GIVE
from youthvoice.grievances.actions.access.recuse import STEP_BACK
from youthvoice.grievances.actions.base import Act, Deed
from youthvoice.grievances.case.context import Scene
from youthvoice.threads.letters import membership as letter_membership
from youthvoice.threads.letters import sharing as giving
from youthvoice.threads.readers import membership


def follow(session: Session, caller: Caller, scene: Scene, act: Act, deed: Deed) -> None:
    """Who is given a report back gets her letters back; who steps back keeps no letter that it was made of.

    Args:
        session: may write.
        caller: who acted.
        scene: of the report before.
        act: what was chosen.
        deed: what was written.
    """
    if act is GIVE and caller.may("letters.read"):
        _give_back(session, caller, scene, deed)
    if act is STEP_BACK:
        _step_back(session, caller, scene)


def _give_back(session: Session, caller: Caller, scene: Scene, deed: Deed) -> None:
    """Only what was sealed to an earlier key of hers; to a newcomer a report brings no letter."""
    before = membership.were_given(scene.said)
    for reader in deed.given:
        if reader.role == ADVOCATE and reader.person_id in before:
            giving.give(session, caller, reader, only_back=True)


def _step_back(session: Session, caller: Caller, scene: Scene) -> None:
    present = giving.present_at(session, [scene.site.id])[scene.site.id]
    for entry in scene.of_kind(membership.FROM_LETTER):
        letter_id = bytes.fromhex(entry.said["letter"])
        letter_membership.leave_out(session, running.keyring(), letter_id, [caller.person_id], present)
