"""Cards of the children's board: what children said, with the answers of adults to it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability import labels, taps
from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.accountability.rules import WHOLE
from youthvoice.publications import adult_answers
from youthvoice.publications.render import RenderedFinding
from youthvoice.publications.snapshot import Frozen

Words = Markup | str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCard:
    """One card on the board: what children said, what adults answered, and what changed.

    Attributes:
        picture: OpenMoji code, or empty.
        sentence: what children said.
        finding: its bands; None for a choice, an agenda item, and a round under ten.
        reply: yes, partly, no_because, or empty while there is no answer.
        verdict: the opening of the answer.
        words: the text of the answer.
        who: who answered, and from when it is done.
        chosen: of a choice: the winner; where everything has one answer: what was said first.
        asks: the subject of the question "is it really done?"; empty if it is not asked.
        done: the sentence that children said it is done.
        before: the previous answer that children opened again, with its opening.
    """

    picture: str = ""
    sentence: Words
    finding: RenderedFinding | None = None
    reply: str = ""
    verdict: str = ""
    words: Words = ""
    who: str = ""
    chosen: Words = ""
    asks: str = ""
    done: str = ""
    before: Words = ""

    @property
    def changed(self) -> str:
        """What changed since the wave before, in words; empty if nothing can be said."""
        return (self.finding.change_sentence or self.finding.changed) if self.finding else ""

    @property
    def shows_rows(self) -> bool:
        """Whether its sentence does not contain the finding: many answers, or parts."""
        return self.finding is not None and not self.finding.beads


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """One round on the board, an agenda item or good news (without a title), or how adults answered in a year."""

    title: str
    cards: tuple[BoardCard, ...]
    is_choice: bool = False
    is_year: bool = False
    is_good: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether adults have answered any part of it."""
        return any(card.reply for card in self.cards)

    @property
    def hidden_changes(self) -> tuple[str, ...]:
        """Its questions whose ranges are too wide to show a change."""
        return tuple(card.finding.question_text for card in self.cards if card.finding and card.finding.is_hidden)

    @property
    def open_cards(self) -> tuple[BoardCard, ...]:
        """The cards shown without unfolding: all with an answer or a question to children, at least the first one."""
        if self.is_year:
            return self.cards
        return tuple(card for card in self.cards if card.reply or card.asks or card.done) or self.cards[:1]


@dataclass(frozen=True, slots=True)
class BoardStory:
    """A card with its place on the board.

    Attributes:
        card: the card.
        entry: the entry it belongs to.
        is_first: whether it is the first card of its entry here, and shows the title.
    """

    card: BoardCard
    entry: BoardEntry
    is_first: bool


def list_stories(entries: Sequence[BoardEntry], cards: Callable[[BoardEntry], Sequence[BoardCard]]) -> list[BoardStory]:
    """The stories of some cards of each entry."""
    return [BoardStory(card, entry, place == 0) for entry in entries for place, card in enumerate(cards(entry))]


class _AnswerWords(NamedTuple):
    """What a card says of an answer, or of who answers by when; each is the field of `BoardCard` of this name."""

    reply: str
    verdict: str
    words: Words
    who: str


@dataclass(frozen=True, slots=True)
class CardBuilder:
    """Builds the cards of one entry, with the answers of adults, in the present gettext language.

    Attributes:
        answer_due: about it; None if there is none.
        frozen: the view, if there is one.
        names: of adults.
        today: at the site.
    """

    answer_due: AnswerDue | None
    frozen: Frozen | None
    names: labels.PersonNames
    today: date

    @classmethod
    def of(cls, session: Session, answer_due: AnswerDue | None, frozen: Frozen | None, today: date) -> "CardBuilder":
        """A builder with the names of all adults in the answers."""
        return cls(answer_due, frozen, adult_answers.names_beside_answers(session, answer_due), today)

    def finding(self, finding: RenderedFinding) -> BoardCard:
        """The card of a published question; an answer to the round as a whole has a card of its own at the end."""
        answer_due = self.answer_due
        if (
            answer_due
            and answer_due.reply()
            and not answer_due.reply(finding.name)
            and finding.name not in answer_due.again
        ):
            return BoardCard(picture=finding.picture, sentence=finding.sentence, finding=finding)
        return self._card(finding.picture, finding.sentence, finding, finding.name)

    def everything_else(self, cards: Sequence[BoardCard]) -> Iterator[BoardCard]:
        """The card of the answer to the round as a whole, if some question has no answer of its own."""
        if not cards or self.answer_due is None:
            return
        unanswered = self.answer_due.reply() is not None and not all(card.verdict for card in cards)
        if unanswered or WHOLE in self.answer_due.again:
            if any(card.reply for card in cards):
                yield self.whole("", _("Everything else you said"))
            else:
                sentences = (card.sentence for card in cards if not card.finding or card.finding.beads)
                yield self.whole(cards[0].picture, _("Everything you said"), chosen=next(sentences, ""))

    def whole(self, picture: str, sentence: Words, chosen: Words = "") -> BoardCard:
        """The card of something with a single answer."""
        return self._card(picture, sentence, None, WHOLE, chosen)

    def _card(
        self, picture: str, sentence: Words, finding: RenderedFinding | None, part: str, chosen: Words = ""
    ) -> BoardCard:
        """One card, with the answer about a part."""
        reply = self.answer_due.reply(part) if self.answer_due else None
        answer = self._answer_words(reply) if reply else self._waiting_words()
        return BoardCard(
            picture=picture,
            sentence=sentence,
            finding=finding,
            chosen=chosen,
            asks=self._tap_subject(reply),
            done=self._done_sentence(reply),
            before=self._answer_before(part),
            **answer._asdict(),
        )

    def _answer_words(self, reply: Reply) -> "_AnswerWords":
        wording = self.answer_due.wording(reply.part) if self.answer_due else "round"
        decider = self.frozen["decider"] if self.frozen else ""
        who = labels.by_whom_label(reply, self.names.get(reply.by, decider), self.today)
        opening = labels.reply_opening_label(reply.kind, wording)
        return _AnswerWords(reply.kind, opening, adult_answers.spoken_words(reply), who)

    def _waiting_words(self) -> "_AnswerWords":
        """While nobody has answered: who answers by when."""
        kind = self.answer_due.kind if self.answer_due else "round"
        if self.frozen is not None:
            waits = adult_answers.waiting_sentence(self.frozen, self.answer_due, self.today, self.names)
        else:
            waits = labels.waiting_label(self.answer_due, self.names, self.today) if self.answer_due else ""
        return _AnswerWords("", labels.unanswered_label(kind), waits, "")

    def _tap_subject(self, reply: Reply | None) -> str:
        """The subject of the question "is it really done?"; empty if it is not asked."""
        if self.answer_due is None or reply is None or not reply.may_ask_children(self.today):
            return ""
        return str(taps.tap_subject(self.answer_due, reply.part))

    @staticmethod
    def _done_sentence(reply: Reply | None) -> str:
        """The sentence that children said it is done; else empty."""
        return str(_("We say: it is done.")) if reply and reply.confirmed_on else ""

    def _answer_before(self, part: str) -> Words:
        """The previous answer, until there is a new one."""
        reply = self.answer_due.last(part) if self.answer_due and part in self.answer_due.again else None
        if reply is None:
            return ""
        return Markup("{} {} {}").format(
            _("Before:"), self._answer_words(reply).verdict, adult_answers.spoken_words(reply)
        )
