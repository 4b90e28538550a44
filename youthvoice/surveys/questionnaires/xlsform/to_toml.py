"""Questions on their way, cut to the languages that are complete, in the shape of our own files."""

from collections.abc import Iterator, Mapping, Sequence

from youthvoice.surveys.questionnaires.skip_logic import Condition
from youthvoice.surveys.questionnaires.validation.errors import Fault, fault
from youthvoice.surveys.questionnaires.xlsform.number_bins import OPEN_END
from youthvoice.surveys.questionnaires.xlsform.survey_sheet import Asked


def complete_languages(asked: Sequence[Asked], default: str) -> tuple[tuple[str, ...], list[Fault]]:
    """The languages in which nothing is missing, the default first, and a note for each other one.

    Where none is complete, the default stays, and what it lacks will be refused.
    """
    texts = [words for one in asked for words in _texts(one)]
    spoken = dict.fromkeys([default, *(language for words in texts for language in words)])
    lacking = {one: sum(one not in words for words in texts) for one in spoken if not one.startswith("?")}
    complete = tuple(language for language, missing in lacking.items() if not missing)
    kept = complete or (default,)
    return kept, [
        fault("language_left_out", language=language, found=missing)
        for language, missing in lacking.items()
        if language not in kept and missing < len(texts)
    ]


def _texts(asked: Asked) -> Iterator[Mapping[str, str]]:
    text = asked.table["text"]
    assert isinstance(text, dict)
    if text:
        yield text
    yield from (choice.words for choice in asked.choices)


def as_file(asked: Sequence[Asked], languages: tuple[str, ...]) -> dict[str, object]:
    """The part of a file that holds the questions."""
    return {"languages": list(languages), "question": [_question(one, languages) for one in asked]}


def _question(asked: Asked, languages: tuple[str, ...]) -> dict[str, object]:
    table = dict(asked.table)
    if not table["text"]:
        del table["text"]
    for about in ("text", "hint", "audio"):
        words = table.get(about)
        if isinstance(words, dict):
            cut = {language: words[language] for language in languages if language in words}
            table[about] = cut
            if about != "text" and len(cut) < len(languages):
                del table[about]
    if asked.choices:
        table["options"] = [
            {"key": one.key}
            | ({"picture": one.picture} if one.picture else {})
            | {language: one.words[language] for language in languages if language in one.words}
            for one in asked.choices
        ]
    bins = table.get("bins")
    if isinstance(bins, list):
        table["bins"] = [_labelled(one, languages) for one in bins]
    when = table.get("when")
    return table | ({"when": str(when)} if isinstance(when, Condition) else {})


def _labelled(bin_: object, languages: tuple[str, ...]) -> object:
    if not isinstance(bin_, dict) or set(bin_) != {"key", "low", "high"}:
        return bin_
    low, high = bin_["low"], bin_["high"]
    label = f"{low}+" if high == OPEN_END else f"{low}" if low == high else f"{low}–{high}"
    return bin_ | dict.fromkeys(languages, label)
