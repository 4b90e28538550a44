"""One entry of the children's board: what we said, what adults answered, and whether it is really done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability import public_labels as words
from youthvoice.accountability import rules
from youthvoice.accountability.confirmation import job as really_done
from youthvoice.accountability.public_labels import Names
from youthvoice.accountability.store import Given, OwedFacts
from youthvoice.publications import adult_answers as replies
from youthvoice.publications.render import Finding
from youthvoice.publications.snapshot import Frozen


@dataclass(frozen=True, slots=True)
class Said:
    """One thing on the board.

    Attributes:
        picture: OpenMoji code, or empty.
        sentence: what we said.
        finding: its bands; None for a choice, an item and a round under ten.
        reply: yes, partly, no_because, or empty while nobody answered.
        verdict: how the answer begins.
        words: the answer itself.
        who: who answered, and from when it is done.
        chosen: of a choice, what won.
        asks: what a tap on "is it really done?" is about; empty where that is not asked.
        done: that children said that it is done.
        before: the answer that they opened again, with how it began.
    """

    picture: str
    sentence: Markup | str
    finding: Finding | None
    reply: str
    verdict: str
    words: Markup | str
    who: str
    chosen: str = ""
    asks: str = ""
    done: str = ""
    before: Markup | str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One round on the board, or one thing that a committee asked (without a title)."""

    title: str
    said: tuple[Said, ...]
    is_choice: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether adults have answered anything of it."""
        return any(one.reply for one in self.said)

    @property
    def first(self) -> tuple[Said, ...]:
        """What is read without unfolding: all that is answered or asks something, at least the first one."""
        return tuple(one for one in self.said if one.reply or one.asks or one.done) or self.said[:1]

    @property
    def rest(self) -> tuple[Said, ...]:
        """What lies folded under it."""
        first = self.first
        return tuple(one for one in self.said if one not in first)


@dataclass(frozen=True, slots=True)
class Teller:
    """Says what adults answered about one thing, in the language that gettext speaks now.

    Attributes:
        owed: what is owed about it; None where nothing is known.
        frozen: the view, where there is one.
        known: names.
        today: at the site.
    """

    owed: OwedFacts | None
    frozen: Frozen | None
    known: Names
    today: date

    @classmethod
    def of(cls, session: Session, owed: OwedFacts | None, frozen: Frozen | None, today: date) -> "Teller":
        """With the names of everybody in it."""
        return cls(owed, frozen, replies.names(session, owed), today)

    def finding(self, finding: Finding) -> Said:
        """A published question; what was answered to everything at once is told once, at the end."""
        told_elsewhere = (
            self.owed is not None
            and self.owed.reply() is not None
            and self.owed.reply(finding.name) is None
            and finding.name not in self.owed.again
        )
        if told_elsewhere:
            return Said(finding.picture, finding.sentence, finding, "", "", "", "")
        return self._entry(finding.picture, finding.sentence, finding, finding.name)

    def to_the_rest(self, told: Sequence[Said]) -> Iterator[Said]:
        """What was answered to everything at once, where something has no answer of its own."""
        if not told or self.owed is None:
            return
        left = self.owed.reply() is not None and not all(one.verdict for one in told)
        if not left and rules.WHOLE not in self.owed.again:
            return
        about = _("Everything else you said") if any(one.reply for one in told) else _("Everything you said")
        yield self.whole("", str(about))

    def whole(self, picture: str, sentence: Markup | str, chosen: str = "") -> Said:
        """Something that has one answer."""
        return self._entry(picture, sentence, None, rules.WHOLE, chosen)

    def _entry(
        self, picture: str, sentence: Markup | str, finding: Finding | None, part: str, chosen: str = ""
    ) -> Said:
        given = self.owed.reply(part) if self.owed else None
        answer = self._answer(given) if given else self._waits()
        return Said(
            picture, sentence, finding, *answer, chosen, self._asks(given), self._done(given), self._before(part)
        )

    def _answer(self, given: Given) -> tuple[str, str, Markup | str, str]:
        kind = self.owed.kind if self.owed else "round"
        return given.kind, words.begins(given.kind, kind), replies.spoken(given), self._who(given)

    def _waits(self) -> tuple[str, str, Markup | str, str]:
        kind = self.owed.kind if self.owed else "round"
        if self.frozen is not None:
            return "", words.open_(kind), replies.waits(self.frozen, self.owed, self.today, self.known), ""
        return "", words.open_(kind), words.waits(self.owed, self.known, self.today) if self.owed else "", ""

    def _who(self, given: Given) -> str:
        decider = self.frozen["decider"] if self.frozen else ""
        return words.by_whom(given, self.known.get(given.by, decider), self.today)

    def _asks(self, given: Given | None) -> str:
        if self.owed is None or given is None or not given.may_ask_children(self.today):
            return ""
        return str(really_done.about(self.owed, given.part))

    @staticmethod
    def _done(given: Given | None) -> str:
        return str(_("We say: it is done.")) if given and given.confirmed_on else ""

    def _before(self, part: str) -> Markup | str:
        """The answer of before, as long as no new one is there."""
        last = self.owed.last(part) if self.owed and part in self.owed.again else None
        if last is None:
            return ""
        return Markup("{} {} {}").format(_("Before:"), self._answer(last)[1], replies.spoken(last))
