"""The form of a statement, as a child sends it. Errors are keyed by the name of a screen."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import Form, StringField

from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import Statement
from youthvoice.threads.child_fields import PickField, PicksField, VoiceField, WordsField, first_refusals, pick_codes

OUTSIDE = "outside"
"""The choice that lets the team of another organisation read."""

_LIFE = pick_codes(options.LIFE)


class StatementForm(Form):
    """Everything that a child says to a review."""

    good = PicksField(_LIFE)
    good_words = WordsField(options.MAX_WORDS_CHARACTERS, "good_words")
    change = PicksField(_LIFE)
    words = WordsField(options.MAX_WORDS_CHARACTERS, "tell")
    voice = VoiceField()
    afraid = PicksField(_LIFE)
    comes = PickField(pick_codes(options.COMES))
    speaks = PickField(pick_codes(options.SPEAKS))
    hears = PickField(pick_codes(options.HEARS))

    def __init__(self, sent: Any) -> None:
        """Read what was sent, fields and files together."""
        self.people = {name: _row_ids(sent.getlist(name)) for name in ("there", "not_there", "readers")}
        self.outside = OUTSIDE in sent.getlist("readers")
        super().__init__(sent)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all of it can be accepted: each field, and nobody is both wanted and unwanted."""
        return super().validate(extra_validators) and not self.refused()

    def refused(self) -> dict[str, str]:
        """The first error of each screen."""
        reasons = first_refusals(self)
        # with scripts the page deselects one of them
        if not frozenset(self.people["there"]).isdisjoint(self.people["not_there"]):
            reasons.setdefault(
                "not_there", _("Somebody should be there and should stay away. Tap only one of the two.")
            )
        return reasons

    def statement(self, language: str, adults: Collection[int], helper: str = "") -> Statement:
        """The statement of a valid form.

        Args:
            language: of the child.
            adults: rows of the people of the site; others are ignored.
            helper: name of the adult beside the child.
        """
        chosen_people = {name: tuple(row for row in rows if row in adults) for name, rows in self.people.items()}
        return Statement(
            good=tuple(self.good.data or ()),
            good_words=self.good_words.data or "",
            change=tuple(self.change.data or ()),
            afraid=tuple(self.afraid.data or ()),
            words=self.words.data or "",
            voice=self.voice.data or b"",
            voice_kind=self.voice.kind,
            there=chosen_people["there"],
            not_there=chosen_people["not_there"],
            speaks=self.speaks.data or "",
            comes=self.comes.data or "",
            hears=self.hears.data or "",
            readers=frozenset(chosen_people["readers"]),
            outside=self.outside,
            language=language,
            helper=helper,
        )

    def values(self) -> Mapping[str, Collection[str]]:
        """What the child selected and wrote, by the name of its input, to fill the page again; never a recording."""
        fields = {field.name: (field.data,) for field in self if isinstance(field, StringField) and field.data}
        picked = {field.name: tuple(field.data or ()) for field in self if isinstance(field, PicksField)}
        people = {name: tuple(str(row) for row in rows) for name, rows in self.people.items()}
        if self.outside:
            people["readers"] = (*people["readers"], OUTSIDE)
        return {**fields, **picked, **people}

    @classmethod
    def values_of(cls, statement: Statement) -> Mapping[str, Collection[str]]:
        """Values that fill the page of a child who changes the statement."""
        texts = {name: getattr(statement, name) for name in ("good_words", "words", "comes", "speaks", "hears")}
        lists = {name: getattr(statement, name) for name in ("good", "change", "afraid")}
        people = {name: tuple(str(row) for row in getattr(statement, name)) for name in ("there", "not_there")}
        readers = (*(str(row) for row in sorted(statement.readers)), *([OUTSIDE] if statement.outside else []))
        return {**{name: (text,) for name, text in texts.items() if text}, **lists, **people, "readers": readers}


def _row_ids(sent: Iterable[str]) -> tuple[int, ...]:
    return tuple(int(text) for text in dict.fromkeys(sent) if text.isdecimal() and len(text) < 10)  # noqa: PLR2004 - more is no row
