"""Forms of the builder: the head of a draft, and one question of it in all its languages.

Nothing typed is refused here but what no row could hold: what is missing or wrong is said by the rules that judge a
file.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.drafts import draft
from youthvoice.surveys.questionnaires.drafts.draft import DraftBody, DraftQuestion
from youthvoice.surveys.questionnaires.drafts.labels import TICK_HINTS
from youthvoice.surveys.questionnaires.kinds import KINDS
from youthvoice.surveys.questionnaires.labels import KIND_LABELS, PURPOSE_LABELS, SPLIT_MEANINGS
from youthvoice.surveys.questionnaires.picture_library import drawable_picture, picture_name, read_picture
from youthvoice.surveys.questionnaires.rules import MAX_TILES, SPLIT_KINDS
from youthvoice.web.form_fields import CheckboxesField

_MOST_WORDS: Final = 300  # letters of a question or an answer

_MOST_VALUES: Final = 180  # no form sends 200

_EMPTY_ROWS: Final = 2  # empty answers that wait below those that are there

_GROUPS: Final = ("A", "B", "C", "D", "E")

_PURPOSES: Final = tuple(one for one in questionnaire.PURPOSES if one != "choice")  # choices have a page of their own


def _choices(words: Mapping[Any, Any], keys: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice(key, words[key]) for key in keys]


class NewDraftForm(FlaskForm):
    """What a new questionnaire begins with."""

    title = StringField(_l("Title"), [InputRequired(_l("Write a title.")), Length(max=200)])
    languages = CheckboxesField(_l("Languages"))
    ages = SelectField(_l("Ages"), choices=[SelectChoice(one, one) for one in questionnaire.AGES])
    purpose = SelectField(_l("Purpose"), choices=_choices(PURPOSE_LABELS, _PURPOSES))

    def offer(self, languages: Mapping[str, str]) -> None:
        """Offer the languages of the house, by their names."""
        self.languages.choices = [SelectChoice(code, name) for code, name in languages.items()]

    def validate_languages(self, field: Field) -> None:
        """At least one."""
        if not field.data:
            field.errors = [*field.errors, _l("Tick one language at least.")]


class DraftHeadForm(FlaskForm):
    """The head of a draft; make it with `of`, for it has a box for the title in each language."""

    languages = CheckboxesField(_l("Languages"))
    unchecked = CheckboxesField(_l("Languages that no speaker has checked yet"))
    ages = SelectField(_l("Ages"), choices=[SelectChoice(one, one) for one in questionnaire.AGES])
    purpose = SelectField(_l("Purpose"), choices=_choices(PURPOSE_LABELS, _PURPOSES))

    @classmethod
    def of(cls, body: DraftBody, languages: Mapping[str, str]) -> "DraftHeadForm":
        """The form of a draft, filled with what it says now.

        Args:
            body: the draft.
            languages: of the house, by name.
        """
        known = dict.fromkeys(body.languages, "") | dict(languages)
        named = {code: name or code for code, name in known.items()}
        boxes = {f"title_{code}": _words(named[code]) for code in body.languages}
        filled = {f"title_{code}": body.head["title"].get(code, "") for code in body.languages}
        filled |= {"languages": list(body.languages), "unchecked": list(body.head.get("draft", {}))}
        filled |= {"ages": body.head["ages"], "purpose": body.head["purpose"]}
        form: DraftHeadForm = type(cls.__name__, (cls,), boxes)(data=filled)
        form.languages.choices = [SelectChoice(code, name) for code, name in named.items()]
        form.unchecked.choices = [SelectChoice(code, named[code]) for code in body.languages]
        return form

    @property
    def titles(self) -> list[Field]:
        """The boxes of the title."""
        return [one for one in self if one.name.startswith("title_")]

    def keep_in(self, body: DraftBody) -> None:
        """Write into the draft what was typed; a draft keeps one language at least."""
        typed = {one.name.removeprefix("title_"): (one.data or "").strip() for one in self.titles}
        chosen = self.languages.data or list(body.languages)
        kept = [code for code in body.languages if code in chosen]
        body.head |= {
            "title": body.head["title"] | typed,
            "languages": [*kept, *(code for code in chosen if code not in kept)],
            "draft": dict.fromkeys(self.unchecked.data or (), "checked = none"),
            "ages": self.ages.data,
            "purpose": self.purpose.data,
        }


class PictureForm(FlaskForm):
    """A picture of one's own, as a file."""

    file = FileField(_l("Picture"), [FileRequired(_l("Choose a file."))])


class AnswerBoxes(NamedTuple):
    """The boxes of one answer: its words by language, and all others."""

    at: int
    code: str | None
    key: Field
    words: tuple[Field, ...]
    picture: Field | None
    ticks: tuple[Field, ...]
    kept: bool  # not an empty row that waits


class QuestionForm(FlaskForm):
    """One question; make it with `of`, for its boxes depend on kind and languages."""

    languages: tuple[str, ...] = ()
    answers: int = 0
    own: frozenset[str] = frozenset()
    kind = SelectField(_l("Kind"), choices=_choices(KIND_LABELS, tuple(KINDS)))
    picture = StringField(_l("Picture of the question"), [Length(max=80)])
    please = BooleanField(_l("Ask “please answer”: it can still be skipped"))
    when = SelectField(_l("When it is asked"), validate_choice=False)

    @classmethod
    def of(
        cls, body: DraftBody, question: DraftQuestion, named: Mapping[str, str], sent: int = 0, wanted: int = 0
    ) -> "QuestionForm":
        """The form of a question, filled with what it says now.

        Args:
            body: the draft.
            question: one of it.
            named: the languages of the draft, by name.
            sent: rows of answers that were sent, which may be more than there are by now.
            wanted: rows that somebody asked for, who wanted one more.
        """
        boxes: dict[str, Any] = {}
        filled: dict[str, Any] = {
            "kind": question["kind"],
            "picture": _named(question.get("picture")),
            "please": question.get("please", False),
            "when": question.get("when", ""),
        }
        rows = max(_rows(question, body.languages, wanted), min(sent, _MOST_VALUES))
        for name, (box, value) in _boxes(body, question, named, rows):
            boxes[name], filled[name] = box, value
        boxes |= {"languages": body.languages, "answers": rows, "own": body.picture_codes()}
        form: QuestionForm = type(cls.__name__, (cls,), boxes)(data=filled)
        form.when.choices = list(_conditions(body, question))
        if "moment" in form:
            form["moment"].choices = list(_moments(body, question))
        return form

    def worded(self, about: str) -> list[Field]:
        """The boxes of some words, one for each language."""
        return [self[f"{about}_{code}"] for code in self.languages if f"{about}_{code}" in self]

    def answer_rows(self, question: DraftQuestion) -> Iterator[AnswerBoxes]:
        """For the page: each answer with its boxes."""
        known = question.get("options", [])
        for at in range(self.answers):
            picture = next(iter(self._boxes_at(at, "picture")), None)
            ticks = tuple(self._boxes_at(at, "good", "harm", "right", "group"))
            code = drawable_picture(known[at].get("picture") or "") if at < len(known) else None
            key = self[f"answer_{at}_key"]
            yield AnswerBoxes(at, code, key, tuple(self.worded(f"answer_{at}")), picture, ticks, at < len(known))

    def can_grow(self, question: DraftQuestion) -> bool:
        """Whether the page can have one more row of answers."""
        return bool(self.answers) and _rows(question, self.languages, self.answers + 1) > self.answers

    @property
    def tick_hints(self) -> list[tuple[str, str]]:
        """What each tick that the answers have does, for whoever never ticked one."""
        return [(str(box.label.text), str(TICK_HINTS[about])) for about in _MARKS for box in self._boxes_at(0, about)]

    def _boxes_at(self, at: int, *abouts: str) -> list[Field]:
        return [self[f"answer_{at}_{about}"] for about in abouts if f"answer_{at}_{about}" in self]

    def keep_in(self, question: DraftQuestion) -> None:
        """Write into the question what was typed."""
        question["kind"] = self.kind.data if self.kind.data in KINDS else question["kind"]
        question["text"] = question.get("text", {}) | self._words("text")
        for about in ("hint", "says"):
            if self.worded(about):
                typed = question.get(about, {}) | self._words(about)
                _set(question, about, {code: words for code, words in typed.items() if words})
        _set(question, "picture", read_picture(self.picture.data, self.own))
        _set(question, "please", self.please.data)
        _set(question, "when", (self.when.data or "").strip()[:_MOST_WORDS])
        if "moment" in self:
            moment, _blank, pair = (self["moment"].data or "").partition(" ")
            _set(question, "moment", moment)
            _set(question, "pair", pair)
        if "lasting" in self:
            _set(question, "lasting", self["lasting"].data)
        if "split" in self:
            _set(question, "split", self["split"].data if self["split"].data in SPLIT_MEANINGS else "")
        if "ends" in self:
            self._keep_ranges(question)
        if self.answers:
            self._keep_answers(question)

    def _words(self, about: str) -> dict[str, str]:
        return {code: (self[f"{about}_{code}"].data or "").strip() for code in self.languages}

    def _keep_ranges(self, question: DraftQuestion) -> None:
        said = (self["ends"].data or "").strip()
        if said != draft.typed_ranges(question):
            question["ends"] = said
            question["bins"] = draft.ranges_as_typed(said, self.languages)

    def _keep_answers(self, question: DraftQuestion) -> None:
        known = {one["key"]: one for one in question.get("options", [])}
        kept, marked = list[dict[str, Any]](), dict[str, list[str]]()
        for at in range(self.answers):
            if (one := self._typed_answer(at, known, kept)) is None:
                continue
            kept.append(one)
            for about in _MARKS:
                for box in self._boxes_at(at, about):
                    marked.setdefault(about, []).extend([one["key"]] if box.data else [])
            for box in self._boxes_at(at, "group"):
                marked.setdefault(f"group {box.data}" if box.data else "group", []).append(one["key"])
        if question["kind"] == "yes_no" and len(kept) == 2:  # noqa: PLR2004
            marked = _named_yes_and_no(kept, marked)
        question["options"] = kept
        _keep_marks(question, marked, self.languages)

    def _typed_answer(
        self, at: int, known: Mapping[str, dict[str, Any]], kept: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any] | None:
        """One row as typed; None for an empty one, or an answer whose words somebody took away."""
        words = self._words(f"answer_{at}")
        pictures = [read_picture(box.data, self.own) for box in self._boxes_at(at, "picture")]
        if not any((*words.values(), *pictures)):
            return None
        one = dict(known.get(self[f"answer_{at}_key"].data or "", {"key": ""})) | words
        for picture in pictures:
            _set(one, "picture", picture)
        one["key"] = one["key"] or self._key(words, [*known.values(), *kept])
        return one

    def _key(self, words: Mapping[str, str], others: Sequence[Mapping[str, Any]]) -> str:
        slug = next((found for text in words.values() if (found := draft.ascii_slug(text))), "")
        return draft.free_name(slug, [one["key"] for one in others], "answer")


_MARKS: Final = ("good", "harm", "right")


def _set(table: dict[str, Any], key: str, value: Any) -> None:
    """Write a value into a table; an empty one takes its key out."""
    if value:
        table[key] = value
    else:
        table.pop(key, None)


def _named_yes_and_no(kept: list[dict[str, Any]], marked: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Give the two answers of yes or no their keys; what was marked keeps its mark."""
    if {one["key"] for one in kept} == {"yes", "no"}:
        return dict(marked)
    new = dict(zip([one["key"] for one in kept], ("yes", "no"), strict=True))
    for one in kept:
        one["key"] = new[one["key"]]
    return {about: [new[key] for key in keys] for about, keys in marked.items()}


def _keep_marks(question: DraftQuestion, marked: Mapping[str, list[str]], languages: Sequence[str]) -> None:
    """Write what was ticked; what the page did not ask stays."""
    for about in ("good", "harm"):
        if about in marked:
            _set(question, about, marked[about])
    _set(question, "safety", bool(question.get("harm")))
    if "right" in marked:
        _set(question, "right", next(iter(marked["right"]), ""))
        _set(question, "publish", "right" if marked["right"] else "")
    groups = {about: keys for about, keys in sorted(marked.items()) if about.startswith("group ")}
    if groups or "group" in marked:
        _set(question, "merge", _merged(question, groups, languages))


def _merged(question: DraftQuestion, groups: Mapping[str, list[str]], languages: Sequence[str]) -> list[dict[str, Any]]:
    """The groups as a file has them; one that holds the same answers as before keeps its words."""
    before = {tuple(one["options"]): one for one in question.get("merge", [])}
    options = {one["key"]: one for one in question["options"]}
    made = []
    for about, keys in groups.items():
        words = {code: " / ".join(options[key].get(code, "") for key in keys) for code in languages}
        made.append(before.get(tuple(keys)) or {"key": about.lower().replace(" ", "_"), "options": keys} | words)
    return made


def _rows(question: DraftQuestion, languages: Sequence[str], wanted: int = 0) -> int:
    """Answers that the page shows, empty ones included; none where there are too many for one form."""
    if not KINDS[question["kind"]].has_options:
        return 0
    most = min(KINDS[question["kind"]].options[1], MAX_TILES)
    there = len(question.get("options", []))
    sizes = [min(max(there + empty, 2), max(most, there)) for empty in (max(wanted - there, _EMPTY_ROWS), _EMPTY_ROWS)]
    return next((rows for rows in sizes if rows * (len(languages) + 5) + 3 * len(languages) < _MOST_VALUES), 0)


def _boxes(
    body: DraftBody, question: DraftQuestion, named: Mapping[str, str], rows: int
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Name, box and first value of everything that depends on kind and languages."""
    for code in body.languages:
        yield f"text_{code}", (_words(named[code]), question.get("text", {}).get(code, ""))
        yield f"hint_{code}", (_words(named[code]), question.get("hint", {}).get(code, ""))
    row = KINDS[question["kind"]]
    if row.scale or question.get("says"):
        for code in body.languages:
            yield f"says_{code}", (_words(named[code]), question.get("says", {}).get(code, ""))
    if row.coded and (body.head["purpose"] == "awareness" or question.get("moment")):
        now = f"{question.get('moment', '')} {question.get('pair', '')}".strip()
        yield "moment", (SelectField(_l("Before and now, on one sheet"), validate_choice=False), now)
    if row.coded and row.lasting:
        yield "lasting", (BooleanField(_l("A lasting fact: asked once a year")), question.get("lasting", False))
    if question["kind"] in SPLIT_KINDS or question.get("split"):
        splits = _choices(SPLIT_MEANINGS, tuple(SPLIT_MEANINGS))
        box = SelectField(_l("May a view be split by it?"), choices=splits, validate_choice=False)
        yield "split", (box, question.get("split", ""))
    if row.bins > (0, 0):
        yield "ends", (StringField(_l("Ranges"), [Length(max=60)]), draft.typed_ranges(question))
    yield from _answer_boxes(body, question, named, rows)


def _answer_boxes(
    body: DraftBody, question: DraftQuestion, named: Mapping[str, str], rows: int
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The same for its answers, row after row."""
    row = KINDS[question["kind"]]
    known = question.get("options", [])
    merged = zip(_GROUPS, question.get("merge", []), strict=False)
    groups = {key: letter for letter, one in merged for key in one["options"]}
    for at in range(rows):
        one = known[at] if at < len(known) else {"key": ""}
        yield f"answer_{at}_key", (HiddenField(), one["key"])
        for code in body.languages:
            yield f"answer_{at}_{code}", (_words(named[code]), one.get(code, ""))
        if row.pictured:
            yield f"answer_{at}_picture", (StringField(_l("Picture"), [Length(max=80)]), _named(one.get("picture")))
        if row.scale:
            yield f"answer_{at}_good", (BooleanField(_l("A good answer")), one["key"] in question.get("good", []))
        yield (
            f"answer_{at}_harm",
            (BooleanField(_l("Says that a child is hurt or afraid")), one["key"] in question.get("harm", [])),
        )
        if body.head["purpose"] == "awareness" and row.single:
            yield f"answer_{at}_right", (BooleanField(_l("The right answer")), one["key"] == question.get("right"))
        if question["kind"] == "choose_one" and (len(known) > len(_GROUPS) or groups):
            box = SelectField(_l("Published together as"), choices=["", *_GROUPS])
            yield f"answer_{at}_group", (box, groups.get(one["key"], ""))


def _words(label: str) -> StringField:
    return StringField(label, [Length(max=_MOST_WORDS)])


def _named(code: str | None) -> str:
    return picture_name(known) if (known := drawable_picture(code or "")) else code or ""


def _conditions(body: DraftBody, question: DraftQuestion) -> Iterator[SelectChoice]:
    """Always, or after one answer to a question before it; what the file said otherwise stays to choose."""
    yield SelectChoice("", _l("Always"))
    offered = {""}
    for one in body.questions:
        if one["id"] == question["id"]:
            break
        for option in one.get("options", []) if KINDS[one["kind"]].has_options else []:
            rule = f"{one['name']} = {option['key']}"
            offered.add(rule)
            yield SelectChoice(rule, f"{_first(one['text'], body.languages)} → {_first(option, body.languages)}")
    if (now := question.get("when", "")) not in offered:
        yield SelectChoice(now, now)


def _moments(body: DraftBody, question: DraftQuestion) -> Iterator[SelectChoice]:
    """Once; how it was before; or how it is now, for each earlier question about before."""
    yield SelectChoice("", _l("It is asked once"))
    yield SelectChoice("before", _l("It asks how it was before"))
    offered = {"", "before"}
    for one in body.questions:
        if one["id"] == question["id"]:
            break
        if one.get("moment") == "before":
            offered.add(f"now {one['name']}")
            about = _first(one["text"], body.languages)
            yield SelectChoice(f"now {one['name']}", _("It asks how it is now; before: %(words)s", words=about))
    now = f"{question.get('moment', '')} {question.get('pair', '')}".strip()
    if now not in offered:
        yield SelectChoice(now, now)


def _first(words: Mapping[str, Any], languages: Sequence[str]) -> str:
    return next((words[code] for code in languages if words.get(code)), "…")
