"""Forms of what an advocate decides about a suggestion: shape and error words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.accounts.store import Reader
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.agenda.content_check import Notice, notices
from youthvoice.committees.entities import (
    DECLINED_WHY,
    HELD_WHY,
    MOST_LETTERS,
    TOPICS,
    WISHES,
    Held,
    ItemBody,
    ItemFacts,
)
from youthvoice.threads.suggestions.suggestion import Suggestion
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

MOST_HELD_DAYS: Final = 14
USUAL_HELD_DAYS: Final = 2
_PREFIX: Final = "words_"
_SHORT: Final = Length(max=MOST_LETTERS, message=_l("Make it shorter: at most %(max)d letters."))


class PublishForm(FlaskForm):
    """The words as they shall stand on the agenda, in the languages of the site, and the two pictures."""

    topic = RadioField(_l("What is it about?"), [InputRequired(_l("Choose what it is about."))])
    wish = RadioField(_l("What should happen?"))
    as_it_stands = BooleanField(_l("It names nobody and is not about one child. Put it on the agenda as it stands."))

    @classmethod
    def asking(cls, suggestion: Suggestion, languages: Iterable[str]) -> Self:
        """The form, filled with what the child gave.

        Args:
            suggestion: opened.
            languages: of the site.
        """
        codes = list(dict.fromkeys([suggestion.language, *languages]))
        boxes = {_PREFIX + code: TextAreaField(LANGUAGES[code].name, [_SHORT]) for code in codes if code in LANGUAGES}
        asking: type[Self] = type(cls.__name__, (cls,), boxes)
        said: dict[str, Any] = {_PREFIX + suggestion.language: suggestion.words}
        form = asking(data={"topic": suggestion.topic or None, "wish": suggestion.wish, **said})
        form.topic.choices = [SelectChoice(code, agenda_words.topic(code)) for code in TOPICS]
        nothing = SelectChoice("", _l("The child did not say"))
        form.wish.choices = [*(SelectChoice(code, agenda_words.wish(code)) for code in WISHES), nothing]
        for code, box in form.boxes:
            box.render_kw = {"lang": tag(code), "dir": direction(code)}
        return form

    @property
    def boxes(self) -> list[tuple[str, Field]]:
        """The boxes for the words, by language."""
        return [(name.removeprefix(_PREFIX), one) for name, one in self._fields.items() if name.startswith(_PREFIX)]

    @property
    def said(self) -> dict[str, str]:
        """The words by language, with line ends of one kind; as typed but for blanks around them."""
        typed = {code: (box.data or "").replace("\r\n", "\n").strip() for code, box in self.boxes}
        return {code: text for code, text in typed.items() if text}

    @property
    def body(self) -> ItemBody:
        """What shall stand on the agenda."""
        return ItemBody(self.topic.data, wish=self.wish.data or "", words=self.said)

    def warned(self, nicknames: Collection[str], adults: Collection[str]) -> list[Notice]:
        """What nobody has looked at yet and may be about one person."""
        return [] if self.as_it_stands.data else notices(self.said.values(), nicknames, adults)

    def is_missing_words(self, suggestion: Suggestion) -> bool:
        """Whether what she said or wrote would be lost; refuses it in the first box. Pictures may stand alone."""
        if self.said or not (suggestion.words or suggestion.voice):
            return False
        words = (
            _("Write down what the child says: a voice tells who she is, so it is never published.")
            if suggestion.voice
            else _("Write the words in one language at least.")
        )
        first = self.boxes[0][1]
        first.errors = [*first.errors, words]
        return True


class JoinForm(FlaskForm):
    """Which item says the same."""

    item = RadioField(_l("Which item says the same?"), [InputRequired(_l("Choose an item."))])

    @classmethod
    def offering(cls, found: Sequence[ItemFacts], language: str) -> Self:
        """The form with what is on the agenda."""
        form = cls()
        form.item.choices = [SelectChoice(one.subject, agenda_words.title(one, language)) for one in found]
        return form


class HoldForm(FlaskForm):
    """Why it waits, who decides, and until when; all three stand on the agenda."""

    why = RadioField(_l("Why does it wait?"), [InputRequired(_l("Say why."))])
    by = RadioField(_l("Who decides?"), [InputRequired(_l("Choose who decides."))], coerce=int)
    until = DateField(_l("By which day?"), [InputRequired(_l("Choose the day."))])

    @classmethod
    def offering(cls, people: Iterable[Reader], today: date) -> Self:
        """The form with everybody who can decide."""
        form = cls(data={"until": today + timedelta(days=USUAL_HELD_DAYS)})
        form.why.choices = [SelectChoice(code, words) for code, words in held_why().items()]
        form.by.choices = [SelectChoice(str(one.person_id), one.name) for one in people]
        return form

    def is_out_of_bounds(self, today: date) -> bool:
        """Whether the day is none that children can be told; refuses it there."""
        if today <= self.until.data <= today + timedelta(days=MOST_HELD_DAYS):
            return False
        self.until.errors = [
            *self.until.errors,
            _("Choose a day within two weeks: children read it on their agenda."),
        ]
        return True

    @property
    def held(self) -> Held:
        """What was chosen."""
        return Held(self.why.data, self.by.data, self.until.data)


class DeclineForm(FlaskForm):
    """Why it is not on the agenda; children read it."""

    why = RadioField(_l("Why is it not on the agenda?"), [InputRequired(_l("Choose why. Children read it."))])

    @classmethod
    def offering(cls) -> Self:
        """The form with the reasons that there are."""
        form = cls()
        form.why.choices = [SelectChoice(code, words) for code, words in declined_why().items()]
        return form


def held_why() -> Mapping[str, str]:
    """Each reason to wait, as the agenda says it."""
    return {code: agenda_words.waits(code) for code in HELD_WHY}


def declined_why() -> Mapping[str, str]:
    """Each reason not to come onto the agenda, as the agenda says it; that it is there already is an act of its own."""
    return {code: agenda_words.declined(code) for code in DECLINED_WHY if code != "there_already"}
