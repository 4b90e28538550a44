"""Every act, in the order in which a page offers them."""

from typing import Final

from youthvoice.grievances.actions.access.grant import GIVE
from youthvoice.grievances.actions.access.hand_over import AGREE_HAND, HAND_OVER
from youthvoice.grievances.actions.access.legal_hold import HOLD, NO_AUTHORITY, RELEASE
from youthvoice.grievances.actions.access.recuse import STEP_BACK
from youthvoice.grievances.actions.access.take_back import TAKE_BACK_WORDS
from youthvoice.grievances.actions.base import Act
from youthvoice.grievances.actions.case.add_note import NOTE
from youthvoice.grievances.actions.case.assess import URGENT, WEIGH
from youthvoice.grievances.actions.case.assign import OWN
from youthvoice.grievances.actions.case.close import AGREE, ASK_CLOSE, REOPEN, TAKE_BACK
from youthvoice.grievances.actions.case.link import LINK
from youthvoice.grievances.actions.case.record_action import RECORD
from youthvoice.grievances.actions.case.summarise import AGREE_SUM, SUM_UP
from youthvoice.grievances.actions.child.answer import ANSWER
from youthvoice.grievances.actions.child.ask import ASK
from youthvoice.grievances.actions.child.ask_consent import ASK_CONSENT
from youthvoice.grievances.actions.child.continue_anyway import MUST_GO_ON
from youthvoice.grievances.actions.outside.refer_to_service import REFER
from youthvoice.grievances.actions.outside.report_to_authority import AUTHORITY
from youthvoice.grievances.case.context import Scene

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
