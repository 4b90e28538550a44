"""Messages of file faults, and labels of purposes and kinds of questions.

The rules return codes; only here they become sentences. Also works without a request (on the command line), in English.
"""

from typing import Final

from babel import Locale, UnknownLocaleError
from flask import has_request_context
from flask_babel import get_locale, lazy_gettext as _l

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault
from youthvoice.surveys.questionnaires.kinds import KINDS

FAULT_MESSAGES: Final = {
    # the file
    "too_large": _l("The file is too large. At most %(most)s KiB can be read."),
    "not_utf8": _l("This row is not plain text (UTF-8). Save the file again as UTF-8 text."),
    "not_toml": _l("The file cannot be read from here on: %(why)s. Look for a missing quote or bracket."),
    "broken_workbook": _l(
        "This Excel file (.xlsx or .xls) is broken or no workbook. Open it in a spreadsheet program, save it again."
    ),
    "too_heavy": _l(
        "Reading this file takes more time or memory than a form needs. Try once more, then save it with its form only."
    ),
    "too_deep": _l("This key has more than %(most)s dots. No questionnaire has such a key."),
    "busy": _l("Another file is being read. Try once more in a minute."),
    "no_sheet": _l("The workbook has no sheet called “%(sheet)s”."),
    "no_column": _l("The sheet “%(sheet)s” has no column “%(column)s”."),
    "too_many_rows": _l("The sheet has more than %(most)s rows."),
    "formula_cell": _l("Column %(column)s holds a formula without its result. Open the file in Excel, save it again."),
    "bad_slug": _l("“%(said)s” cannot be the name: use small letters, digits and hyphens."),
    "too_many_texts": _l(
        "It has %(texts)s texts with %(letters)s letters, all languages counted; at most %(most_texts)s texts with "
        "%(most_letters)s letters fit one questionnaire. Take out answers, questions or a language."
    ),
    "far_too_many": _l("There are %(found)s questions; at most %(most)s can be read."),
    "nothing_to_answer": _l("There is no question that a child can answer by tapping."),
    "choice_is_one_question": _l("An everyday choice asks exactly one question: choose_one or yes_no."),
    # types and keys
    "unknown_key": _l("“%(key)s” means nothing here. Remove it."),
    "unknown_key_near": _l("“%(key)s” means nothing here. Did you mean “%(near)s”?"),
    "missing": _l("“%(key)s” is missing."),
    "not_a_text": _l("“%(key)s” must be a short text in quotes."),
    "not_true_or_false": _l("“%(key)s” must be true or false, without quotes."),
    "not_a_number": _l("“%(key)s” must be a whole number, without quotes."),
    "not_one_of": _l("“%(key)s” is “%(said)s”. It must be one of: %(allowed)s."),
    "not_a_list": _l("“%(key)s” must be a list of texts in square brackets."),
    "not_words": _l('“%(key)s” must give its words by language, like { en = "Yes", hi = "हाँ" }.'),
    "not_tables": _l("“%(key)s” must be a list of { ... } in square brackets."),
    "not_a_table": _l("“%(key)s” must be a part of its own, with names and values."),
    "missing_language": _l("The words in “%(language)s” are missing."),
    "bad_language": _l("“%(said)s” is not a language code such as en, hi or ar."),
    "bad_name": _l("“%(said)s” cannot be a name: use letters, digits and underscores."),
    "unknown_picture": _l("There is no picture “%(said)s” in OpenMoji."),
    "unknown_picture_near": _l("There is no picture “%(said)s” in OpenMoji. Did you mean “%(near)s”?"),
    "unknown_scale": _l("There are no answers: give “options”, or a scale called “%(said)s” under [scales]."),
    "options_not_wanted": _l("A question of the kind “%(kind)s” has no options."),
    # what must fit together
    "duplicate_name": _l("Another question is called “%(question)s” already. Each name may be used once."),
    "not_for_small_children": _l("Children of 4 to 6 are asked about their daily life: the purpose must be “regular”."),
    "small_children_tap_faces": _l(
        "“%(question)s”: children of 4 to 6 sit beside an adult. They tap one of two faces, about nothing that may be "
        "harm, and no question depends on another."
    ),
    "no_letter_box_here": _l("A questionnaire for “%(purpose)s” has no letter box: for words there is Tell."),
    "how_many_options": _l("“%(question)s” has %(found)s options. It needs %(low)s to %(high)s."),
    "too_many_tiles": _l(
        "“%(question)s” has %(found)s answers. A child chooses from at most %(most)s: put some together, or ask in two "
        "steps, such as the region first."
    ),
    "many_tiles": _l(
        "“%(question)s” has %(found)s answers: children scroll to see them all. At most %(most)s fit two screens."
    ),
    "tiles_without_picture": _l("“%(question)s”: answers without a picture: %(found)s. Children see a number there."),
    "yes_and_no": _l("The two options of “%(question)s” must have the keys yes and no."),
    "duplicate_option": _l("“%(question)s” has the option “%(option)s” twice."),
    "reserved_option": _l("“%(question)s” may not have an option “%(option)s”: it is added automatically."),
    "how_many_bins": _l("“%(question)s” asks for a number and needs 2 to 5 ranges (bins). It has %(found)s."),
    "bins_not_wanted": _l("“%(question)s” does not ask for a number, so it has no ranges (bins)."),
    "bin_upside_down": _l("In “%(question)s” the range “%(bin)s” must begin at 0 or more and end after it begins."),
    "bins_overlap": _l("In “%(question)s” the ranges “%(one)s” and “%(after)s” overlap or are out of order."),
    "bins_gap": _l("In “%(question)s” there are numbers between “%(one)s” and “%(after)s” that no range holds."),
    "right_unknown": _l("The right answer of “%(question)s” is “%(said)s”, but it has no such single answer."),
    "right_missing": _l("“%(question)s” is to be published as right or wrong, but no answer is marked right."),
    "mark_unknown": _l("“%(question)s” names “%(said)s” under “%(part)s”, but it has no such option."),
    "safety_without_harm": _l("“%(question)s” is about safety: say under “harm” which answers mean harm."),
    "harm_without_safety": _l("“%(question)s” has answers that mean harm: mark it with safety = true."),
    "all_good": _l("In “%(question)s” every answer counts as good. Leave some out."),
    "lasting_not_here": _l("“%(question)s” asks how things are now, not a lasting fact. Remove “lasting”."),
    "split_not_here": _l(
        "“%(question)s” cannot split a view. Only a choose_one or number question with at most %(most)s answers or "
        "groups can, that asks nothing about safety, before and now, or what is right or good. Remove “split”."
    ),
    "split_twice": _l("Another question before “%(question)s” splits by the same. Remove “split” from one of them."),
    "merge_not_wanted": _l("Only a choose_one question merges options. Remove “merge” from “%(question)s”."),
    "how_many_merged": _l("“%(question)s” merges its options into %(found)s groups. It needs 2 to 5."),
    "merge_twice": _l("“%(question)s” merges the option “%(option)s” twice."),
    "merge_forgot": _l("“%(question)s” merges its options but forgets “%(option)s”."),
    "when_unreadable": _l("“when” cannot be read near “%(part)s”. Write it like: food = bad or food = very_bad."),
    "when_not_earlier": _l("“%(question)s” depends on “%(said)s”, but no earlier question is called so."),
    "when_not_choice": _l("“%(question)s” depends on “%(said)s”, which has no options to choose from."),
    "when_unknown_answer": _l("“%(question)s” depends on “%(said)s = %(answer)s”, but there is no such answer."),
    "pair_and_now": _l("“%(question)s”: a “now” question names its “before” question under “pair”, and only that."),
    "pair_unknown": _l("“%(question)s” is paired with “%(said)s”, but no earlier “before” question is called so."),
    "pair_differs": _l("“%(question)s” and “%(said)s” are a pair, so they must have the same answers."),
    # what must not be asked
    "asks_who": _l("“%(text)s” seems to ask who the child is. If it does not, an advocate can confirm that."),
    "asks_abuse": _l(
        "“%(text)s” seems to ask whether this child was hurt: “%(word)s” (%(language)s). A survey may not: that is "
        "what Tell is for. If it does not ask that, an advocate who did not write it can say why."
    ),
    "mixed_word": _l(
        "In “%(question)s” the word “%(word)s” mixes letters of two alphabets (%(one)s, %(other)s). Type it again."
    ),
    # forms of others
    "would_identify": _l("“%(type)s” would tell who answers, where or when. The row was left out."),
    "repeat_left_out": _l("What is asked again and again (“%(name)s”) was left out, with everything in it."),
    "worked_out": _l("“%(name)s” is worked out by the form (“%(type)s”) and was left out."),
    "note_left_out": _l("The note “%(name)s” has no words of its own and was left out."),
    "dont_know_left_out": _l("“I don't know” is added to every question; the one in “%(question)s” was removed."),
    "bins_unreadable": _l("The ranges “%(said)s” cannot be read. Write them like: 0-4, 5-9, 10+."),
    "ages_made": _l("The form does not say for which ages it is; %(ages)s was taken."),
    "pictures_missing": _l("Answers of “%(question)s” have no picture: children would see numbers. Choose pictures."),
    "other_added": _l("“%(question)s” got the answer “Something else”. What a child would type there is not asked."),
    "other_in_english": _l("“Something else” in “%(question)s” is in English: translate it to “%(language)s”."),
    "choices_filtered": _l("“%(name)s” shows %(found)s of the %(most)s choices of its list, as its filter says."),
    "date_too_exact": _l(
        "“%(name)s” asks for a whole date, which may tell who a child is. Ask for the year (appearance: year)."
    ),
    "date_as_year": _l("“%(name)s” asks for a date; only its year is asked, in ranges."),
    "date_as_month": _l("“%(name)s” asks for a date; only its month is asked, and published three months at a time."),
    "needs_left_out": _l("It is asked only after “%(said)s”, which was left out."),
    "unknown_type": _l("Questions of the type “%(type)s” cannot be asked here."),
    "no_list": _l("There are no choices in a list called “%(list)s”."),
    "no_choice_filter": _l("Options that depend on another answer (choice_filter “%(said)s”) cannot be used."),
    "no_label": _l("“%(name)s” has no words (label) to show."),
    "no_insertions": _l("The label puts an answer into its words (${...}). That cannot be done."),
    "label_too_long": _l("The label is longer than %(most)s letters."),
    "relevant_unreadable": _l("“relevant” cannot be used near “%(part)s”. Write it like: ${food} = 'bad'."),
    "group_open": _l("A group begins but does not end."),
    "group_not_open": _l("A group ends that did not begin."),
    "bad_extra": _l("The column “youthvoice” cannot be read. Empty the cell or export again."),
    "unknown_language": _l("The language “%(said)s” is not known and was left out. Write its code: Name (code)."),
    "language_left_out": _l("The language “%(language)s” was left out: %(found)s of its texts are missing."),
    "picture_left_out": _l("The picture “%(said)s” was left out: pictures come from OpenMoji, by name or code."),
    "never_asked": _l("“%(name)s” is switched off in the form and was left out."),
    "bins_made": _l("The ranges for “%(name)s” were made automatically. Look whether they make sense."),
    "column_left_out": _l("The column “%(column)s” was left out."),
    # sizes and wording
    "too_many_questions": _l("There are %(found)s questions. Children of %(ages)s answer at most %(most)s."),
    "scale_size": _l("“%(question)s” has %(found)s faces. For ages %(ages)s it needs exactly %(most)s."),
    "question_too_long": _l("“%(question)s” has %(found)s words in “%(language)s”. At most %(most)s are allowed."),
    "option_too_long": _l(
        "In “%(question)s” the option “%(option)s” has %(found)s words in “%(language)s”. At most %(most)s are allowed."
    ),
    "good_missing": _l("“%(question)s” does not say which answers are good. Without that it is not published."),
    "merge_missing": _l(
        "“%(question)s” has more than %(most)s options. It is published only with a “merge” that groups them."
    ),
    "negative": _l(
        "“%(question)s” says “%(part)s” (%(language)s). Children understand questions without “not” better."
    ),
    "says_no_answer": _l(
        "“%(question)s” makes the sentence “Most of the answers %(part)s”. Answers can only say something: begin "
        "“says” with “say”, or leave it out."
    ),
    "two_clauses": _l("“%(question)s” may ask two things together, near “%(part)s” (%(language)s)."),
}

_LEFT_OUT: Final = _l("“%(name)s” is left out: %(why)s")

_ON_SHEET: Final = _l("Sheet “%(sheet)s”:")


def fault_message(fault: QuestionnaireFault) -> str:
    """The message of a fault, in the reader's language; see `QuestionnaireFault` for `left_out` and `on`."""
    values = dict(fault.values)
    if isinstance(code := values.get("language"), str):
        values["language"] = language_label(code)
    message = str(FAULT_MESSAGES[fault.code]) % values
    if "left_out" in values:
        return str(_LEFT_OUT) % {"name": values["left_out"], "why": message}
    sheet = fault.values.get("on", "survey")
    return message if sheet == "survey" else f"{str(_ON_SHEET) % {'sheet': sheet}} {message}"


def language_label(code: str) -> str:
    """The name of a language in the reader's language; its code where it is unknown."""
    reader = get_locale() if has_request_context() else None
    try:
        return str(Locale.parse(code).get_display_name(reader or Locale("en")) or code)
    except (UnknownLocaleError, ValueError):
        return code


PURPOSE_LABELS: Final = {
    "regular": _l("Regular"),
    "awareness": _l("Awareness"),
    "care": _l("Care"),
    "choice": _l("Choice"),
    "feedback": _l("Feedback on answers"),
}

KIND_LABELS: Final = {name: _l(kind.label) for name, kind in KINDS.items()}

SPLIT_MEANINGS: Final = {
    "": _l("No"),
    "age": _l("It asks for the age"),
    "group": _l("It asks for the group"),
    "gender": _l("It asks for the gender"),
}
"""The fact about a child that a question asks for, by which a view may be split."""
