"""What faults of a file, purposes and kinds of questions are called, in plain words.

Codes come from the rules; only here are they sentences. Works without a request too (the command line):
then in English.
"""

from babel import Locale, UnknownLocaleError
from flask import current_app, has_app_context, has_request_context
from flask_babel import get_locale, gettext
from flask_babel import gettext as _

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault


def N_(msgid: str) -> str:  # noqa: N802 - the name that extraction looks for
    """Mark a sentence for the catalogues; it is translated when it is said."""
    return msgid


FAULT_MESSAGES: dict[str, str] = {
    # the file
    "too_large": N_("The file is too large. At most %(most)s KiB can be read."),
    "not_utf8": N_("This row is not plain text (UTF-8). Save the file again as UTF-8 text."),
    "not_toml": N_("The file cannot be read from here on: %(why)s. Look for a missing quote or bracket."),
    "broken_workbook": N_(
        "This Excel file (.xlsx or .xls) is broken or no workbook. Open it in a spreadsheet program, save it again."
    ),
    "too_heavy": N_(
        "Reading this file takes more time or memory than a form needs. Try once more, then save it with its form only."
    ),
    "too_deep": N_("This key has more than %(most)s dots. No questionnaire has such a key."),
    "busy": N_("Another file is being read. Try once more in a minute."),
    "no_sheet": N_("The workbook has no sheet called “%(sheet)s”."),
    "no_column": N_("The sheet “%(sheet)s” has no column “%(column)s”."),
    "too_many_rows": N_("The sheet has more than %(most)s rows."),
    "formula_cell": N_("Column %(column)s holds a formula without its result. Open the file in Excel, save it again."),
    "bad_slug": N_("“%(said)s” cannot be the name: use small letters, digits and hyphens."),
    "far_too_many": N_("There are %(found)s questions; at most %(most)s can be read."),
    "nothing_to_answer": N_("There is no question that a child can answer by tapping."),
    "choice_is_one_question": N_("An everyday choice asks exactly one question: choose_one or yes_no."),
    # types and keys
    "unknown_key": N_("“%(key)s” means nothing here. Remove it."),
    "unknown_key_near": N_("“%(key)s” means nothing here. Did you mean “%(near)s”?"),
    "missing": N_("“%(key)s” is missing."),
    "not_a_text": N_("“%(key)s” must be a short text in quotes."),
    "not_true_or_false": N_("“%(key)s” must be true or false, without quotes."),
    "not_a_number": N_("“%(key)s” must be a whole number, without quotes."),
    "not_one_of": N_("“%(key)s” is “%(said)s”. It must be one of: %(allowed)s."),
    "not_a_list": N_("“%(key)s” must be a list of texts in square brackets."),
    "not_words": N_('“%(key)s” must give its words by language, like { en = "Yes", hi = "हाँ" }.'),
    "not_tables": N_("“%(key)s” must be a list of { ... } in square brackets."),
    "not_a_table": N_("“%(key)s” must be a part of its own, with names and values."),
    "missing_language": N_("The words in “%(language)s” are missing."),
    "bad_language": N_("“%(said)s” is not a language code such as en, hi or ar."),
    "bad_name": N_("“%(said)s” cannot be a name: use letters, digits and underscores."),
    "unknown_picture": N_("There is no picture “%(said)s” in OpenMoji."),
    "unknown_picture_near": N_("There is no picture “%(said)s” in OpenMoji. Did you mean “%(near)s”?"),
    "unknown_scale": N_("There are no answers: give “options”, or a scale called “%(said)s” under [scales]."),
    "options_not_wanted": N_("A question of the kind “%(kind)s” has no options."),
    # what must fit together
    "duplicate_name": N_("Another question is called “%(question)s” already. Each name may be used once."),
    "no_letter_box_here": N_("A questionnaire for “%(purpose)s” has no letter box: for words there is Tell."),
    "how_many_options": N_("“%(question)s” has %(found)s options. It needs %(low)s to %(high)s."),
    "yes_and_no": N_("The two options of “%(question)s” must have the keys yes and no."),
    "duplicate_option": N_("“%(question)s” has the option “%(option)s” twice."),
    "reserved_option": N_("“%(question)s” may not have an option “%(option)s”: that one is added by itself."),
    "how_many_bins": N_("“%(question)s” asks for a number and needs 2 to 5 ranges (bins). It has %(found)s."),
    "bins_not_wanted": N_("“%(question)s” does not ask for a number, so it has no ranges (bins)."),
    "bin_upside_down": N_("In “%(question)s” the range “%(bin)s” must begin at 0 or more and end after it begins."),
    "bins_overlap": N_("In “%(question)s” the ranges “%(one)s” and “%(after)s” overlap or are out of order."),
    "bins_gap": N_("In “%(question)s” there are numbers between “%(one)s” and “%(after)s” that no range holds."),
    "right_unknown": N_("The right answer of “%(question)s” is “%(said)s”, but it has no such single answer."),
    "right_missing": N_("“%(question)s” is to be published as right or wrong, but no answer is marked right."),
    "mark_unknown": N_("“%(question)s” names “%(said)s” under “%(part)s”, but it has no such option."),
    "safety_without_harm": N_("“%(question)s” is about safety: say under “harm” which answers mean harm."),
    "harm_without_safety": N_("“%(question)s” has answers that mean harm: mark it with safety = true."),
    "all_good": N_("In “%(question)s” every answer counts as good. Leave some out."),
    "lasting_not_here": N_("“%(question)s” asks how things are now, not a lasting fact. Remove “lasting”."),
    "merge_not_wanted": N_("Only a choose_one question merges options. Remove “merge” from “%(question)s”."),
    "how_many_merged": N_("“%(question)s” merges its options into %(found)s groups. It needs 2 to 5."),
    "merge_twice": N_("“%(question)s” merges the option “%(option)s” twice."),
    "merge_forgot": N_("“%(question)s” merges its options but forgets “%(option)s”."),
    "when_unreadable": N_("“when” cannot be read near “%(part)s”. Write it like: food = bad or food = very_bad."),
    "when_not_earlier": N_("“%(question)s” depends on “%(said)s”, but no earlier question is called so."),
    "when_not_choice": N_("“%(question)s” depends on “%(said)s”, which has no options to choose from."),
    "when_unknown_answer": N_("“%(question)s” depends on “%(said)s = %(answer)s”, but there is no such answer."),
    "pair_and_now": N_("“%(question)s”: a “now” question names its “before” question under “pair”, and only that."),
    "pair_unknown": N_("“%(question)s” is paired with “%(said)s”, but no earlier “before” question is called so."),
    "pair_differs": N_("“%(question)s” and “%(said)s” are a pair, so they must have the same answers."),
    # what must not be asked
    "asks_who": N_("“%(text)s” seems to ask who the child is. If it does not, an advocate can confirm that."),
    "asks_abuse": N_("“%(text)s” asks whether this child was hurt. A survey may not: that is what Tell is for."),
    "mixed_word": N_(
        "In “%(question)s” the word “%(word)s” mixes letters of two alphabets (%(one)s, %(other)s). Type it again."
    ),
    # forms of others
    "would_identify": N_("“%(type)s” would tell who answers, where or when. The row was left out."),
    "repeat_left_out": N_("What is asked again and again (“%(name)s”) was left out, with everything in it."),
    "worked_out": N_("“%(name)s” is worked out by the form (“%(type)s”) and was left out."),
    "note_left_out": N_("The note “%(name)s” has no words of its own and was left out."),
    "dont_know_left_out": N_("“I don't know” is added to every question by itself; “%(question)s” lost its own."),
    "bins_unreadable": N_("The ranges “%(said)s” cannot be read. Write them like: 0-4, 5-9, 10+."),
    "ages_made": N_("The form does not say for which ages it is; %(ages)s was taken."),
    "pictures_missing": N_("Answers of “%(question)s” have no picture: children would see numbers. Choose pictures."),
    "no_or_other": N_("“or_other” cannot be used. Add an option “Something else” to the list."),
    "unknown_type": N_("Questions of the type “%(type)s” cannot be asked here."),
    "no_list": N_("There are no choices in a list called “%(list)s”."),
    "no_choice_filter": N_("Options that depend on another answer (choice_filter “%(said)s”) cannot be used."),
    "no_label": N_("“%(name)s” has no words (label) to show."),
    "no_insertions": N_("The label puts an answer into its words (${...}). That cannot be done."),
    "label_too_long": N_("The label is longer than %(most)s letters."),
    "relevant_unreadable": N_("“relevant” cannot be used near “%(part)s”. Write it like: ${food} = 'bad'."),
    "group_open": N_("A group begins but does not end."),
    "group_not_open": N_("A group ends that did not begin."),
    "bad_extra": N_("What stands in the column “youthvoice” cannot be read. Empty the cell or export again."),
    "unknown_language": N_("The language “%(said)s” is not known and was left out. Write its code: Name (code)."),
    "language_left_out": N_("The language “%(language)s” was left out: %(found)s of its texts are missing."),
    "picture_left_out": N_("The picture “%(said)s” was left out: pictures come from OpenMoji, by name or code."),
    "never_asked": N_("“%(name)s” is switched off in the form and was left out."),
    "bins_made": N_("The ranges for “%(name)s” were made automatically. Look whether they make sense."),
    "column_left_out": N_("What stands under “%(column)s” was left out."),
    # sizes and wording
    "too_many_questions": N_("There are %(found)s questions. Children of %(ages)s answer at most %(most)s."),
    "scale_size": N_("“%(question)s” has %(found)s faces. For ages %(ages)s it needs exactly %(most)s."),
    "question_too_long": N_("“%(question)s” has %(found)s words in “%(language)s”. At most %(most)s are allowed."),
    "option_too_long": N_(
        "In “%(question)s” the option “%(option)s” has %(found)s words in “%(language)s”. At most %(most)s are allowed."
    ),
    "good_missing": N_("“%(question)s” does not say which answers are good. Without that it is not published."),
    "merge_missing": N_(
        "“%(question)s” has more than %(most)s options. It is published only with a “merge” that groups them."
    ),
    "negative": N_(
        "“%(question)s” says “%(part)s” (%(language)s). Children understand questions without “not” better."
    ),
    "says_no_answer": N_(
        "“%(question)s” makes the sentence “Most of the answers %(part)s”. Answers can only say something: begin "
        "“says” with “say”, or leave it out."
    ),
    "two_clauses": N_("“%(question)s” may ask two things at once, near “%(part)s” (%(language)s)."),
}


def fault_message(fault: QuestionnaireFault) -> str:
    """The sentence of a fault, in the reader's language."""
    values = dict(fault.values)
    if isinstance(code := values.get("language"), str):
        values["language"] = _language(code)
    said = _translated(FAULT_MESSAGES[fault.code]) % values
    sheet = fault.values.get("on", "survey")
    return said if sheet == "survey" else _translated(N_("Sheet “%(sheet)s”:")) % {"sheet": sheet} + " " + said


def _language(code: str) -> str:
    """A language as the reader calls it; its code where nobody knows it."""
    reader = get_locale() if has_request_context() else None
    try:
        return str(Locale.parse(code).get_display_name(reader or Locale("en")) or code)
    except (UnknownLocaleError, ValueError):
        return code


def _translated(msgid: str) -> str:
    if has_app_context() and "babel" in current_app.extensions:
        return str(gettext(msgid))
    return msgid


def purpose_label(code: str) -> str:
    """A purpose of rounds."""
    names: dict[str, str] = {
        "regular": _("Regular"),
        "awareness": _("Awareness"),
        "care": _("Care"),
        "choice": _("Choice"),
    }
    return names.get(code, code)


def question_kind_label(code: str) -> str:
    """A kind of question."""
    names: dict[str, str] = {
        "faces": _("Faces"),
        "yes_no": _("Yes or no"),
        "choose_one": _("Choose one"),
        "choose_many": _("Choose several"),
        "number": _("Number"),
        "words": _("Letter box"),
        "say": _("To hear"),
    }
    return names.get(code, code)
