"""Forms of the builder: the head of a draft, and one of its questions in all languages.

They refuse only values that no row could hold; the rules for files find everything that is missing or wrong.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.drafts.draft import (
    DraftBody,
    DraftQuestion,
    ascii_slug,
    change_kind,
    free_name,
    set_value,
    type_ranges,
    typed_ranges,
)
from youthvoice.surveys.questionnaires.drafts.labels import TICK_HINTS, purpose_message
from youthvoice.surveys.questionnaires.kinds import KINDS, MAX_CODED_OPTIONS
from youthvoice.surveys.questionnaires.labels import KIND_LABELS, PURPOSE_LABELS, SPLIT_MEANINGS
from youthvoice.surveys.questionnaires.picture_library import drawable_picture, picture_name, read_picture
from youthvoice.surveys.questionnaires.rules import MAX_TILES, SPLIT_KINDS
from youthvoice.web.form_fields import CheckboxesField

_MOST_WORDS: Final = 300  # letters of a question or an answer

_MOST_VALUES: Final = 180  # no form sends 200

_EMPTY_ROWS: Final = 2  # empty rows below the existing answers

_GROUPS: Final = ("A", "B", "C", "D", "E")

# everyday choices have a page of their own
_PURPOSES: Final = tuple(purpose for purpose in questionnaire.PURPOSES if purpose != "choice")


def _choices(words: Mapping[Any, Any], keys: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice(key, words[key]) for key in keys]


class NewDraftForm(FlaskForm):
    """The head of a new questionnaire."""

    title = StringField(_l("Title"), [DataRequired(_l("Write a title.")), Length(max=200)])
    languages = CheckboxesField(_l("Languages"))
    ages = SelectField(_l("Ages"), choices=[SelectChoice(ages, ages) for ages in questionnaire.AGES])
    purpose = SelectField(_l("Purpose"), choices=_choices(PURPOSE_LABELS, _PURPOSES))

    def offer(self, languages: Mapping[str, str]) -> None:
        """Offer the languages of the installation, by name."""
        self.languages.choices = [SelectChoice(code, name) for code, name in languages.items()]

    def validate_languages(self, field: Field) -> None:
        """Require at least one language."""
        if not field.data:
            field.errors = [*field.errors, _l("Tick one language at least.")]


class DraftHeadForm(FlaskForm):
    """The head of a draft, with a title field in each language; make it with `of`."""

    fixed_purpose = ""

    languages = CheckboxesField(_l("Languages"))
    unchecked = CheckboxesField(_l("Languages that no speaker has checked yet"))
    ages = SelectField(_l("Ages"), choices=[SelectChoice(ages, ages) for ages in questionnaire.AGES])
    purpose = SelectField(_l("Purpose"), choices=_choices(PURPOSE_LABELS, _PURPOSES))

    @classmethod
    def of(cls, body: DraftBody, languages: Mapping[str, str], fixed_purpose: str = "") -> "DraftHeadForm":
        """Make the form of a draft, filled with its values.

        Args:
            body: the draft.
            languages: of the installation, by name.
            fixed_purpose: the only purpose it may have; empty where any is allowed.
        """
        names = {code: name or code for code, name in (dict.fromkeys(body.languages, "") | dict(languages)).items()}
        boxes: dict[str, Any] = {f"title_{code}": _words(names[code]) for code in body.languages}
        boxes["fixed_purpose"] = fixed_purpose
        values = {f"title_{code}": body.head["title"].get(code, "") for code in body.languages}
        values |= {"languages": list(body.languages), "unchecked": list(body.head.get("draft", {}))}
        values |= {"ages": body.head["ages"], "purpose": body.head["purpose"]}
        form: DraftHeadForm = type(cls.__name__, (cls,), boxes)(data=values)
        form.languages.choices = [SelectChoice(code, name) for code, name in names.items()]
        form.unchecked.choices = [SelectChoice(code, names[code]) for code in body.languages]
        return form

    def validate_purpose(self, field: Field) -> None:
        """Refuse another purpose for a questionnaire that children may have answered."""
        if self.fixed_purpose not in {"", field.data}:
            raise ValidationError(purpose_message(self.fixed_purpose))

    @property
    def titles(self) -> list[Field]:
        """The fields of the title."""
        return [box for box in self if box.name.startswith("title_")]

    def keep_in(self, body: DraftBody) -> None:
        """Write the typed values into the draft; a draft always keeps one language."""
        titles = {box.name.removeprefix("title_"): (box.data or "").strip() for box in self.titles}
        chosen = self.languages.data or list(body.languages)
        before = [code for code in body.languages if code in chosen]
        body.head |= {
            "title": body.head["title"] | titles,
            "languages": [*before, *(code for code in chosen if code not in before)],
            "draft": dict.fromkeys(self.unchecked.data or (), "checked = none"),
            "ages": self.ages.data,
            "purpose": self.purpose.data,
        }


class PictureForm(FlaskForm):
    """An uploaded picture, as a file."""

    file = FileField(_l("Picture"), [FileRequired(_l("Choose a file."))])


class AnswerBoxes(NamedTuple):
    """The fields of one answer: its labels by language, and all others."""

    at: int
    code: str | None
    key: Field
    words: tuple[Field, ...]
    picture: Field | None
    ticks: tuple[Field, ...]
    stored: bool  # whether the answer exists; False for an empty row


class QuestionForm(FlaskForm):
    """One question, with fields that depend on its kind and languages; make it with `of`."""

    languages: tuple[str, ...] = ()
    rows: range = range(0)
    own: frozenset[str] = frozenset()
    kind = SelectField(_l("Kind"), choices=_choices(KIND_LABELS, tuple(KINDS)))
    picture = StringField(_l("Picture of the question"), [Length(max=80)])
    please = BooleanField(_l("Ask “please answer”: it can still be skipped"))
    when = SelectField(_l("When it is asked"), validate_choice=False)

    @classmethod
    def of(
        cls, body: DraftBody, question: DraftQuestion, language_names: Mapping[str, str], rows: range
    ) -> "QuestionForm":
        """Make the form of a question, filled with its values.

        Args:
            body: the draft.
            question: one of it.
            language_names: the languages of the draft, by name.
            rows: the positions of the shown answers, from `answer_rows` or as they were sent.
        """
        boxes: dict[str, Any] = {}
        values: dict[str, Any] = {
            "kind": question["kind"],
            "picture": _picture_label(question.get("picture")),
            "please": question.get("please", False),
            "when": question.get("when", ""),
        }
        for name, (box, value) in _boxes(body, question, language_names, rows):
            boxes[name], values[name] = box, value
        boxes |= {"languages": body.languages, "rows": rows, "own": body.picture_codes()}
        form: QuestionForm = type(cls.__name__, (cls,), boxes)(data=values)
        form.when.choices = list(_conditions(body, question))
        if "moment" in form:
            form["moment"].choices = list(_moments(body, question))
        return form

    def worded(self, about: str) -> list[Field]:
        """The fields of one text, one for each language."""
        return [self[f"{about}_{code}"] for code in self.languages if f"{about}_{code}" in self]

    def answer_boxes(self, question: DraftQuestion) -> Iterator[AnswerBoxes]:
        """For the page: each answer with its fields."""
        options = question.get("options", [])
        for at in self.rows:
            picture = next(iter(self._boxes_at(at, "picture")), None)
            ticks = tuple(self._boxes_at(at, "good", "harm", "right", "group"))
            code = drawable_picture(options[at].get("picture") or "") if at < len(options) else None
            key = self[f"answer_{at}_key"]
            yield AnswerBoxes(at, code, key, tuple(self.worded(f"answer_{at}")), picture, ticks, at < len(options))

    @property
    def tick_hints(self) -> list[tuple[str, str]]:
        """What each tick of the answers does, for people who use it for the first time."""
        at = next(iter(self.rows), 0)
        return [(str(box.label.text), str(TICK_HINTS[mark])) for mark in _MARKS for box in self._boxes_at(at, mark)]

    def _boxes_at(self, at: int, *abouts: str) -> list[Field]:
        return [self[f"answer_{at}_{about}"] for about in abouts if f"answer_{at}_{about}" in self]

    def keep_in(self, question: DraftQuestion) -> None:
        """Write the typed values into the question."""
        question["text"] = question.get("text", {}) | self._words("text")
        for about in ("hint", "says"):
            if self.worded(about):
                words = question.get(about, {}) | self._words(about)
                set_value(question, about, {code: text for code, text in words.items() if text})
        set_value(question, "picture", read_picture(self.picture.data, self.own))
        set_value(question, "please", self.please.data)
        set_value(question, "when", (self.when.data or "").strip()[:_MOST_WORDS])
        if "moment" in self:
            moment, _blank, pair = (self["moment"].data or "").partition(" ")
            set_value(question, "moment", moment)
            set_value(question, "pair", pair)
        if "lasting" in self:
            set_value(question, "lasting", self["lasting"].data)
        if "split" in self:
            set_value(question, "split", self["split"].data if self["split"].data in SPLIT_MEANINGS else "")
        if "ends" in self:
            type_ranges(question, (self["ends"].data or "").strip())
        if self.rows:
            self._keep_answers(question)
        if self.kind.data in KINDS:
            change_kind(question, self.kind.data)

    def _words(self, about: str) -> dict[str, str]:
        return {code: (self[f"{about}_{code}"].data or "").strip() for code in self.languages}

    def _keep_answers(self, question: DraftQuestion) -> None:
        """Write the answers of this page at their positions; answers on other pages stay, with their marks."""
        before, sent_keys = question.get("options", []), {self[f"answer_{at}_key"].data for at in self.rows}
        options = before[: self.rows.start]
        later = [option for option in before[self.rows.start :] if option["key"] not in sent_keys]
        marks = _marks(question, {option["key"] for option in (*options, *later)})
        by_key = {option["key"]: option for option in before}
        for at in self.rows:
            if (option := self._typed_answer(at, by_key, options)) is None:
                continue
            options.append(option)
            for mark in _MARKS:
                for box in self._boxes_at(at, mark):
                    marks.setdefault(mark, []).extend([option["key"]] if box.data else [])
            for box in self._boxes_at(at, "group"):
                marks.setdefault(f"group {box.data}" if box.data else "group", []).append(option["key"])
        question["options"] = [*options, *later]
        _keep_marks(question, marks, self.languages)

    def _typed_answer(
        self, at: int, by_key: Mapping[str, dict[str, Any]], options: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any] | None:
        """One row as typed; None for an empty row, or for an answer whose labels were removed."""
        words = self._words(f"answer_{at}")
        pictures = [read_picture(box.data, self.own) for box in self._boxes_at(at, "picture")]
        if not any((*words.values(), *pictures)):
            return None
        option = dict(by_key.get(self[f"answer_{at}_key"].data or "", {"key": ""})) | words
        for picture in pictures:
            set_value(option, "picture", picture)
        option["key"] = option["key"] or _new_key(words, [*by_key.values(), *options])
        return option


def _new_key(words: Mapping[str, str], options: Sequence[Mapping[str, Any]]) -> str:
    slug = next((slug for text in words.values() if (slug := ascii_slug(text))), "")
    return free_name(slug, [option["key"] for option in options], "answer")


_MARKS: Final = ("good", "harm", "right")


def _marks(question: DraftQuestion, keys: Collection[str]) -> dict[str, list[str]]:
    """The marks of some answers, as a page would tick them."""
    marks = {mark: [key for key in question.get(mark, []) if key in keys] for mark in ("good", "harm")}
    marks["right"] = [question["right"]] if question.get("right") in keys else []
    for letter, group in zip(_GROUPS, question.get("merge", []), strict=False):
        marks[f"group {letter}"] = [key for key in group["options"] if key in keys]
    return {mark: marked for mark, marked in marks.items() if marked}


def _keep_marks(question: DraftQuestion, marks: Mapping[str, list[str]], languages: Sequence[str]) -> None:
    """Write the ticked marks; marks that the page did not show stay, and so does their order."""
    for mark in ("good", "harm"):
        if mark in marks and set(marks[mark]) != set(question.get(mark, [])):
            set_value(question, mark, marks[mark])
    set_value(question, "safety", bool(question.get("harm")))
    if "right" in marks:
        before = question.get("right", "")
        right = next((key for key in marks["right"] if key != before), next(iter(marks["right"]), ""))
        if right != before:
            set_value(question, "right", right)
            set_value(question, "publish", "right" if right else "")
    groups = {mark: keys for mark, keys in sorted(marks.items()) if mark.startswith("group ")}
    if groups or "group" in marks:
        set_value(question, "merge", _merged(question, groups, languages))


def _merged(question: DraftQuestion, groups: Mapping[str, list[str]], languages: Sequence[str]) -> list[dict[str, Any]]:
    """The groups as a file has them; a group with the same answers as before keeps its labels."""
    before = {tuple(sorted(group["options"])): group for group in question.get("merge", [])}
    options = {option["key"]: option for option in question["options"]}
    merged = []
    for mark, keys in groups.items():
        words = {code: " / ".join(options[key].get(code, "") for key in keys) for code in languages}
        new_group = {"key": mark.lower().replace(" ", "_"), "options": keys} | words
        merged.append(before.get(tuple(sorted(keys))) or new_group)
    return merged


def answer_rows(question: DraftQuestion, languages: Sequence[str], start: int = 0, wanted: int = 0) -> range:
    """The positions of the answers on a page, with empty rows; empty where the kind has no answers.

    Args:
        question: any.
        languages: of the draft; the more there are, the fewer answers fit one form.
        start: the first place.
        wanted: the number of rows that the user asked for.
    """
    if not KINDS[question["kind"]].has_options:
        return range(0)
    stored = len(question.get("options", []))
    most = max(stored, min(KINDS[question["kind"]].options[1], MAX_TILES))
    rows = min(max(stored + _EMPTY_ROWS, wanted, 2), most)
    fitting = (_MOST_VALUES - 4 * len(languages) - _OTHER_BOXES) // (len(languages) + _BOXES_OF_ANSWER)
    start = min(max(start, 0), rows - 1) // fitting * fitting
    return range(start, min(start + fitting, rows))


_BOXES_OF_ANSWER: Final = 6  # besides its labels: key, picture, four ticks

_OTHER_BOXES: Final = 12  # of a question, besides its texts: kind, picture, when, ticks, the token


def count_rows(question: DraftQuestion, languages: Sequence[str], wanted: int = 0) -> int:
    """The number of answer rows on all pages of a question, with empty ones."""
    return answer_rows(question, languages, MAX_CODED_OPTIONS, wanted).stop


def _boxes(
    body: DraftBody, question: DraftQuestion, language_names: Mapping[str, str], rows: range
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Name, field and initial value of everything that depends on kind and languages."""
    for code in body.languages:
        yield f"text_{code}", (_words(language_names[code]), question.get("text", {}).get(code, ""))
        yield f"hint_{code}", (_words(language_names[code]), question.get("hint", {}).get(code, ""))
    kind = KINDS[question["kind"]]
    if kind.scale or question.get("says"):
        for code in body.languages:
            yield f"says_{code}", (_words(language_names[code]), question.get("says", {}).get(code, ""))
    if kind.coded and (body.head["purpose"] == "awareness" or question.get("moment")):
        moment = f"{question.get('moment', '')} {question.get('pair', '')}".strip()
        yield "moment", (SelectField(_l("Before and now, in one questionnaire"), validate_choice=False), moment)
    if kind.coded and kind.lasting:
        yield "lasting", (BooleanField(_l("A lasting fact: asked once a year")), question.get("lasting", False))
    if question["kind"] in SPLIT_KINDS or question.get("split"):
        splits = _choices(SPLIT_MEANINGS, tuple(SPLIT_MEANINGS))
        box = SelectField(_l("May a view be split by it?"), choices=splits, validate_choice=False)
        yield "split", (box, question.get("split", ""))
    if kind.bins > (0, 0):
        yield "ends", (StringField(_l("Ranges"), [Length(max=60)]), typed_ranges(question))
    yield from _answer_boxes(body, question, language_names, rows)


def _answer_boxes(
    body: DraftBody, question: DraftQuestion, language_names: Mapping[str, str], rows: range
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Name, field and initial value of everything about the answers, row by row."""
    kind = KINDS[question["kind"]]
    options = question.get("options", [])
    lettered = zip(_GROUPS, question.get("merge", []), strict=False)
    groups = {key: letter for letter, group in lettered for key in group["options"]}
    for at in rows:
        option = options[at] if at < len(options) else {"key": ""}
        key = option["key"]
        yield f"answer_{at}_key", (HiddenField(), key)
        for code in body.languages:
            yield f"answer_{at}_{code}", (_words(language_names[code]), option.get(code, ""))
        if kind.pictured:
            box = StringField(_l("Picture"), [Length(max=80)])
            yield f"answer_{at}_picture", (box, _picture_label(option.get("picture")))
        if kind.scale:
            yield f"answer_{at}_good", (BooleanField(_l("A good answer")), key in question.get("good", []))
        harm = BooleanField(_l("Says that a child is hurt or afraid"))
        yield f"answer_{at}_harm", (harm, key in question.get("harm", []))
        if kind.single and (body.head["purpose"] == "awareness" or question.get("right")):
            yield f"answer_{at}_right", (BooleanField(_l("The right answer")), key == question.get("right"))
        if question["kind"] == "choose_one" and (len(options) > len(_GROUPS) or groups):
            box = SelectField(_l("Published together as"), choices=["", *_GROUPS])
            yield f"answer_{at}_group", (box, groups.get(key, ""))


def _words(label: str) -> StringField:
    return StringField(label, [Length(max=_MOST_WORDS)])


def _picture_label(code: str | None) -> str:
    return picture_name(drawable) if (drawable := drawable_picture(code or "")) else code or ""


def _conditions(body: DraftBody, question: DraftQuestion) -> Iterator[SelectChoice]:
    """Options for the condition: always, or after one answer to an earlier question; an existing other rule stays."""
    yield SelectChoice("", _l("Always"))
    offered = {""}
    for earlier in body.questions:
        if earlier["id"] == question["id"]:
            break
        for option in earlier.get("options", []) if KINDS[earlier["kind"]].has_options else []:
            rule = f"{earlier['name']} = {option['key']}"
            offered.add(rule)
            yield SelectChoice(rule, f"{_first(earlier['text'], body.languages)} → {_first(option, body.languages)}")
    if (rule := question.get("when", "")) not in offered:
        yield SelectChoice(rule, rule)


def _moments(body: DraftBody, question: DraftQuestion) -> Iterator[SelectChoice]:
    """Options for the moment: once, before, or now for each earlier question about before."""
    yield SelectChoice("", _l("It is asked once"))
    yield SelectChoice("before", _l("It asks how it was before"))
    offered = {"", "before"}
    for earlier in body.questions:
        if earlier["id"] == question["id"]:
            break
        if earlier.get("moment") == "before":
            offered.add(f"now {earlier['name']}")
            words = _first(earlier["text"], body.languages)
            yield SelectChoice(f"now {earlier['name']}", _("It asks how it is now; before: %(words)s", words=words))
    moment = f"{question.get('moment', '')} {question.get('pair', '')}".strip()
    if moment not in offered:
        yield SelectChoice(moment, moment)


def _first(words: Mapping[str, Any], languages: Sequence[str]) -> str:
    return next((words[code] for code in languages if words.get(code)), "…")
