"""The pack of a review on paper, as values for the layout `review_pack`: the content of its page, in the same order.

It is typeset while its reader waits and stored nowhere: what the reader may open is in their session only (decision
0017).
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from markupsafe import Markup

from youthvoice.accountability.entities import Reply
from youthvoice.printing.document import Document
from youthvoice.reviews import labels
from youthvoice.reviews.pack import AdultReply, EarlierReview, Pack, PromiseView, SiteFinding, SiteView, WishView
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import Statement
from youthvoice.sites.store import Site
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.entities import ThreadEntry
from youthvoice.web.graphics.pictures import is_picture, whole_picture
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_day, join_list

Values = dict[str, Any]


def pack_document(pack: Pack, views: Sequence[SiteView], site: Site, language: str, printed_by: str) -> Document:
    """The pack as a document, in the present gettext language.

    Args:
        pack: as its reader opened it.
        views: of the site, see `list_site_views`.
        site: of the review.
        language: of the reader.
        printed_by: the reader's name.
    """
    body = pack.review.body
    writer = _Writer(pack.names, language)
    facts = (labels.REVIEW_KIND_LABELS[body.kind], labels.CARE_STEP_LABELS[body.step], format_day(pack.review.day))
    foot_values = {"name": printed_by, "day": format_day(pack.today)}
    values = {
        "title": str(_("A child’s care-plan review")),
        "brand": str(_("Youth Voice")),
        "case": str(_("Review %(case)s", case=body.case_number)),
        "facts": [site.name, *(str(fact) for fact in facts)],
        "alarm": str(_("Nobody asked her.")) if pack.nobody_asked else "",
        "statement": writer.statement(pack),
        "part": {
            "title": str(_("How she was asked")),
            "lines": labels.took_part_labels(pack.review, pack.names, pack.today),
        },
        "decided": {
            "title": str(_("What is decided")),
            "lines": [writer.wish(wish) for wish in pack.wishes] if pack.today >= pack.review.day else [],
        },
        "site": {
            "title": str(_("What the children of %(sites)s say", sites=site.name)),
            "none": "" if views else str(_("Nothing was published about all children here in this time.")),
            "views": [_view(view) for view in views],
        },
        "before": {
            "title": str(_("What earlier reviews promised")),
            "reviews": [writer.earlier(earlier_review) for earlier_review in pack.earlier],
        },
        "foot": " ".join(
            (
                str(_("Printed by %(name)s on %(day)s.", **foot_values)),
                str(_("Give it to nobody whom she did not choose, and shred it afterwards.")),
            )
        ),
    }
    return Document("review_pack", values, language, _pictures(values))


def _pictures(values: Values) -> dict[str, str]:
    marks = {"brand": "beads", "flag": "m-flag", "sound": "m-speaker"}
    return {
        name: whole_picture(code)
        for name, code in (*marks.items(), *((code, code) for code in set(_picture_codes(values))))
    }


def _picture_codes(value: object) -> Iterator[str]:
    """The code of every picture in the values."""
    if isinstance(value, Mapping):
        if "picture" in value:
            yield str(value["picture"])
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _picture_codes(item)


@dataclass(frozen=True, slots=True)
class _Writer:
    names: Mapping[int, str]
    language: str

    def statement(self, pack: Pack) -> Values:
        """The child's statement, complete."""
        statement = pack.statement
        title = str(_("What she says"))
        if statement is None:
            return {"title": title, "sentence": pack.statement_label, "groups": [], "voice": "", "terms": []}
        groups = (
            (_("This is good"), statement.good, statement.good_words),
            (_("This should change"), statement.change, statement.words),
            (_("I am afraid of this"), statement.afraid, ""),
        )
        return {
            "title": title,
            "sentence": pack.statement_label if statement.says_nothing else "",
            "groups": [_group(*group, statement.language) for group in groups if group[1] or group[2]],
            "voice": str(_("She says it with her voice, too: hear her on the page of this review."))
            if statement.voice
            else "",
            "terms": [*self._terms(statement), *self._invitations(pack)],
        }

    def _terms(self, statement: Statement) -> Iterable[Values]:
        terms = (
            (_("Should be there"), self._people(statement.there)),
            (_("Should not be there"), self._people(statement.not_there)),
            (_("Wants to be there"), pick_label(options.COMES, statement.comes)),
            (_("Who speaks"), pick_label(options.SPEAKS, statement.speaks)),
            (_("How she wants to hear the answer"), pick_label(options.HEARS, statement.hears)),
            (_("Who helped her"), statement.helper),
        )
        for term, words in terms:
            if words:
                yield {"term": str(term), "said": words}

    def _invitations(self, pack: Pack) -> Iterable[Values]:
        """Whom an invitation was taken back from, and who comes all the same, with why."""
        if uninvited := self._people(pack.review.body.uninvited):
            yield {"term": str(_("No longer invited")), "said": uninvited}
        for row, decision in pack.invitations.items():
            if decision.comes:
                why = {"name": self.names.get(row, ""), "why": decision.words, "by": self.names.get(decision.by, "")}
                yield {
                    "term": str(_("Invited all the same")),
                    "said": str(_("%(name)s, because: %(why)s (%(by)s)", **why)),
                }

    def _people(self, rows: Iterable[int]) -> str:
        return join_list(self.names.get(row, "") for row in rows)

    def wish(self, wish: WishView) -> Values:
        """One wish, or the plan, and what became of it."""
        reply = wish.decision
        undecided = _("She asked for a new look") if wish.again else _("No decision yet")
        pictures = [{"picture": pick.picture} for pick in options.LIFE if pick.code == wish.part]
        return {
            "title": wish.title,
            "pictures": pictures,
            "words": _text(wish.words, wish.language) if wish.words else None,
            "outcome": str(labels.OUTCOME_LABELS[reply.kind] if reply else undecided),
            "open": reply is None,
            "said": self._sentence(reply) if reply else None,
            "who": self._who(reply) if reply and not wish.promise else "",
            "promise": self.promise(wish.promise) if wish.promise else None,
            "disagrees": [_disagrees(entry, wish.language) for entry in wish.disagrees],
            "earlier": [
                {"begin": f"{_('Before:')} {labels.OUTCOME_LABELS[before.kind]} ·", "said": self._sentence(before)}
                for before in wish.earlier
            ],
        }

    def _sentence(self, reply: Reply) -> Values:
        language = reply.read_in(self.language)
        return _text(reply.words[language], language)

    def _who(self, reply: Reply) -> str:
        return f"{self.names.get(reply.by, '')} · {format_day(reply.day)}"

    def promise(self, promise: PromiseView) -> Values:
        """Who keeps the promise by when, and what became of it."""
        return {
            "who": self.names.get(promise.person_id, ""),
            "day": str(_("by %(day)s", day=format_day(promise.done_by))),
            "state": labels.promise_label(promise.state, promise.days),
            "late": promise.state == "late",
        }

    def earlier(self, earlier_review: EarlierReview) -> Values:
        """One earlier review."""
        body = earlier_review.review.body
        return {
            "title": f"{labels.REVIEW_KIND_LABELS[body.kind]} · {format_day(earlier_review.review.day)}",
            "wishes": [self.wish(wish) for wish in earlier_review.wishes],
        }


def _disagrees(entry: ThreadEntry, language: str) -> Values:
    """The child's reason for disagreeing."""
    words = str(entry.said.get("words", ""))
    return {
        "begin": str(_("She said on %(day)s: this is not right.", day=format_day(entry.day))),
        "words": _text(words, language) if words else None,
        "voice": str(_("Her voice is on the page of that review.")) if entry.sound else "",
    }


def _group(title: str, picks: Sequence[str], words: str, language: str) -> Values:
    pictures = [
        {"picture": pick.picture, "words": str(pick.words)}
        for code in picks
        for pick in options.LIFE
        if pick.code == code
    ]
    return {
        "title": str(title),
        "picks": pictures,
        "words": _text(words, language) if words else None,
        "is_long": len(words) > _LONG,
    }


_LONG: Final = 160  # characters; a longer text needs the whole width of a page


def _text(words: str, language: str) -> Values:
    """A person's own text, line by line, with its language; its first letter decides the direction."""
    code, _dash, region = languages.tag(language).partition("-")
    directions = (unicodedata.bidirectional(letter) for letter in words)
    first_direction = next((direction for direction in directions if direction in {"L", "R", "AL"}), "L")
    return {
        "lines": [list(_pieces(line)) for line in words.splitlines()],
        "is_long": len(words) > _LONG,
        "lang": code or "en",
        "region": "TW" if region == "Hant" else None,
        "rtl": first_direction != "L",
    }


_MAX_EMOJI_LENGTH: Final = 8  # code points

_VARIANTS: Final = "\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}"


def _pieces(line: str) -> Iterator[str | Values]:
    """The text between emoji, and the emoji as pictures: children type them, and no font for paper has them."""
    letters, at = "", 0
    while at < len(line):
        picture, end = _emoji_at(line, at)
        if picture and letters:
            yield letters
            letters = ""
        if picture:
            yield {"picture": picture, "points": [ord(point) for point in line[at:end]]}
        elif line[at] not in _VARIANTS:
            letters += line[at]
        at = end
    if letters:
        yield letters


def _emoji_at(line: str, at: int) -> tuple[str, int]:
    """The picture of the longest emoji that begins here, and where it ends; without one an empty text and `at` + 1."""
    if unicodedata.category(line[at]) == "So":  # "Symbol, other"
        for end in range(min(len(line), at + _MAX_EMOJI_LENGTH), at, -1):
            if picture := _emoji_picture(line[at:end]):
                return picture, end
    return "", at + 1


def _emoji_picture(typed: str) -> str:
    """The picture of a typed emoji; empty for another character."""
    spellings = (typed, "".join(point for point in typed if point not in _VARIANTS))
    names = ("-".join(f"{ord(point):04X}" for point in spelling) for spelling in spellings)
    return next((name for name in names if is_picture(name)), "")


def _view(view: SiteView) -> Values:
    return {
        "title": _text(view.title, view.language),
        "day": f"{format_day(view.day)} · {view.answered}",
        "findings": [_finding(finding) for finding in view.findings],
        "unknown": view.unknown,
        "replies": [_reply(reply) for reply in view.replies],
        "waits": _plain(view.waits),
    }


def _finding(finding: SiteFinding) -> Values:
    return {
        "sentence": finding.sentence,
        "bars": [
            " ".join(filter(None, (f"{label}:" if label else "", words, numbers)))
            for label, words, numbers in finding.bars
        ],
        "changed": finding.changed,
        "reply": _reply(finding.reply) if finding.reply else None,
    }


def _reply(reply: AdultReply) -> Values:
    kind, begin, words, who = reply
    return {"kind": kind, "begin": _plain(begin), "words": _plain(words), "who": _plain(who)}


def _plain(words: str) -> str:
    return words.striptags() if isinstance(words, Markup) else str(words)
