"""What a fault is called in plain words, for somebody who has never written a program.

Codes come from the rules; only here are they sentences. Works without a request too (the command line):
then in English.
"""

from babel import Locale, UnknownLocaleError
from flask import current_app, has_app_context, has_request_context
from flask_babel import get_locale, gettext

from youthvoice.surveys.questionnaires.validation.errors import Fault


def _(msgid: str) -> str:
    """Mark a sentence for the catalogues; it is translated when it is said."""
    return msgid


WORDS: dict[str, str] = {
    # the file
    "too_large": _("The file is too large. At most %(most)s KiB can be read."),
    "not_utf8": _("This row is not plain text (UTF-8). Save the file again as UTF-8 text."),
    "not_toml": _("The file cannot be read from here on: %(why)s. Look for a missing quote or bracket."),
    "broken_workbook": _(
        "This Excel file (.xlsx or .xls) is broken or no workbook. Open it in a spreadsheet program, save it again."
    ),
    "too_heavy": _(
        "Reading this file takes more time or memory than a form needs. Try once more, then save it with its form only."
    ),
    "too_deep": _("This key has more than %(most)s dots. No questionnaire has such a key."),
    "busy": _("Another file is being read. Try once more in a minute."),
    "no_sheet": _("The workbook has no sheet called “%(sheet)s”."),
    "no_column": _("The sheet “%(sheet)s” has no column “%(column)s”."),
    "too_many_rows": _("The sheet has more than %(most)s rows."),
    "formula_cell": _("Column %(column)s holds a formula without its result. Open the file in Excel, save it again."),
    "bad_slug": _("“%(said)s” cannot be the name: use small letters, digits and hyphens."),
    "far_too_many": _("There are %(found)s questions; at most %(most)s can be read."),
    "nothing_to_answer": _("There is no question that a child can answer by tapping."),
    "choice_is_one_question": _("An everyday choice asks exactly one question: choose_one or yes_no."),
    # types and keys
    "unknown_key": _("“%(key)s” means nothing here. Remove it."),
    "unknown_key_near": _("“%(key)s” means nothing here. Did you mean “%(near)s”?"),
    "missing": _("“%(key)s” is missing."),
    "not_a_text": _("“%(key)s” must be a short text in quotes."),
    "not_true_or_false": _("“%(key)s” must be true or false, without quotes."),
    "not_a_number": _("“%(key)s” must be a whole number, without quotes."),
    "not_one_of": _("“%(key)s” is “%(said)s”. It must be one of: %(allowed)s."),
    "not_a_list": _("“%(key)s” must be a list of texts in square brackets."),
    "not_words": _('“%(key)s” must give its words by language, like { en = "Yes", hi = "हाँ" }.'),
    "not_tables": _("“%(key)s” must be a list of { ... } in square brackets."),
    "not_a_table": _("“%(key)s” must be a part of its own, with names and values."),
    "missing_language": _("The words in “%(language)s” are missing."),
    "bad_language": _("“%(said)s” is not a language code such as en, hi or ar."),
    "bad_name": _("“%(said)s” cannot be a name: use letters, digits and underscores."),
    "unknown_picture": _("There is no picture “%(said)s” in OpenMoji."),
    "unknown_picture_near": _("There is no picture “%(said)s” in OpenMoji. Did you mean “%(near)s”?"),
    "unknown_scale": _("There are no answers: give “options”, or a scale called “%(said)s” under [scales]."),
    "options_not_wanted": _("A question of the kind “%(kind)s” has no options."),
    # what must fit together
    "duplicate_name": _("Another question is called “%(question)s” already. Each name may be used once."),
    "no_letter_box_here": _("A questionnaire for “%(purpose)s” has no letter box: for words there is Tell."),
    "how_many_options": _("“%(question)s” has %(found)s options. It needs %(low)s to %(high)s."),
    "yes_and_no": _("The two options of “%(question)s” must have the keys yes and no."),
    "duplicate_option": _("“%(question)s” has the option “%(option)s” twice."),
    "reserved_option": _("“%(question)s” may not have an option “%(option)s”: that one is added by itself."),
    "how_many_bins": _("“%(question)s” asks for a number and needs 2 to 5 ranges (bins). It has %(found)s."),
    "bins_not_wanted": _("“%(question)s” does not ask for a number, so it has no ranges (bins)."),
    "bin_upside_down": _("In “%(question)s” the range “%(bin)s” must begin at 0 or more and end after it begins."),
    "bins_overlap": _("In “%(question)s” the ranges “%(one)s” and “%(after)s” overlap or are out of order."),
    "bins_gap": _("In “%(question)s” there are numbers between “%(one)s” and “%(after)s” that no range holds."),
    "right_unknown": _("The right answer of “%(question)s” is “%(said)s”, but it has no such single answer."),
    "right_missing": _("“%(question)s” is to be published as right or wrong, but no answer is marked right."),
    "mark_unknown": _("“%(question)s” names “%(said)s” under “%(part)s”, but it has no such option."),
    "safety_without_harm": _("“%(question)s” is about safety: say under “harm” which answers mean harm."),
    "harm_without_safety": _("“%(question)s” has answers that mean harm: mark it with safety = true."),
    "all_good": _("In “%(question)s” every answer counts as good. Leave some out."),
    "lasting_not_here": _("“%(question)s” asks how things are now, not a lasting fact. Remove “lasting”."),
    "merge_not_wanted": _("Only a choose_one question merges options. Remove “merge” from “%(question)s”."),
    "how_many_merged": _("“%(question)s” merges its options into %(found)s groups. It needs 2 to 5."),
    "merge_twice": _("“%(question)s” merges the option “%(option)s” twice."),
    "merge_forgot": _("“%(question)s” merges its options but forgets “%(option)s”."),
    "when_unreadable": _("“when” cannot be read near “%(part)s”. Write it like: food = bad or food = very_bad."),
    "when_not_earlier": _("“%(question)s” depends on “%(said)s”, but no earlier question is called so."),
    "when_not_choice": _("“%(question)s” depends on “%(said)s”, which has no options to choose from."),
    "when_unknown_answer": _("“%(question)s” depends on “%(said)s = %(answer)s”, but there is no such answer."),
    "pair_and_now": _("“%(question)s”: a “now” question names its “before” question under “pair”, and only that."),
    "pair_unknown": _("“%(question)s” is paired with “%(said)s”, but no earlier “before” question is called so."),
    "pair_differs": _("“%(question)s” and “%(said)s” are a pair, so they must have the same answers."),
    # what must not be asked
    "asks_who": _("“%(text)s” seems to ask who the child is. If it does not, an advocate can confirm that."),
    "asks_abuse": _("“%(text)s” asks whether this child was hurt. A survey may not: that is what Tell is for."),
    "mixed_word": _(
        "In “%(question)s” the word “%(word)s” mixes letters of two alphabets (%(one)s, %(other)s). Type it again."
    ),
    # forms of others
    "would_identify": _("“%(type)s” would tell who answers, where or when. The row was left out."),
    "repeat_left_out": _("What is asked again and again (“%(name)s”) was left out, with everything in it."),
    "worked_out": _("“%(name)s” is worked out by the form (“%(type)s”) and was left out."),
    "note_left_out": _("The note “%(name)s” has no words of its own and was left out."),
    "dont_know_left_out": _("“I don't know” is added to every question by itself; “%(question)s” lost its own."),
    "bins_unreadable": _("The ranges “%(said)s” cannot be read. Write them like: 0-4, 5-9, 10+."),
    "ages_made": _("The form does not say for which ages it is; %(ages)s was taken."),
    "pictures_missing": _("Answers of “%(question)s” have no picture: children would see numbers. Choose pictures."),
    "no_or_other": _("“or_other” cannot be used. Add an option “Something else” to the list."),
    "unknown_type": _("Questions of the type “%(type)s” cannot be asked here."),
    "no_list": _("There are no choices in a list called “%(list)s”."),
    "no_choice_filter": _("Options that depend on another answer (choice_filter “%(said)s”) cannot be used."),
    "no_label": _("“%(name)s” has no words (label) to show."),
    "no_insertions": _("The label puts an answer into its words (${...}). That cannot be done."),
    "label_too_long": _("The label is longer than %(most)s letters."),
    "relevant_unreadable": _("“relevant” cannot be used near “%(part)s”. Write it like: ${food} = 'bad'."),
    "group_open": _("A group begins but does not end."),
    "group_not_open": _("A group ends that did not begin."),
    "bad_extra": _("What stands in the column “youthvoice” cannot be read. Empty the cell or export again."),
    "unknown_language": _("The language “%(said)s” is not known and was left out. Write its code: Name (code)."),
    "language_left_out": _("The language “%(language)s” was left out: %(found)s of its texts are missing."),
    "picture_left_out": _("The picture “%(said)s” was left out: pictures come from OpenMoji, by name or code."),
    "never_asked": _("“%(name)s” is switched off in the form and was left out."),
    "bins_made": _("The ranges for “%(name)s” were made automatically. Look whether they make sense."),
    "column_left_out": _("What stands under “%(column)s” was left out."),
    # sizes and wording
    "too_many_questions": _("There are %(found)s questions. Children of %(ages)s answer at most %(most)s."),
    "scale_size": _("“%(question)s” has %(found)s faces. For ages %(ages)s it needs exactly %(most)s."),
    "question_too_long": _("“%(question)s” has %(found)s words in “%(language)s”. At most %(most)s are allowed."),
    "option_too_long": _(
        "In “%(question)s” the option “%(option)s” has %(found)s words in “%(language)s”. At most %(most)s are allowed."
    ),
    "good_missing": _("“%(question)s” does not say which answers are good. Without that it is not published."),
    "merge_missing": _(
        "“%(question)s” has more than %(most)s options. It is published only with a “merge” that groups them."
    ),
    "negative": _("“%(question)s” says “%(part)s” (%(language)s). Children understand questions without “not” better."),
    "says_no_answer": _(
        "“%(question)s” makes the sentence “Most of the answers %(part)s”. Answers can only say something: begin "
        "“says” with “say”, or leave it out."
    ),
    "two_clauses": _("“%(question)s” may ask two things at once, near “%(part)s” (%(language)s)."),
}


def say(fault: Fault) -> str:
    """The sentence of a fault, in the reader's language."""
    values = dict(fault.values)
    if isinstance(code := values.get("language"), str):
        values["language"] = _language(code)
    said = _translated(WORDS[fault.code]) % values
    sheet = fault.values.get("on", "survey")
    return said if sheet == "survey" else _translated(_("Sheet “%(sheet)s”:")) % {"sheet": sheet} + " " + said


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
