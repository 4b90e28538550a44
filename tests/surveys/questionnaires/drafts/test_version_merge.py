"""Two coordinators revise one version: what one kept comes into the other's draft, and nothing of either is lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from youthvoice.surveys.questionnaires.drafts.draft import DraftBody, DraftQuestion, check_draft, draft_of
from youthvoice.surveys.questionnaires.drafts.version_merge import HEAD, MergedDraft, list_differences, merge_version
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml

STARTERS = sorted((Path(__file__).parents[4] / "surveys").glob("*.toml"))
BASE = read_toml(Path(__file__).parents[4] / "surveys" / "daily-life-10-12.toml", "daily-life-10-12")
FIRST, SECOND, THIRD = (question.name for question in BASE.questions[:3])


def a_draft() -> DraftBody:
    return draft_of(BASE, 1)


def in_draft(body: DraftBody, name: str) -> DraftQuestion:
    return next(question for question in body.questions if question["name"] == name)


def version_of(body: DraftBody) -> Questionnaire:
    return check_draft(body).questionnaire


def merged(own: DraftBody, theirs: DraftBody, *chosen: str) -> MergedDraft:
    return merge_version(own, BASE, version_of(theirs), 2, chosen)


def test_what_only_one_of_them_changed_is_there_afterwards() -> None:
    own, theirs = a_draft(), a_draft()
    in_draft(own, FIRST)["text"]["hi"] = "मेरे शब्द"
    in_draft(theirs, FIRST)["text"]["en"] = "Their words"
    in_draft(theirs, FIRST)["options"][0]["en"] = "Awful"
    in_draft(own, FIRST)["options"][0]["hi"] = "भयानक"
    own.head["title"]["hi"] = "हमारे दिन"
    theirs.head["ages"] = "13-17"
    draft = merged(own, theirs)
    question = in_draft(draft.body, FIRST)
    assert (question["text"]["en"], question["text"]["hi"]) == ("Their words", "मेरे शब्द")
    assert (question["options"][0]["en"], question["options"][0]["hi"]) == ("Awful", "भयानक")
    assert (draft.body.head["title"]["hi"], draft.body.head["ages"]) == ("हमारे दिन", "13-17")
    assert (draft.conflicts, draft.body.base) == ((), 2)
    assert draft.changed == (HEAD, FIRST)


def test_what_both_changed_stays_as_in_the_draft_unless_the_other_is_chosen() -> None:
    own, theirs = a_draft(), a_draft()
    for body, words in ((own, "My words"), (theirs, "Their words")):
        in_draft(body, FIRST)["text"]["en"] = words
        in_draft(body, SECOND)["text"]["en"] = words
    draft = merged(own, theirs, SECOND)
    assert in_draft(draft.body, FIRST)["text"]["en"] == "My words"
    assert in_draft(draft.body, SECOND)["text"]["en"] == "Their words"
    assert [(one.question, one.path, one.draft, one.version) for one in draft.conflicts] == [
        (FIRST, ("text", "en"), "My words", "Their words"),
        (SECOND, ("text", "en"), "My words", "Their words"),
    ]


def test_both_made_the_same_change_and_nobody_is_asked() -> None:
    own, theirs = a_draft(), a_draft()
    for body in (own, theirs):
        in_draft(body, FIRST)["text"]["en"] = "Same words"
    draft = merged(own, theirs)
    assert draft.conflicts == ()
    assert version_of(draft.body) == version_of(theirs)


def test_questions_and_answers_that_were_added_removed_and_moved() -> None:
    own, theirs = a_draft(), a_draft()
    own.add({"name": "mine", "kind": "say", "text": dict.fromkeys(BASE.languages, "Hear.")}, after=1)
    theirs.add({"name": "theirs", "kind": "say", "text": dict.fromkeys(BASE.languages, "Listen.")}, after=2)
    own.remove(in_draft(own, THIRD)["id"])
    theirs.move(in_draft(theirs, FIRST)["id"], 1)
    draft = merged(own, theirs)
    names = [question["name"] for question in draft.body.questions]
    assert names[:4] == [SECOND, FIRST, "mine", "theirs"]
    assert THIRD not in names
    assert draft.conflicts == ()
    ids = {question["name"]: question["id"] for question in draft.body.questions}
    assert len(set(ids.values())) == len(ids)
    assert ids["mine"] == in_draft(own, "mine")["id"], "an address of a question still leads to it"


def test_answers_that_one_of_them_moved_stay_moved() -> None:
    own, theirs = a_draft(), a_draft()
    options = in_draft(own, FIRST)["options"]
    options.append(options.pop(0))
    keys = [option["key"] for option in options]
    in_draft(theirs, SECOND)["text"]["en"] = "Their words"
    in_draft(theirs, FIRST)["options"][1]["en"] = "Their answer"
    draft = merged(own, theirs)
    assert [option["key"] for option in in_draft(draft.body, FIRST)["options"]] == keys
    assert in_draft(draft.body, FIRST)["options"][0]["en"] == "Their answer"
    assert draft.conflicts == ()
    assert [(one.question, one.path) for one in list_differences(own, BASE)] == [(FIRST, ("answer_order",))]


@pytest.mark.parametrize("chosen", [True, False])
def test_one_removed_what_the_other_changed(chosen: bool) -> None:
    own, theirs = a_draft(), a_draft()
    own.remove(in_draft(own, FIRST)["id"])
    in_draft(theirs, FIRST)["text"]["en"] = "Their words"
    draft = merged(own, theirs, *([FIRST] if chosen else []))
    assert [(one.question, one.path, one.draft) for one in draft.conflicts] == [(FIRST, (), None)]
    assert any(question["name"] == FIRST for question in draft.body.questions) == chosen


def test_what_a_draft_has_otherwise_than_the_version_is_listed_value_by_value() -> None:
    assert list_differences(a_draft(), BASE) == ()
    own = a_draft()
    option = in_draft(own, FIRST)["options"][0]
    old_text, option["en"] = option["en"], "Awful"
    own.add({"name": "mine", "kind": "say", "text": dict.fromkeys(BASE.languages, "Hear.")}, after=1)
    own.remove(in_draft(own, THIRD)["id"])
    own.move(in_draft(own, FIRST)["id"], 1)
    own.move(in_draft(own, FIRST)["id"], 1)
    differences = {(one.question, one.path): (one.draft, one.version) for one in list_differences(own, BASE)}
    assert differences.pop((FIRST, ("options", option["key"], "en"))) == ("Awful", old_text)
    assert differences.pop(("mine", ()))[1] is None
    assert differences.pop((THIRD, ()))[0] is None
    moved = differences.pop((HEAD, ("order",)), None)
    assert (moved, differences) == ((None, None), {})


def test_marks_are_kept_answer_by_answer() -> None:
    own, theirs = a_draft(), a_draft()
    keys = [option["key"] for option in in_draft(own, FIRST)["options"]]
    in_draft(own, FIRST)["harm"] = [keys[0]]
    in_draft(theirs, FIRST)["harm"] = [keys[1]]
    in_draft(own, FIRST)["safety"] = in_draft(theirs, FIRST)["safety"] = True
    draft = merged(own, theirs)
    assert set(in_draft(draft.body, FIRST)["harm"]) == {keys[0], keys[1]}
    assert draft.conflicts == ()


def test_two_questions_of_one_name_both_stay() -> None:
    own, theirs = a_draft(), a_draft()
    own.add({"name": FIRST, "kind": "say", "text": {"en": "The same name"}})
    in_draft(theirs, SECOND)["text"]["en"] = "Their words"
    draft = merged(own, theirs)
    assert len(draft.body.questions) == len(own.questions)
    assert draft.body.questions[-1]["text"] == {"en": "The same name"}


@pytest.mark.parametrize("file", STARTERS, ids=lambda file: file.stem)
def test_an_untouched_draft_becomes_the_version_and_an_untouched_version_leaves_the_draft(file: Path) -> None:
    base = read_toml(file, file.stem)
    other = replace(base, questions=tuple(replace(one, please=not one.please) for one in base.questions[::-1]))
    assert version_of(merge_version(draft_of(base, 1), base, other, 2).body).questions == other.questions
    own = draft_of(other, 1)
    assert version_of(merge_version(own, base, base, 2).body) == version_of(own)
