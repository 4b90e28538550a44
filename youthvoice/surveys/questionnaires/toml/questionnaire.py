"""A questionnaire from a TOML file, or everything that is wrong with it, with rows."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePath

from youthvoice.surveys.questionnaires.questionnaire import AGES, PURPOSES, Questionnaire, Source
from youthvoice.surveys.questionnaires.toml.line_numbers import Rows
from youthvoice.surveys.questionnaires.toml.question import question, scales
from youthvoice.surveys.questionnaires.toml.table import Piece
from youthvoice.surveys.questionnaires.validation.consistency import disorder
from youthvoice.surveys.questionnaires.validation.errors import Fault, Refused
from youthvoice.surveys.questionnaires.validation.forbidden_questions import forbidden
from youthvoice.surveys.questionnaires.validation.limits import over_limits
from youthvoice.surveys.questionnaires.validation.wording import mixed

LARGEST = 256 * 1024  # bytes of a file
MOST_QUESTIONS = 200  # before reading them; what children manage is far less
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MOST_DOTS = 8  # in a key; each costs the library as much as all before it
_DEEP = re.compile(rf"[\w-](?:[ \t]*\.[ \t]*[\w-]+){{{MOST_DOTS + 1}}}")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][A-Za-z]{1,3})?")
_KEYS = frozenset({"title", "purpose", "ages", "languages", "question", "scales", "draft"})


def read_toml(source: bytes | Path, name: str, confirmed: frozenset[str] = frozenset()) -> Questionnaire:
    """Read a questionnaire.

    Args:
        source: the bytes of a file, or where it lies.
        name: its slug: small letters, digits, hyphens.
        confirmed: names of questions of which an advocate said that they do not ask who a child is.

    Raises:
        Refused: with every fault and its row.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    text = _text(data)
    faults: list[Fault] = []
    file = Piece(_tables(text), (), Rows(text), faults)
    if not SLUG.fullmatch(name):
        file.refuse("bad_slug", said=name)
    found = assemble(file, name)
    unfit = [*misfits(found, confirmed), *over_limits(found.questions, found.ages)]
    faults += [placed(fault, file) for fault in unfit]
    if faults:
        raise Refused(faults)
    return found


def slug(filename: str) -> str:
    """A file's name as the name of a questionnaire: `My days.toml` is `my-days`."""
    stem = re.sub(r"\.(toml|xlsx?)$", "", PurePath(filename.replace("\\", "/")).name, flags=re.IGNORECASE)
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60].strip("-") or "form"


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise Refused([Fault(None, "too_large", {"most": LARGEST // 1024})])
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Refused([Fault(data.count(b"\n", 0, error.start) + 1, "not_utf8")]) from None


def _tables(text: str) -> dict[str, object]:
    for at, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS and _DEEP.search(_QUOTED.sub("x", line)):
            raise Refused([Fault(at, "too_deep", {"most": MOST_DOTS})])
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        row = re.search(r"at line (\d+)", str(error))
        end = len(text.splitlines()) or 1
        why = re.sub(r"\s*\(at .*\)$", "", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else "-"
        raise Refused([Fault(int(row[1]) if row else end, "not_toml", {"why": why})]) from None


def assemble(file: Piece, name: str, source: Source = "toml") -> Questionnaire:
    """The questionnaire of a whole file; what is wrong with its parts goes to the faults of the piece."""
    file.only(_KEYS)
    languages = _languages(file)
    shared = scales(file, languages)
    pieces = file.pieces("question")
    if len(pieces) > MOST_QUESTIONS:
        file.refuse("far_too_many", found=len(pieces), most=MOST_QUESTIONS)
    draft = file.piece("draft")
    draft.only(languages)
    return Questionnaire(
        name=name,
        title=file.words("title", languages) or {},
        purpose=file.one_of("purpose", PURPOSES),
        ages=file.one_of("ages", AGES),
        languages=languages,
        questions=tuple(question(piece, languages, shared) for piece in pieces[:MOST_QUESTIONS]),
        drafts=tuple(language for language in languages if language in draft.data),
        source=source,
    )


def _languages(file: Piece) -> tuple[str, ...]:
    languages = file.names("languages")
    if "languages" not in file.data:
        file.refuse("missing", "languages")
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            file.refuse("bad_language", "languages", said=language)
    return tuple(dict.fromkeys(languages))


def misfits(found: Questionnaire, confirmed: frozenset[str]) -> Iterator[Fault]:
    """What no questionnaire may have, wherever it comes from; rows are not known yet."""
    yield from disorder(found.questions, found.purpose)
    for one in found.questions:
        yield from forbidden(one, confirmed)
        yield from mixed(one)


def placed(fault: Fault, file: Piece) -> Fault:
    """The fault with the row of the last question of that name (the one that repeats a name is the later)."""
    names = [piece.data.get("name") for piece in file.pieces("question")]
    if fault.values.get("question") not in names:
        return fault
    places = [at for at, name in enumerate(names) if name == fault.values["question"]]
    return fault.at(file.rows.row(("question", places[-1], str(fault.values.get("key", "")))))
