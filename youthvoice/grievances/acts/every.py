"""Every act, in the order in which a page offers them."""

from typing import Final

from youthvoice.grievances.acts.answering import ANSWER
from youthvoice.grievances.acts.asking import ASK
from youthvoice.grievances.acts.carrying_on import MUST_GO_ON
from youthvoice.grievances.acts.closing import AGREE, ASK_CLOSE, REOPEN, TAKE_BACK
from youthvoice.grievances.acts.consenting import ASK_CONSENT
from youthvoice.grievances.acts.deeds import Act
from youthvoice.grievances.acts.giving import GIVE
from youthvoice.grievances.acts.handing import AGREE_HAND, HAND_OVER
from youthvoice.grievances.acts.holding import HOLD, NO_AUTHORITY, RELEASE
from youthvoice.grievances.acts.linking import LINK
from youthvoice.grievances.acts.noting import NOTE
from youthvoice.grievances.acts.owning import OWN
from youthvoice.grievances.acts.recording import RECORD
from youthvoice.grievances.acts.recusing import STEP_BACK
from youthvoice.grievances.acts.referring import REFER
from youthvoice.grievances.acts.reporting import AUTHORITY
from youthvoice.grievances.acts.summing_up import AGREE_SUM, SUM_UP
from youthvoice.grievances.acts.taking_back import TAKE_BACK_WORDS
from youthvoice.grievances.acts.weighing import URGENT, WEIGH
from youthvoice.grievances.scene import Scene

ACTS: Final = (
    ANSWER,
    AGREE,
    RECORD,
    NOTE,
    WEIGH,
    ASK,
    ASK_CONSENT,
    MUST_GO_ON,
    HAND_OVER,
    AGREE_HAND,
    TAKE_BACK_WORDS,
    REFER,
    AUTHORITY,
    OWN,
    GIVE,
    LINK,
    URGENT,
    NO_AUTHORITY,
    ASK_CLOSE,
    TAKE_BACK,
    REOPEN,
    SUM_UP,
    AGREE_SUM,
    HOLD,
    RELEASE,
    STEP_BACK,
)


def called(name: str) -> Act | None:
    """The act of a name; None where there is none."""
    return next((one for one in ACTS if one.name == name), None)


def offered(scene: Scene) -> list[tuple[Act, str]]:
    """What can be done with a report now, each with empty words; and what cannot yet, with the reason."""
    listed = [(one, "" if one.possible(scene) else str(one.not_yet(scene))) for one in ACTS if one.listed]
    return [(one, why) for one, why in listed if why or one.possible(scene)]
