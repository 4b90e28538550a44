"""Forms of everyday choices, and the words of their pages."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from youthvoice.surveys.choices.rules import MAX_OPTIONS, TIE_RULES, OptionLine
from youthvoice.surveys.questionnaires.forms import ChildrenField
from youthvoice.surveys.rounds.labels import opening_message
from youthvoice.surveys.rounds.rules import MAX_INVITED, RuleRefusal
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

CHOICE_KIND_LABELS: Final = {
    "food": _l("Food"),
    "activity": _l("Free time"),
    "chore": _l("Helping"),
    "film": _l("Film"),
    "outing": _l("Outing"),
    "own": _l("Own question"),
}


TIE_RULE_LABELS: Final = {
    "lot": _l("A lot is drawn"),
    "both": _l("Both are told, and both are done; of three or more a lot is drawn"),
    "first": _l("What stands first wins"),
}


CHOICE_MESSAGES: Final = {
    "no_question": _l("Write what is asked, in one language at least."),
    "question_too_long": _l("At most %(most)s words: a child hears it once."),
    "question_missing": _l("There are words in %(language)s. Ask the question in it too, or leave them out."),
    "too_few_options": _l("Give at least %(least)s pictures to choose from."),
    "picture_missing": _l("Choose a picture for this word."),
    "picture_unknown": _l("There is no picture “%(said)s”. Look at the shelf."),
    "picture_near": _l("There is no picture “%(said)s”. Did you mean “%(near)s”?"),
    "picture_twice": _l("This picture stands there already: two alike cannot be told apart."),
    "word_missing": _l("The word in %(language)s is missing."),
    "word_too_long": _l("At most %(most)s words on a picture."),
    "word_twice": _l("This word stands there already."),
    "choice_asks_who": _l("This seems to ask who a child is. A choice may not."),
    "choice_asks_abuse": _l("This asks whether a child was hurt. A choice may not: that is what Tell is for."),
    "open_already": _l("The same question is open here, or waits for an advocate. Wait until it is decided."),
    "too_few_children": _l("With fewer than %(least)s children nothing can win. Talk with them instead."),
    "ends_before_start": _l("This evening is over. Choose a later day."),
    "second_is_first": _l("Somebody else must approve it than whoever prepared it."),
    "not_waiting": _l("Somebody else decided about it a moment ago."),
    "too_few_advocates": _l(
        "%(site)s has %(number)s advocates who can read. Two are needed before children are asked, and one of them "
        "approves every choice."
    ),
}


def choice_refusal_message(refusal: RuleRefusal) -> str:
    """Why a choice cannot be asked."""
    if refusal.code not in CHOICE_MESSAGES:
        return opening_message(refusal)
    language = LANGUAGES.get(str(refusal.values.get("code", "")))
    return str(CHOICE_MESSAGES[refusal.code]) % {**refusal.values, "language": language.name if language else ""}


CHOICE_STATES: Final = {
    "waits": (_l("An advocate looks at it"), "half"),
    "missed": (_l("Nobody approved it in time"), "clock"),
    "dropped": (_l("Not asked"), "no"),
    "open": (_l("Open"), "ring"),
    "counting": (_l("Being counted"), "half"),
    "too_few": (_l("Too few voted"), "lock"),
    "too_many": (_l("More votes than children: not counted"), "lock"),
    "asked": (_l("Decided, not done yet"), "clock"),
    "yes": (_l("Done"), "full"),
    "partly": (_l("Not yet"), "half"),
    "no_because": (_l("Not done, and why"), "ring"),
}
"""Where a choice stands: words and a mark."""


_QUESTION, _PICTURE, _WORD = "question_", "picture_", "word_"


OPTION_PLACES = range(1, MAX_OPTIONS + 1)


class RepeatChoiceForm(FlaskForm):
    """When a choice ends, who does it by when, how a tie ends."""

    closes = DateField(_l("Which evening does it end?"), validators=[InputRequired(_l("Choose the day."))])
    decider = SelectField(_l("Who does what wins?"), coerce=int)
    due = DateField(_l("By which day is it done?"), validators=[InputRequired(_l("Choose the day."))])
    ties = RadioField(_l("When two are alike"), default=TIE_RULES[0])
    invited = ChildrenField(_l("How many children are here?"), _l("Say how many children are here."), MAX_INVITED, 0)

    def offer(self, deciders: Iterable[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.decider.choices = [SelectChoice(person_id, name) for person_id, name in deciders]
        self.ties.choices = [SelectChoice(code, TIE_RULE_LABELS[code]) for code in TIE_RULES]


class ChoiceForm(RepeatChoiceForm):
    """A whole choice; make it with `asking`, for it has a box in each language of the site."""

    languages: tuple[str, ...] = ()

    @classmethod
    def asking(cls, languages: Iterable[str], filled: Mapping[str, Any]) -> "ChoiceForm":
        """The form for a site.

        Args:
            languages: codes of the site's; the house must know them.
            filled: what stands in it at first, by box.
        """
        known = tuple(code for code in languages if code in LANGUAGES) or ("en",)
        boxes: dict[str, object] = {"languages": known}
        for code in known:
            boxes[_QUESTION + code] = StringField(LANGUAGES[code].name, [Length(max=200)])
        for place in OPTION_PLACES:
            boxes[f"{_PICTURE}{place}"] = StringField(_l("Picture"), [Length(max=80)])
            boxes |= {f"{_WORD}{place}_{code}": StringField(LANGUAGES[code].name, [Length(max=60)]) for code in known}
        form: ChoiceForm = type(cls.__name__, (cls,), boxes)(data=filled)
        for name, one in form._fields.items():
            code = name.rpartition("_")[2]
            if name.startswith((_QUESTION, _WORD)):
                one.render_kw = {"lang": tag(code), "dir": direction(code)}
        return form

    @property
    def question(self) -> dict[str, str]:
        """What is asked, by language, as typed."""
        return {code: self[_QUESTION + code].data or "" for code in self.languages}

    @property
    def rows(self) -> list[OptionLine]:
        """The pictures with their words, as typed."""
        return [
            OptionLine(
                self[f"{_PICTURE}{place}"].data or "",
                {code: self[f"{_WORD}{place}_{code}"].data or "" for code in self.languages},
            )
            for place in OPTION_PLACES
        ]

    @property
    def boxes(self) -> list[tuple[int, Field, list[Field]]]:
        """For the page: each place, the box of its picture, and those of its words."""
        return [
            (place, self[f"{_PICTURE}{place}"], [self[f"{_WORD}{place}_{code}"] for code in self.languages])
            for place in OPTION_PLACES
        ]

    @property
    def questions(self) -> list[Field]:
        """The boxes of the question."""
        return [self[_QUESTION + code] for code in self.languages]


def initial_choice_data(question: Mapping[str, str], rows: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, str]:
    """What stands in the boxes for a question and its pictures.

    Args:
        question: by language.
        rows: name of each picture, and its word by language.
    """
    found = {_QUESTION + code: text for code, text in question.items()}
    for place, (picture, words) in enumerate(rows, start=1):
        found[f"{_PICTURE}{place}"] = picture
        found |= {f"{_WORD}{place}_{code}": word for code, word in words.items()}
    return found


class ApproveChoiceForm(FlaskForm):
    """An advocate's yes."""

    again = BooleanField(_l("It may be asked again with other days, for three months, without asking me"))


class DropChoiceForm(FlaskForm):
    """Do not ask it."""
