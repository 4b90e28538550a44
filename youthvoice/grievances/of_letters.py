"""What an act of a report means for letters, in the transaction of the act."""

from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE
from youthvoice.grievances.acts.deeds import Act, Deed
from youthvoice.grievances.acts.giving import GIVE
from youthvoice.grievances.scene import Scene
from youthvoice.threads import giving, membership


def follow(session: Session, caller: Caller, scene: Scene, act: Act, deed: Deed) -> None:
    """An advocate who is given a report back gets back the letters that were sealed to her earlier key as well.

    Args:
        session: may write.
        caller: who acted.
        scene: of the report before.
        act: what was chosen.
        deed: what was written.
    """
    if act is not GIVE or not caller.may("letters.read"):
        return
    before = membership.were_given(scene.said)
    for reader in deed.given:
        if reader.role == ADVOCATE and reader.person_id in before:
            giving.give(session, caller, reader, only_back=True)
