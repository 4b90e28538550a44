"""What adults answered to a published round, as text for guardians and children. Never frozen: adults can change it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from flask_babel import get_locale, gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.accountability.labels import PersonNames, by_whom_label, reply_opening_label, waiting_label
from youthvoice.accountability.store import list_newest_items
from youthvoice.accounts.store import names_of_people
from youthvoice.good_news.labels import why_not_labels
from youthvoice.good_news.rules import TOPICS as GOOD_TOPICS
from youthvoice.good_news.store import THANKS, find_board_news
from youthvoice.publications import labels
from youthvoice.publications.snapshot import Frozen
from youthvoice.surveys.rounds.status import find_answer_due
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

_COMMITTEES_SHOWN: Final = 6

_COMMITTEES_NEWS: Final = timedelta(days=120)
"""How old an answer to a committee may be to be shown to families; longer than a quarter, so a reader misses none."""

_LOOKED_AT: Final = 20  # items that are decrypted to find these

ReplyRow = tuple[str, str, str, str]
"""An adult's answer as a page shows it: its kind, its opening, its text, who gave it when."""


@dataclass(frozen=True, slots=True)
class ReplyView:
    """The answers to a published round.

    Attributes:
        did: yes and partly, to the round as a whole.
        could_not: no, because, to the round as a whole.
        decider: the present name of the adult who answers; whom to ask about it.
        waits: who answers by when; empty once everything is answered.
        to: answers to single questions, by name of the question; each is shown beside its question.
    """

    did: tuple[ReplyRow, ...]
    could_not: tuple[ReplyRow, ...]
    waits: str
    decider: str
    to: Mapping[str, ReplyRow] = field(default_factory=dict)


def find_answer_due_for(session: Session, frozen: Frozen) -> AnswerDue | None:
    """The answer due about a round, with the answers so far."""
    return find_answer_due(session, frozen["purpose"], frozen["round"])


def names_beside_answers(session: Session, answer_due: AnswerDue | None) -> PersonNames:
    """The names of the adults who are named beside an answer."""
    return names_of_people(session, answer_due.people) if answer_due else {}


def load_reply_view(session: Session, frozen: Frozen, today: date) -> ReplyView:
    """The answers to a view as of now: loads the answer due and names for `reply_view_of`."""
    answer_due = find_answer_due_for(session, frozen)
    return reply_view_of(frozen, answer_due, today, names_beside_answers(session, answer_due))


def reply_view_of(
    frozen: Frozen, answer_due: AnswerDue | None, today: date, names: PersonNames | None = None
) -> ReplyView:
    """The answers as a view shows them, in the present gettext language.

    It shows the last answers of adults until they give others: children's taps do not change a view for guardians.

    Args:
        frozen: the view.
        answer_due: of the decider, about the view.
        today: at the site.
        names: names, as `names_beside_answers` returns them; the decider's own is in the view.
    """
    replies = _last_replies(answer_due) if answer_due else ()
    texts = {part.name: part.words for part in answer_due.parts} if answer_due else {}
    wordings = {reply.part: answer_due.wording(reply.part) for reply in replies} if answer_due else {}
    rows = _ReplyRows(frozen, texts, _spoken_language(frozen), names or {}, today, wordings)
    question_names = {question["name"] for question in frozen["questions"]}
    to = {reply.part: rows.row(reply, beside=True) for reply in replies if reply.part in question_names}
    did = tuple(rows.row(reply) for reply in replies if reply.kind != "no_because" and reply.part not in to)
    could_not = tuple(rows.row(reply) for reply in replies if reply.kind == "no_because" and reply.part not in to)
    was_settled = answer_due is not None and (answer_due.settled_on is not None or bool(answer_due.again))
    waits = "" if was_settled else waiting_sentence(frozen, answer_due, today, names or {})
    return ReplyView(did, could_not, waits, decider_name(frozen, answer_due, names or {}), to)


def decider_name(frozen: Frozen, answer_due: AnswerDue | None, names: PersonNames) -> str:
    """The present name of the adult who answers; the name in the view if no answer is due."""
    return names.get(answer_due.owner_id or 0, frozen["decider"]) if answer_due else frozen["decider"]


def waiting_sentence(frozen: Frozen, answer_due: AnswerDue | None, today: date, names: PersonNames) -> str:
    """Who answers by when; it says so if that day has passed (S13)."""
    if answer_due is not None:
        return waiting_label(answer_due, {answer_due.owner_id or 0: frozen["decider"], **names}, today)
    values = {"name": frozen["decider"], "day": labels.frozen_day_label(frozen["answer_due"])}
    if today > date.fromisoformat(frozen["answer_due"]):
        return str(_("%(name)s should have answered by %(day)s. We keep asking.", **values))
    return str(_("%(name)s answers by %(day)s.", **values))


def list_committee_replies(session: Session, site_ids: Collection[int], today: date) -> tuple[ReplyRow, ...]:
    """Recent answers of adults to the committees of some sites, the latest first; never how many.

    Args:
        session: only read.
        site_ids: whose.
        today: at the site.
    """
    items = list_newest_items(session, site_ids, _LOOKED_AT)
    since = today - _COMMITTEES_NEWS
    replies = [
        (reply, answer_due) for answer_due in items if (reply := answer_due.last()) is not None and reply.day >= since
    ]
    replies.sort(key=lambda reply_and_due: reply_and_due[0].day, reverse=True)
    names = names_of_people(session, {reply.by for reply, _due in replies})
    return tuple(
        _reply_row(reply, reply_opening_label(reply.kind), names.get(reply.by, ""), today)
        for reply, _due in replies[:_COMMITTEES_SHOWN]
    )


def spoken_words(reply: Reply) -> Markup:
    """An adult's text in the language of the page, else in the first language it has; marked with its language."""
    return words_with_language(reply.words, reply.read_in(str(get_locale() or "en")))


def words_with_language(words_: Mapping[str, str], language: str) -> Markup:
    """A text in one of its languages, marked with it, and named if the page has another language.

    Args:
        words_: by language.
        language: one of its languages.
    """
    markup = Markup('<span lang="{}" dir="{}">{}</span>').format(tag(language), direction(language), words_[language])
    if language == str(get_locale() or "en") or language not in LANGUAGES:
        return markup
    name = Markup('<bdi lang="{}">{}</bdi>').format(tag(language), LANGUAGES[language].name)
    return markup + Markup(" <small>({})</small>").format(name)


def good_news_card(session: Session, entry_id: bytes, language: str) -> tuple[str, Markup | str] | None:
    """The picture and the words of good news on the board, or why something is not there; None if it does not open."""
    if entry_id == THANKS:
        return "1F490", _("Thank-yous from children went to adults here.")
    entry = find_board_news(session, entry_id)
    if entry is None:
        return None
    board_news = entry.news
    if board_news.why:
        about = _("Something good that you told is not here.")
        if board_news.topic == "adult":
            about = _("A thank-you to an adult was not passed on.")
        return "1F33C", f"{about} {why_not_labels(board_news.topic)[board_news.why]}"
    words = board_news.words
    best = language if language in words else next(iter(words))
    return GOOD_TOPICS[board_news.topic], words_with_language(words, best)


def _spoken_language(frozen: Frozen) -> str:
    code = str(get_locale() or "en")
    return code if code in frozen["languages"] else frozen["languages"][0]


def _last_replies(answer_due: AnswerDue) -> tuple[Reply, ...]:
    """All present answers, and the previous answer of each part that children opened again."""
    parts = (*(reply.part for reply in answer_due.replies), *answer_due.again)
    replies = (answer_due.last(part) for part in sorted(set(parts)))
    return tuple(reply for reply in replies if reply is not None)


@dataclass(frozen=True, slots=True)
class _ReplyRows:
    frozen: Frozen
    texts: Mapping[str, Mapping[str, str]]
    language: str
    names: PersonNames
    today: date
    wordings: Mapping[str, str]

    def row(self, reply: Reply, *, beside: bool = False) -> ReplyRow:
        """An answer; with its question, unless it is shown beside that."""
        part = None if beside else self.texts.get(reply.part)
        about = labels.frozen_words(part, self.language, self.frozen["languages"]) if part else ""
        opening = reply_opening_label(reply.kind, self.wordings.get(reply.part, "round"))
        opening_words = " ".join(filter(None, (about, opening)))
        return _reply_row(reply, opening_words, self.names.get(reply.by, self.frozen["decider"]), self.today)


def _reply_row(reply: Reply, begin: str, who: str, today: date) -> ReplyRow:
    day = labels.frozen_day_label(reply.day.isoformat())  # before the name: a Latin name would turn an Arabic day round
    return reply.kind, begin, spoken_words(reply), f"{day} · {by_whom_label(reply, who, today)}"
