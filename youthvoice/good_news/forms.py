"""Forms of good news: what a child sends, and an advocate's decisions."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Self

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.accounts.forms import SecondAdultForm
from youthvoice.good_news import labels, rules
from youthvoice.good_news.encryption import GoodNews
from youthvoice.knocks.forms import CHOOSE_ADULT
from youthvoice.threads.child_fields import PickField, PicksField, VoiceField, WordsField, first_refusals
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

NOTHING_SAID: Final = _l("Tap a picture, write or speak. One thing is enough.")
TOO_MANY_TOPICS: Final = _l("Two are enough. Tap one again to take it back.")
ADULT_LEFT_OUT: Final = _l("You left this person out. Tap another face.")
ONLY_READER: Final = _l("Only this person reads it. Tap another face, or let one more read it.")
NOBODY_READS: Final = _l("Then nobody reads it. Let one of them read it.")

_MAX_DIGITS: Final = 9  # more is no row
_PREFIX: Final = "words_"


class GoodNewsForm(Form):
    """What a child sent from `/good`. Errors are keyed by the name of a screen."""

    topic = PicksField(frozenset(rules.TOPICS), most=rules.MAX_TOPICS, too_many=TOO_MANY_TOPICS)
    words = WordsField(rules.MAX_WORDS_CHARACTERS, "tell")
    voice = VoiceField()
    destination = PickField(frozenset(rules.DESTINATIONS))

    def __init__(self, formdata: Any) -> None:
        """Read what was sent, with the adults whom the page showed and whom the child left out."""
        self.left_out = _rows(formdata.getlist("left_out"))
        self.shown = _rows(formdata.get("shown", "").split())
        self.adult = next(iter(_rows([formdata.get("thank", "")])), 0)
        super().__init__(formdata)

    def refused(self, adults: Collection[int], only_reader: int = 0) -> dict[str, str]:
        """Why it cannot be taken, by screen; the first reason of each. Call it after `validate`.

        Args:
            adults: rows of those whom a child may thank.
            only_reader: who alone would read it: thanks to her could be passed on by nobody.
        """
        reasons = first_refusals(self)
        if self.destination.data == rules.ONE_ADULT and self.adult not in adults:
            reasons["thank"] = str(CHOOSE_ADULT)
        elif self.destination.data == rules.ONE_ADULT and self.adult in self.left_out:
            reasons["thank"] = str(ADULT_LEFT_OUT)
        elif self.destination.data == rules.ONE_ADULT and self.adult == only_reader:
            reasons["thank"] = str(ONLY_READER)
        if not reasons and self.good_news("").is_empty:
            reasons["tell"] = str(NOTHING_SAID)
        return reasons

    def good_news(self, language: str, adults: Collection[int] = ()) -> GoodNews:
        """What the child said.

        Args:
            language: the child's.
            adults: rows of those whom a child may thank; it is for its readers alone where it would go to nobody.
        """
        destination, adult = self.destination.data or "", 0
        if destination == rules.ONE_ADULT and self.adult in set(adults) - self.left_out:
            adult = self.adult
        elif destination == rules.ONE_ADULT:
            destination = ""
        return GoodNews(
            topics=tuple(self.topic.data or ()),
            destination=destination,
            words=self.words.data or "",
            voice=self.voice.data or b"",
            voice_kind=self.voice.kind,
            language=language,
            left_out=tuple(sorted(self.left_out)),
            adult=adult,
        )

    def input_values(self) -> Mapping[str, Collection[str]]:
        """What was sent, by the name of its input, to fill in the page again; never a voice."""
        fields = {field.name: (field.data,) for field in self if isinstance(field, StringField) and field.data}
        left_out = tuple(str(person_id) for person_id in self.left_out)
        return {**fields, "topic": tuple(self.topic.data or ()), "left_out": left_out, "thank": (str(self.adult),)}


def _rows(sent: Sequence[str]) -> frozenset[int]:
    digits = (value for value in sent if value.isascii() and value.isdecimal() and len(value) <= _MAX_DIGITS)
    return frozenset(int(value) for value in digits)


class BoardForm(FlaskForm, SecondAdultForm):
    """An advocate's own sentence for the board, in the languages of the site, and the adult who agrees."""

    topic = RadioField(_l("What is it about?"), [InputRequired(_l("Choose what it is about."))])
    nobody = BooleanField(
        _l("It names nobody, and nobody can tell from it who told it"),
        [InputRequired(_l("What shows who told it does not go on the board."))],
    )

    @classmethod
    def in_languages(cls, good_news: GoodNews, languages: Sequence[str]) -> Self:
        """The form with a text box for each language."""
        longest = Length(max=rules.MAX_BOARD_CHARACTERS, message=_l("At most 120 letters."))
        boxes = {_PREFIX + code: TextAreaField(LANGUAGES[code].name, [longest]) for code in languages}
        form: Self = type(cls.__name__, (cls,), boxes)(data={"topic": next(iter(good_news.topics), None)})
        form.topic.choices = [SelectChoice(code, words) for code, words in labels.TOPIC_LABELS.items()]
        form._fields = {box.name: box for box in form.boxes} | form._fields  # as on the page: so errors stand, too
        for code in languages:
            form[_PREFIX + code].render_kw = {"lang": tag(code), "dir": direction(code)}
        return form

    @property
    def boxes(self) -> list[Field]:
        """The text boxes of the languages."""
        return [field for name, field in self._fields.items() if name.startswith(_PREFIX)]

    @property
    def words(self) -> dict[str, str]:
        """The sentence by language, on one line; empty boxes are left out."""
        typed = {box.name.removeprefix(_PREFIX): " ".join((box.data or "").split()) for box in self.boxes}
        return {code: text for code, text in typed.items() if text}

    def refuse(self, words: str) -> None:
        """Show beside the first text box why the sentence cannot go on the board."""
        self.boxes[0].errors = [*self.boxes[0].errors, words]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the form; where no sentence was written it is refused, beside all else."""
        is_valid = super().validate(extra_validators)
        if not self.words:
            self.refuse(_("Write it in one language at least."))
        return is_valid and bool(self.words)


class WhyNotForm(FlaskForm):
    """Why something is not on the board, or went to no adult; children read it there."""

    why = RadioField(_l("Why is it not on the board?"), [InputRequired(_l("Choose why. Children read it."))])

    @classmethod
    def offering(cls, topic: str) -> Self:
        """The form with its reasons (`labels.why_not_labels`)."""
        form = cls()
        if topic == "adult":
            form.why.label.text = _("Why does it not go to this adult?")
        form.why.choices = [SelectChoice(code, words) for code, words in labels.why_not_labels(topic).items()]
        return form
