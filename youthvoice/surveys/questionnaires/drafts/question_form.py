"""The form of one question in the builder, in all languages of its draft, with a row for each of its answers.

Which fields it has follows from the kind of the question and from the languages, so each question gets a form class of
its own. A text has a field for each language, such as `text_en`; a row has a hidden key, and the names of its fields
begin with its position, such as "answer_0_key". Only this module knows these names, and the view that takes from the
keys which rows were sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import Length

from youthvoice.surveys.questionnaires.drafts import draft as draft_rules
from youthvoice.surveys.questionnaires.drafts.answer_marks import GROUPS, AnswerMarks, marks_of, set_marks
from youthvoice.surveys.questionnaires.drafts.draft import DraftBody, DraftQuestion
from youthvoice.surveys.questionnaires.drafts.labels import TICK_HINTS
from youthvoice.surveys.questionnaires.kinds import KINDS, MAX_CODED_OPTIONS
from youthvoice.surveys.questionnaires.labels import KIND_LABELS, SPLIT_MEANINGS
from youthvoice.surveys.questionnaires.picture_library import drawable_picture, picture_name, read_picture
from youthvoice.surveys.questionnaires.rules import MAX_TILES, SPLIT_KINDS

_MAX_TEXT: Final = 300  # letters of a question or an answer

_MAX_FIELDS: Final = 180  # of one form; a request with more than 200 is refused (`web.uploads`)

_EMPTY_ROWS: Final = 2  # empty rows below the existing answers

_FIELDS_OF_ANSWER: Final = 6  # besides its labels: key, picture, four ticks

_OTHER_FIELDS: Final = 12  # of a question, besides its texts: kind, picture, when, ticks, the token


@dataclass(frozen=True)
class AnswerRow:
    """One answer on the page of its question, or an empty row for a new one; the fields are those of the form.

    Attributes:
        at: its position among all answers.
        is_stored: whether the answer exists; False for an empty row.
        code: its picture, if that can be drawn.
        key: the hidden key of the answer; empty in an empty row.
        labels: a field for each language of the draft.
        picture: None where answers of this kind have no picture.
        ticks: by the name of the mark, those that this kind has.
        group: the letter of its group; None where answers are not grouped.
    """

    at: int
    is_stored: bool
    code: str | None
    key: HiddenField
    labels: Mapping[str, StringField]
    picture: StringField | None
    ticks: Mapping[str, BooleanField]
    group: SelectField | None

    @classmethod
    def of(cls, form: "QuestionForm", at: int, options: Sequence[Mapping[str, Any]]) -> "AnswerRow":
        """The row of a form.

        Args:
            form: with the fields of the row.
            at: the position of the answer.
            options: the answers that are stored.
        """
        fields = {part: form[f"answer_{at}_{part}"] for part in _parts(form.languages) if f"answer_{at}_{part}" in form}
        return cls(
            at=at,
            is_stored=at < len(options),
            code=drawable_picture(options[at].get("picture") or "") if at < len(options) else None,
            key=fields["key"],
            labels={code: fields[code] for code in form.languages},
            picture=fields.get("picture"),
            ticks={mark: fields[mark] for mark in TICK_HINTS if mark in fields},
            group=fields.get("group"),
        )

    @property
    def marks(self) -> list[BooleanField | SelectField]:
        """All fields of its marks, in the order of the page."""
        return [*self.ticks.values(), *([self.group] if self.group else [])]


def _parts(languages: Sequence[str]) -> tuple[str, ...]:
    return ("key", *languages, "picture", *TICK_HINTS, "group")


class QuestionForm(FlaskForm):
    """One question; make it with `of`. A field that the kind of the question does not have is None."""

    languages: tuple[str, ...] = ()
    rows: range = range(0)
    own_pictures: frozenset[str] = frozenset()
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind, KIND_LABELS[kind]) for kind in KINDS])
    picture = StringField(_l("Picture of the question"), [Length(max=80)])
    please = BooleanField(_l("Ask “please answer”: it can still be skipped"))
    when = SelectField(_l("When it is asked"), validate_choice=False)
    moment = SelectField(_l("Before and now, in one questionnaire"), validate_choice=False)
    lasting = BooleanField(_l("A lasting fact: asked once a year"))
    split = SelectField(
        _l("May a view be split by it?"),
        choices=[SelectChoice(meaning, label) for meaning, label in SPLIT_MEANINGS.items()],
        validate_choice=False,
    )
    ends = StringField(_l("Ranges"), [Length(max=60)])

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
        fields: dict[str, Any] = {"languages": body.languages, "rows": rows, "own_pictures": body.picture_codes()}
        values: dict[str, Any] = {
            "kind": question["kind"],
            "picture": _picture_label(question.get("picture")),
            "please": question.get("please", False),
            "when": question.get("when", ""),
            "moment": _moment(question),
            "lasting": question.get("lasting", False),
            "split": question.get("split", ""),
            "ends": draft_rules.typed_ranges(question),
        }
        for name, field, value in _dynamic_fields(body, question, language_names, rows):
            fields[name], values[name] = field, value
        form: QuestionForm = type(cls.__name__, (cls,), fields)(data=values)
        for name in _missing_fields(body, question):
            del form[name]
        form.when.choices = list(_conditions(body, question))
        if form.moment:
            form.moment.choices = list(_moments(body, question))
        return form

    def text_fields(self, name: str) -> list[StringField]:
        """The fields of one text, one for each language; empty where the question has no such text.

        Args:
            name: `text`, `hint` or `says`.
        """
        return [self[f"{name}_{code}"] for code in self.languages if f"{name}_{code}" in self]

    def answers(self, question: DraftQuestion) -> list[AnswerRow]:
        """The rows of the answers on this page."""
        return [AnswerRow.of(self, at, question.get("options", [])) for at in self.rows]

    def answer_key(self, at: int) -> str | None:
        """The key that was sent with an answer; None where the page had no such row."""
        key: str | None = self[f"answer_{at}_key"].data if at in self.rows else None
        return key

    def tick_hints(self, question: DraftQuestion) -> list[tuple[str, str]]:
        """What each tick of the answers does, for people who use it for the first time."""
        first_row = self.answers(question)[:1]
        return [(str(box.label.text), str(TICK_HINTS[mark])) for row in first_row for mark, box in row.ticks.items()]

    def keep_in(self, question: DraftQuestion) -> None:
        """Write the typed values into the question."""
        question["text"] = question.get("text", {}) | self._typed_text("text")
        for name in ("hint", "says"):
            if self.text_fields(name):
                words = question.get(name, {}) | self._typed_text(name)
                draft_rules.set_value(question, name, {code: text for code, text in words.items() if text})
        draft_rules.set_value(question, "picture", read_picture(self.picture.data, self.own_pictures))
        draft_rules.set_value(question, "please", self.please.data)
        draft_rules.set_value(question, "when", (self.when.data or "").strip()[:_MAX_TEXT])
        if self.moment:
            moment, _blank, pair = (self.moment.data or "").partition(" ")
            draft_rules.set_value(question, "moment", moment)
            draft_rules.set_value(question, "pair", pair)
        if self.lasting:
            draft_rules.set_value(question, "lasting", self.lasting.data)
        if self.split:
            draft_rules.set_value(question, "split", self.split.data if self.split.data in SPLIT_MEANINGS else "")
        if self.ends:
            draft_rules.type_ranges(question, (self.ends.data or "").strip())
        if self.rows:
            self._keep_answers(question)
        if self.kind.data in KINDS:
            draft_rules.change_kind(question, self.kind.data)

    def _typed_text(self, name: str) -> dict[str, str]:
        return {code: (self[f"{name}_{code}"].data or "").strip() for code in self.languages}

    def _keep_answers(self, question: DraftQuestion) -> None:
        """Write the answers of this page at their positions; answers on other pages stay, with their marks."""
        before, rows = question.get("options", []), self.answers(question)
        sent_keys = {row.key.data for row in rows}
        options = before[: self.rows.start]
        later = [option for option in before[self.rows.start :] if option["key"] not in sent_keys]
        answer_marks = marks_of(question, {option["key"] for option in (*options, *later)})
        by_key = {option["key"]: option for option in before}
        for row in rows:
            option = self._typed_answer(row, by_key, options)
            if option is not None:
                options.append(option)
                _keep_ticks(answer_marks, row, option["key"])
        question["options"] = [*options, *later]
        set_marks(question, answer_marks, self.languages)

    def _typed_answer(
        self, row: AnswerRow, by_key: Mapping[str, dict[str, Any]], options: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any] | None:
        """One row as typed; None for an empty row, or for an answer whose labels were removed."""
        words = {code: (label.data or "").strip() for code, label in row.labels.items()}
        picture = read_picture(row.picture.data, self.own_pictures) if row.picture else None
        if not (picture or any(words.values())):
            return None
        option = dict(by_key.get(row.key.data or "", {"key": ""})) | words
        if row.picture:
            draft_rules.set_value(option, "picture", picture)
        option["key"] = option["key"] or _new_key(words, [*by_key.values(), *options])
        return option


def _keep_ticks(answer_marks: AnswerMarks, row: AnswerRow, key: str) -> None:
    for mark, box in row.ticks.items():
        answer_marks.tick(mark, key, ticked=box.data)
    if row.group:
        answer_marks.group(row.group.data or "", key)


def _new_key(words: Mapping[str, str], options: Sequence[Mapping[str, Any]]) -> str:
    slug = next((slug for text in words.values() if (slug := draft_rules.ascii_slug(text))), "")
    return draft_rules.free_name(slug, [option["key"] for option in options], "answer")


def answer_rows(question: DraftQuestion, languages: Sequence[str], start: int = 0, wanted: int = 0) -> range:
    """The positions of the answers on a page, with empty rows; empty where the kind has no answers.

    Args:
        question: any.
        languages: of the draft; the more there are, the fewer answers fit one form.
        start: a position on the page that is shown.
        wanted: the number of rows that the user asked for.
    """
    if not KINDS[question["kind"]].has_options:
        return range(0)
    stored = len(question.get("options", []))
    most = max(stored, min(KINDS[question["kind"]].options[1], MAX_TILES))
    rows = min(max(stored + _EMPTY_ROWS, wanted, 2), most)
    # a question has up to three texts in each language; one more is left free
    rows_of_a_page = (_MAX_FIELDS - 4 * len(languages) - _OTHER_FIELDS) // (len(languages) + _FIELDS_OF_ANSWER)
    start = min(max(start, 0), rows - 1) // rows_of_a_page * rows_of_a_page
    return range(start, min(start + rows_of_a_page, rows))


def count_rows(question: DraftQuestion, languages: Sequence[str], wanted: int = 0) -> int:
    """The number of answer rows on all pages of a question, with empty ones."""
    return answer_rows(question, languages, MAX_CODED_OPTIONS, wanted).stop


def _missing_fields(body: DraftBody, question: DraftQuestion) -> Iterator[str]:
    """The names of fields that a question of this kind does not have; a `split` stays, so that it can be removed."""
    kind = KINDS[question["kind"]]
    if not (kind.coded and (body.head["purpose"] == "awareness" or question.get("moment"))):
        yield "moment"
    if not (kind.coded and kind.lasting):
        yield "lasting"
    if not (question["kind"] in SPLIT_KINDS or question.get("split")):
        yield "split"
    if not kind.bins > (0, 0):
        yield "ends"


def _dynamic_fields(
    body: DraftBody, question: DraftQuestion, language_names: Mapping[str, str], rows: range
) -> Iterator[tuple[str, Any, Any]]:
    """Name, field and value of everything that is there once for each language, or for each answer."""
    texts = ["text", "hint"]
    if KINDS[question["kind"]].scale or question.get("says"):
        texts.append("says")
    for name in texts:
        for code in body.languages:
            yield f"{name}_{code}", _text_field(language_names[code]), question.get(name, {}).get(code, "")
    options = question.get("options", [])
    for at in rows:
        option = options[at] if at < len(options) else {"key": ""}
        yield f"answer_{at}_key", HiddenField(), option["key"]
        for code in body.languages:
            yield f"answer_{at}_{code}", _text_field(language_names[code]), option.get(code, "")
        for name, field, value in _mark_fields(body, question, option):
            yield f"answer_{at}_{name}", field, value


def _mark_fields(body: DraftBody, question: DraftQuestion, option: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Name, field and value of the picture and the marks of one answer."""
    kind, answer_marks = KINDS[question["kind"]], marks_of(question, {option["key"]})
    if kind.pictured:
        yield "picture", StringField(_l("Picture"), [Length(max=80)]), _picture_label(option.get("picture"))
    if kind.scale:
        yield "good", BooleanField(_l("A good answer")), bool(answer_marks.good)
    yield "harm", BooleanField(_l("Says that a child is hurt or afraid")), bool(answer_marks.harm)
    if kind.single and (body.head["purpose"] == "awareness" or question.get("right")):
        yield "right", BooleanField(_l("The right answer")), bool(answer_marks.right)
    if question["kind"] == "choose_one" and (len(question.get("options", [])) > len(GROUPS) or question.get("merge")):
        group = SelectField(_l("Published together as"), choices=["", *GROUPS])
        yield "group", group, next(iter(answer_marks.groups or ()), "")


def _text_field(label: str) -> StringField:
    return StringField(label, [Length(max=_MAX_TEXT)])


def _picture_label(code: str | None) -> str:
    return picture_name(drawable) if (drawable := drawable_picture(code or "")) else code or ""


def _conditions(body: DraftBody, question: DraftQuestion) -> Iterator[SelectChoice]:
    """Options for the condition: always, or after one answer to an earlier question; an existing other rule stays."""
    yield SelectChoice("", _l("Always"))
    offered = {""}
    for earlier in _earlier_questions(body, question):
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
    for earlier in _earlier_questions(body, question):
        if earlier.get("moment") == "before":
            offered.add(f"now {earlier['name']}")
            words = _first(earlier["text"], body.languages)
            yield SelectChoice(f"now {earlier['name']}", _("It asks how it is now; before: %(words)s", words=words))
    if (moment := _moment(question)) not in offered:
        yield SelectChoice(moment, moment)


def _moment(question: DraftQuestion) -> str:
    """The moment of a question as its field has it: empty, `before`, or `now` and the name of the other question."""
    return f"{question.get('moment', '')} {question.get('pair', '')}".strip()


def _earlier_questions(body: DraftBody, question: DraftQuestion) -> Iterator[DraftQuestion]:
    for earlier in body.questions:
        if earlier["id"] == question["id"]:
            return
        yield earlier


def _first(words: Mapping[str, Any], languages: Sequence[str]) -> str:
    return next((words[code] for code in languages if words.get(code)), "…")
