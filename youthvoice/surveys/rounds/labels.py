"""Labels of waves and rounds, and messages of the rules that apply to opening a round."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.surveys.questionnaires.questionnaire import Question, Words, english_first
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.rules import RuleRefusal
from youthvoice.surveys.rounds.split import parts_of
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.i18n.languages import LANGUAGES

WAVE_LABELS: Final = {"pre": _l("before"), "post": _l("after"), "single": ""}
"""The label of a wave; empty for a single round."""


def round_label(round_: Round, language: str) -> str:
    """The name of a round for staff: its title, and its wave in a pair."""
    return ", ".join(filter(None, (round_.title_in(language), str(WAVE_LABELS[round_.wave]))))


SPLIT_LABELS: Final = {
    "age": _l("Yes, by age: %(parts)s"),
    "group": _l("Yes, by group: %(parts)s"),
    "gender": _l("Yes, by gender: %(parts)s"),
}
"""How a view is split, with its parts."""


def part_label(words: str, *, last: bool) -> str:
    """The label of a part; the last one includes children who did not say."""
    return str(_("%(part)s, or did not say", part=words)) if last else words


def part_labels(parts: Sequence[Words], language: str) -> list[str]:
    """The labels of all parts, in the reader's language or the first one that exists."""
    part_words = [words.get(language) or english_first(words) for words in parts]
    return [part_label(words, last=at == len(part_words)) for at, words in enumerate(part_words, start=1)]


def split_label(question: Question, language: str) -> str:
    """A label for how a question splits a view."""
    parts = part_labels([part.text for part in parts_of(question)], language)
    return str(SPLIT_LABELS[question.split or ""]) % {"parts": " · ".join(parts)}


OPENING_MESSAGES: Final = {
    "not_approved": _l("No advocate has approved this questionnaire yet. Ask one to look at its screens."),
    "letter_box_in_care": _l(
        "“%(question)s” is a letter box. A care round has none: children use Tell us instead. "
        "Take it out of the questionnaire."
    ),
    "not_a_choice": _l("Only a questionnaire made for an everyday choice can be opened as a choice."),
    "is_a_choice": _l(
        "This questionnaire is for an everyday choice: only the winner is announced, immediately. Open it as a choice."
    ),
    "opens_by_itself": _l(
        "These questions open by themselves, after an answer to what a child told. No adult opens them."
    ),
    "never_paired": _l("Admission, release and everyday choices are never asked as a before-and-after pair."),
    "cards_need_a_pair": _l("Cards put a child's two answers together. Open a pair, before and after."),
    "small_children_draw_no_slips": _l(
        "Children of 4 to 6 are asked once, without slips and cards: an adult helps each."
    ),
    "too_few_small_children": _l(
        "Of fewer than %(minimum)s children nobody reads the answers, and children of 4 to 6 have no letter box. Talk "
        "with them instead."
    ),
    "cards_instead_of_slips": _l("A card is a slip, too: each counts once. Ask for no slips beside it."),
    "sheet_asks_once": _l("This questionnaire does not ask “before” and “now” together. Choose another, or no link."),
    "sheet_needs_no_pair": _l("This questionnaire asks “before” and “now” together. Open it once, without a pair."),
    "too_few_advocates": _l(
        "%(site)s has %(number)s advocates who can read letters. Two are needed before children are asked."
    ),
    "helpline_untested": _l(
        "The helpline of %(site)s is not complete, or nobody has called it to try it. See Sites and groups."
    ),
    "answer_after_last_day": _l("%(site)s closes before this answer. Choose a day up to its last one."),
    "site_closes": _l("%(site)s closes before this round ends. Choose an earlier last day."),
    "ends_before_start": _l("The last day is before the first day, or already over. Choose a later last day."),
    "too_long": _l("A round is open for a year at most. Choose an earlier last day."),
    "after_comes_first": _l("The second round starts before the first. Choose a later first day."),
    "due_too_early": _l("The answer is due before everybody has answered. Choose a day after the last day."),
    "due_before_the_vote": _l("This day is before the vote ends. Choose the day of the vote, or a later one."),
    "nobody_invited": _l("Say how many children are invited: at least one."),
    "no_slips_in_care": _l("Slips are given out at a sitting. Children who come or leave answer alone, without slips."),
    "too_many_for_slips": _l("Slips can be given to %(most)s children at most. Open several rounds, or use no slips."),
    "never_of_a_group": _l("Only a regular round or an awareness round can be for one group."),
    "group_is_of_one_site": _l("A group is of one site. Choose the whole of these sites, or only one of them."),
    "no_such_group": _l("There is no group %(group)s at this site. See Sites and groups."),
    "never_split": _l("The view of coming, leaving or a choice is never shown in parts."),
    "pair_is_never_split": _l(
        "The view of a pair is never shown in parts: what changed between parts would tell of single children. "
        "Open one round, or a whole view."
    ),
    "nothing_splits": _l(
        "No question here can split the view so. Only a question marked with “split” as age, group or gender can; "
        "one that is published itself never does."
    ),
    "split_is_asked_about": _l(
        "“%(question)s” is asked only after some answers to the question that splits the view, so it would tell how "
        "large a part is. Take that out, or choose a whole view."
    ),
    "nothing_to_split": _l(
        "Nothing asked here can be shown in parts: no question has a good side, a right answer or several answers."
    ),
    "split_rule": _l(
        "The view is shown in parts only where each part has ten answers or more, else for everybody together. A "
        "part's size is never shown. The question that makes the parts is not published, and children are told of them."
    ),
    "too_few_to_split": _l(
        "Every part needs ten answers, so at least %(minimum)s children must be invited. Choose a whole view."
    ),
    "no_permission": _l("Say which permission is on file and who gave it."),
    "decider_left": _l("The adult who will answer has no account here, or has left. Choose another."),
    "second_is_first": _l("The second adult must be somebody else than you."),
    "asked_already": _l(
        "Asked here already in this quarter (a lasting fact: this year), of all or of one group, or by a round that is "
        "already planned: %(questions)s. Wait for the next quarter, or take out what was asked."
    ),
    "asked_meanwhile": _l(
        "Somebody else opened a round with one of these questions a moment ago. Nothing was opened here."
    ),
    "only_letters_read": _l(
        "Fewer than %(minimum)s children are invited: their answers will not be counted, only the letter box "
        "is read. The children are told so before they begin."
    ),
    "nothing_counted": _l(
        "Fewer than %(minimum)s children are invited, and there is no letter box: nothing they answer will be "
        "counted or read. The children are told so before they begin."
    ),
    "same_days": _l(
        "Both rounds of the pair are open on the same days, so “before” and “after” are one. End them and open the "
        "pair again with days of its own for the round after, if that is not what you want."
    ),
    "language_missing": _l(
        "%(site)s offers %(language)s, but this questionnaire has no words in it. "
        "Those children will see it in its first language."
    ),
}

ASKED_OF_ANOTHER_GROUP: Final = _l(
    "Asked of another group here already in this quarter (a lasting fact: this year): %(questions)s. If no child is in "
    "both groups, say so with a child advocate under “Groups that share no child”; else wait for the next quarter, or "
    "take out what was asked."
)


def opening_message(refusal: RuleRefusal) -> str:
    """The message of a refusal, in the reader's language."""
    language = LANGUAGES.get(str(refusal.values.get("code")))
    values = {**refusal.values, "language": language.name if language else refusal.values.get("code", "")}
    questions = refusal.values.get("questions")
    if isinstance(questions, tuple):
        values["questions"] = join_list([f"“{words}”" for words in questions])
    return str(ASKED_OF_ANOTHER_GROUP if may_be_apart(refusal) else OPENING_MESSAGES[refusal.code]) % values


def may_be_apart(refusal: RuleRefusal) -> bool:
    """Whether the refusal ends when two adults declare that the site's groups share no child."""
    return bool(refusal.values.get("may_be_apart"))


STEP_LABELS: Final = {
    "questions": _l("Which questions?"),
    "kind": _l("What are they for, and how often?"),
    "place": _l("Where are children asked?"),
    "group": _l("Everybody there, or one group?"),
    "days": _l("When can children answer?"),
    "children": _l("Which children, and who allowed it?"),
    "answer": _l("Who answers them, and by when?"),
}
"""The headings of the pages on which a round is opened."""
