"""Sizes a child can manage (CHILD-UX.md) and what publishing needs (PRIVACY.md A3).

A questionnaire written for us is refused for these; a form imported from others is only warned about.
"""

from collections.abc import Iterator, Sequence

from youthvoice.surveys.questionnaires.question import Question
from youthvoice.surveys.questionnaires.questionnaire import Ages, Questionnaire
from youthvoice.surveys.questionnaires.validation.consistency import MOST_CATEGORIES
from youthvoice.surveys.questionnaires.validation.errors import Fault, fault
from youthvoice.surveys.questionnaires.validation.wording import clumsy, how_many_words

QUESTION_WORDS = 12
OPTION_WORDS = 3
SCREEN_WORDS = 30  # a screen to hear
SCALE: dict[Ages, int] = {"7-9": 3, "10-12": 4, "13-17": 5}
LENGTH: dict[Ages, int] = {"7-9": 10, "10-12": 15, "13-17": 20}


def warnings(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """What an advocate should look at before children see it; none of it stops the questionnaire."""
    found = list(over_limits(questionnaire.questions, questionnaire.ages))
    found += [one for question in questionnaire.questions for one in clumsy(question)]
    return tuple(found)


def published(question: Question) -> bool:
    """Whether a question declares enough to be published at all (whom it may reach is another matter).

    Scales and yes/no need their good side, more than five options need a merge.
    """
    return question.coded and not any(_unpublishable(question))


def over_limits(questions: Sequence[Question], ages: Ages) -> Iterator[Fault]:
    """Everything longer, wider or more than a child of these ages can manage."""
    asked = sum(question.kind != "say" for question in questions)
    if asked > LENGTH[ages]:
        yield fault("too_many_questions", found=asked, most=LENGTH[ages], ages=ages)
    for question in questions:
        yield from _words(question)
        if question.kind == "faces" and len(question.options) != SCALE[ages]:
            yield fault(
                "scale_size",
                question=question.name,
                key="options",
                ages=ages,
                most=SCALE[ages],
                found=len(question.options),
            )
        yield from _unpublishable(question)


def _words(question: Question) -> Iterator[Fault]:
    most = SCREEN_WORDS if question.kind == "say" else QUESTION_WORDS
    for language, text in question.text.items():
        found = how_many_words(text)
        if found > most:
            yield fault(
                "question_too_long",
                question=question.name,
                key="text",
                language=language,
                found=found,
                most=most,
            )
    for one in question.tiles:
        for language, text in one.text.items():
            found = how_many_words(text)
            if found > OPTION_WORDS:
                yield fault(
                    "option_too_long",
                    question=question.name,
                    key="bins" if question.bins else "options",
                    option=one.key,
                    language=language,
                    found=found,
                    most=OPTION_WORDS,
                )


def _unpublishable(question: Question) -> Iterator[Fault]:
    if question.kind in {"faces", "yes_no"} and not question.good:
        yield fault("good_missing", question=question.name, key="good")
    if question.kind == "choose_one" and len(question.options) > MOST_CATEGORIES and not question.merge:
        yield fault("merge_missing", question=question.name, key="merge", most=MOST_CATEGORIES)
