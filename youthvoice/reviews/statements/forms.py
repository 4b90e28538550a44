"""The form of a statement, as a child sends it. Refusals are by the name of a screen."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import Form, StringField

from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import Statement
from youthvoice.threads.child_fields import PickField, PicksField, VoiceField, WordsField, first_refusals, pick_codes

OUTSIDE = "outside"
"""Value of the tile that says yes to the team of another organisation."""

_LIFE = pick_codes(options.LIFE)


class StatementForm(Form):
    """Everything a child says to her review."""

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
        self.people = {name: _rows(sent.getlist(name)) for name in ("there", "not_there", "readers")}
        self.outside = OUTSIDE in sent.getlist("readers")
        super().__init__(sent)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all of it can be taken: each field, and nobody is both wanted and unwanted."""
        return super().validate(extra_validators) and not self.refused()

    def refused(self) -> dict[str, str]:
        """Why something cannot be taken, by screen; the first of each."""
        reasons = first_refusals(self)
        if frozenset(self.people["there"]) & frozenset(self.people["not_there"]):  # a script takes one of them back
            reasons.setdefault(
                "not_there", _("Somebody should be there and should stay away. Tap only one of the two.")
            )
        return reasons

    def told(self, language: str, adults: Collection[int], helper: str = "") -> Statement:
        """What was said, of a form that was found right.

        Args:
            language: the child's.
            adults: rows of those who work at the site; others cannot be picked.
            helper: name of the adult beside her.
        """
        named = {name: tuple(row for row in rows if row in adults) for name, rows in self.people.items()}
        return Statement(
            good=tuple(self.good.data or ()),
            good_words=self.good_words.data or "",
            change=tuple(self.change.data or ()),
            afraid=tuple(self.afraid.data or ()),
            words=self.words.data or "",
            voice=self.voice.data or b"",
            voice_kind=self.voice.kind,
            there=named["there"],
            not_there=named["not_there"],
            speaks=self.speaks.data or "",
            comes=self.comes.data or "",
            hears=self.hears.data or "",
            readers=frozenset(named["readers"]),
            outside=self.outside,
            language=language,
            helper=helper,
        )

    def given(self) -> Mapping[str, Collection[str]]:
        """What was chosen and written, by the name of its input, to fill the page again; never a voice."""
        fields = {one.name: (one.data,) for one in self if isinstance(one, StringField) and one.data}
        picked = {one.name: tuple(one.data or ()) for one in self if isinstance(one, PicksField)}
        people = {name: tuple(str(row) for row in rows) for name, rows in self.people.items()}
        if self.outside:
            people["readers"] = (*people["readers"], OUTSIDE)
        return {**fields, **picked, **people}

    @classmethod
    def filled(cls, statement: Statement) -> Mapping[str, Collection[str]]:
        """What fills the page of a child who comes back to change what she said."""
        texts = {name: getattr(statement, name) for name in ("good_words", "words", "comes", "speaks", "hears")}
        lists = {name: getattr(statement, name) for name in ("good", "change", "afraid")}
        people = {name: tuple(str(row) for row in getattr(statement, name)) for name in ("there", "not_there")}
        readers = (*(str(row) for row in sorted(statement.readers)), *([OUTSIDE] if statement.outside else []))
        return {**{name: (text,) for name, text in texts.items() if text}, **lists, **people, "readers": readers}


def _rows(sent: Iterable[str]) -> tuple[int, ...]:
    return tuple(int(one) for one in dict.fromkeys(sent) if one.isdecimal() and len(one) < 10)  # noqa: PLR2004 - more is no row
