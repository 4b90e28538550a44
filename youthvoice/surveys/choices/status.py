"""Where an everyday choice stands: open, being counted, decided; and then asked, done, not yet, or why not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice.accountability.entities import Given, OwedFacts
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone, Keyring
from youthvoice.surveys.batches.counts import winners_of
from youthvoice.surveys.questionnaires.question import Bin, Option, Question
from youthvoice.surveys.rounds import answer_due as owing
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts

OPEN, COUNTING, TOO_FEW, TOO_MANY, ASKED = "open", "counting", "too_few", "too_many", "asked"
_UNDECIDED = {"too_many": TOO_MANY}


@dataclass(frozen=True, slots=True)
class Standing:
    """One choice as it stands.

    Attributes:
        facts: its round.
        question: what is asked.
        state: `open`, `counting`, `too_few`, `too_many`, `asked`, or how the decider answered: `yes` is done, `partly`
            is not yet, `no_because` is why not.
        won: one picture, or two after a tie; empty where nothing won.
        owed: what the decider owes about it; None where nothing won.
    """

    facts: RoundFacts
    question: Question
    state: str
    won: tuple[Option | Bin, ...] = ()
    owed: OwedFacts | None = None

    @property
    def given(self) -> Given | None:
        """The decider's answer; None while there is none."""
        return self.owed.reply() if self.owed else None


def standing(session: Session, keyring: Keyring, facts: RoundFacts, now: datetime) -> Standing:
    """Where the round of a choice stands; what won is known as soon as its batch has closed.

    Where the key is not here that what won was locked under, it counts as not known yet; `flask doctor` tells of it.
    """
    question = store.questions_of(session, facts).coded[0]
    at = facts.state(now)
    if at != "closed":
        return Standing(facts, question, COUNTING if at == "ended" else OPEN)
    try:
        won = winners_of(session, keyring, facts.batch_id).get(question.name, ()) if facts.outcome == "chosen" else ()
    except (CannotOpen, KeyGone):
        return Standing(facts, question, COUNTING)
    if not won:
        return Standing(facts, question, _UNDECIDED.get(facts.outcome or "", TOO_FEW))
    owed = owing.owed_for(session, keyring, facts.purpose, facts.slug)
    given = owed.reply() if owed else None
    tiles = tuple(tile for tile in question.tiles if tile.key in won)
    return Standing(facts, question, given.kind if given else ASKED, tiles, owed)
