"""Read a questionnaire from a TOML file, or find every fault in it, with rows."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePath

from youthvoice.surveys.questionnaires import questionnaire, rules, wording_rules
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused
from youthvoice.surveys.questionnaires.questionnaire import SMALL_CHILDREN
from youthvoice.surveys.questionnaires.text_size import size_faults
from youthvoice.surveys.questionnaires.toml_file.toml_question import read_question, read_scales
from youthvoice.surveys.questionnaires.toml_file.toml_table import TomlRows, TomlTable

MAX_TOML_BYTES = 256 * 1024  # bytes of a file

MAX_QUESTIONS = 200  # that are read at all; children can answer far fewer

QUESTIONNAIRE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

MAX_KEY_DOTS = 8  # in a key; the parser's cost doubles with each

_DEEP = re.compile(rf"[\w-](?:[ \t]*\.[ \t]*[\w-]+){{{MAX_KEY_DOTS + 1}}}")

_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][A-Za-z]{1,3})?")

_KEYS = frozenset({"title", "purpose", "ages", "languages", "question", "scales", "draft"})


def read_toml(
    source: bytes | Path,
    name: str,
    confirmed: frozenset[str] = frozenset(),
    overridden: frozenset[str] = frozenset(),
) -> questionnaire.Questionnaire:
    """Read a questionnaire from a file.

    Args:
        source: the bytes of a file, or its path.
        name: its slug: lower-case letters, digits, hyphens.
        confirmed: names of questions that, as an advocate said, do not ask who a child is.
        overridden: names of questions that seem to ask about abuse, about which an advocate decides.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    text = _text(data)
    faults: list[QuestionnaireFault] = []
    table = TomlTable(_tables(text), (), TomlRows(text), faults)
    if not QUESTIONNAIRE_NAME.fullmatch(name):
        table.refuse("bad_slug", said=name)
    questionnaire = assemble_questionnaire(table, name)
    misfits = [
        *find_misfits(questionnaire, confirmed, overridden),
        *wording_rules.limit_faults(questionnaire.questions, questionnaire.ages),
    ]
    faults += [place_fault(fault, table) for fault in misfits]
    if faults:
        raise QuestionnaireRefused(faults)
    return questionnaire


def name_from_filename(filename: str) -> str:
    """Turn a file's name into the name of a questionnaire: `My days.toml` becomes `my-days`."""
    stem = re.sub(r"\.(toml|xlsx?)$", "", PurePath(filename.replace("\\", "/")).name, flags=re.IGNORECASE)
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60].strip("-") or "form"


def _text(data: bytes) -> str:
    if len(data) > MAX_TOML_BYTES:
        raise QuestionnaireRefused([QuestionnaireFault(None, "too_large", {"most": MAX_TOML_BYTES // 1024})])
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise QuestionnaireRefused([QuestionnaireFault(data.count(b"\n", 0, error.start) + 1, "not_utf8")]) from None


def _tables(text: str) -> dict[str, object]:
    for at, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MAX_KEY_DOTS and _DEEP.search(_QUOTED.sub("x", line)):
            raise QuestionnaireRefused([QuestionnaireFault(at, "too_deep", {"most": MAX_KEY_DOTS})])
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        match = re.search(r"at line (\d+)", str(error))
        row = int(match[1]) if match else len(text.splitlines()) or 1  # the last one, where the parser names none
        why = re.sub(r"\s*\(at .*\)$", "", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else "-"
        raise QuestionnaireRefused([QuestionnaireFault(row, "not_toml", {"why": why})]) from None


def assemble_questionnaire(
    table: TomlTable, name: str, source: questionnaire.Source = "toml"
) -> questionnaire.Questionnaire:
    """Read the questionnaire of a whole file; faults are added to the table's list."""
    table.only(_KEYS)
    languages = _languages(table)
    scales = read_scales(table, languages)
    tables = table.pieces("question")
    if len(tables) > MAX_QUESTIONS:
        table.refuse("far_too_many", found=len(tables), most=MAX_QUESTIONS)
    draft = table.piece("draft")
    draft.only(languages)
    return questionnaire.Questionnaire(
        name=name,
        title=table.words("title", languages) or {},
        purpose=table.one_of("purpose", questionnaire.PURPOSES),
        ages=table.one_of("ages", questionnaire.AGES),
        languages=languages,
        questions=tuple(read_question(question_table, languages, scales) for question_table in tables[:MAX_QUESTIONS]),
        drafts=tuple(language for language in languages if language in draft.data),
        source=source,
    )


def _languages(table: TomlTable) -> tuple[str, ...]:
    languages = table.names("languages")
    if "languages" not in table.data:
        table.refuse("missing", "languages")
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            table.refuse("bad_language", "languages", said=language)
    return tuple(dict.fromkeys(languages))


def find_misfits(
    questionnaire: questionnaire.Questionnaire, confirmed: frozenset[str], overridden: frozenset[str] = frozenset()
) -> Iterator[QuestionnaireFault]:
    """Find faults that no questionnaire may have, whatever its source; their rows are not known yet.

    A questionnaire that is too large is not checked further.
    """
    if too_large := list(size_faults(questionnaire)):
        yield from too_large
        return
    yield from rules.consistency_faults(questionnaire.questions, questionnaire.purpose, questionnaire.ages)
    if questionnaire.ages == SMALL_CHILDREN:  # an adult hears them: no reason lets such a question through
        overridden = frozenset()
    for question in questionnaire.questions:
        yield from wording_rules.forbidden_faults(question, confirmed, overridden)
        yield from wording_rules.mixed_script_faults(question)


def place_fault(fault: QuestionnaireFault, table: TomlTable) -> QuestionnaireFault:
    """Give a fault the row of its key in its question, of the last question where two have the same name."""
    names = [table.data.get("name") for table in table.pieces("question")]
    if fault.values.get("question") not in names:
        return fault
    places = [at for at, name in enumerate(names) if name == fault.values["question"]]
    return fault.at(table.rows.row(("question", places[-1], str(fault.values.get("key", "")))))
