"""A questionnaire from a TOML file, or everything that is wrong with it, with rows."""

import difflib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from youthvoice.surveys.questionnaires import questionnaire, rules
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused, make_fault
from youthvoice.surveys.questionnaires.kinds import KINDS, Kind
from youthvoice.surveys.questionnaires.picture_library import drawable_picture, nearest_picture, picture_code
from youthvoice.surveys.questionnaires.skip_logic import Condition, UnreadableCondition, parse_condition

TomlPath = tuple[str | int, ...]

_ARRAY = re.compile(r"\s*\[\[\s*([\w.\s-]+?)\s*\]\]")

_TABLE = re.compile(r"\s*\[\s*([\w.\s-]+?)\s*\]")

_KEY = re.compile(r"\s*([\w-]+)\s*=\s*(\[\s*(?:#.*)?$)?")

_LONGEST_HEADER = 300

_ITEM = re.compile(r"\s*\{")


class TomlRows:
    """Rows, from 1, of tables and keys: `("question", 2)` is the third `[[question]]`.

    Attributes:
        holds_pictures: whether uploaded pictures lie beside it; beside a file they do not.
    """

    holds_pictures = False

    def __init__(self, text: str) -> None:
        self._rows: dict[TomlPath, int] = {(): 1}
        self._many: dict[TomlPath, int] = {}
        table: TomlPath = ()
        items: TomlPath = ()
        for row, line in enumerate(text.splitlines(), start=1):
            if len(line) > _LONGEST_HEADER and line.lstrip().startswith("["):
                continue  # no header of ours, and its blanks could be parted in too many ways
            if header := _ARRAY.match(line):
                table, items = self._next(self._resolved(header[1])), ()
                self._rows[table] = row
            elif header := _TABLE.match(line):
                table, items = self._resolved(header[1]), ()
                self._rows[table] = row
            elif key := _KEY.match(line):
                self._rows.setdefault((*table, key[1]), row)
                items = (*table, key[1]) if key[2] else ()
            elif items and _ITEM.match(line):
                self._rows[self._next(items)] = row

    def _resolved(self, dotted: str) -> TomlPath:
        path: TomlPath = ()
        parts = [part.strip() for part in dotted.split(".")]
        for part in parts[:-1]:
            path = (*path, part)
            if path in self._many:
                path = (*path, self._many[path] - 1)
        return (*path, parts[-1])

    def _next(self, path: TomlPath) -> TomlPath:
        self._many[path] = self._many.get(path, 0) + 1
        return (*path, self._many[path] - 1)

    def row(self, path: TomlPath) -> int:
        """The row of a table or key, or of the nearest thing around it that has one."""
        while path not in self._rows:
            path = path[:-1]
        return self._rows[path]


TomlChoice = TypeVar("TomlChoice", bound=str)

_LONGEST = 2000  # characters of one text; more is no question


class TomlTable:
    """A table, where it stands, and the faults found so far (shared by all pieces of a file)."""

    def __init__(
        self, data: Mapping[str, object], path: TomlPath, rows: TomlRows, faults: list[QuestionnaireFault]
    ) -> None:
        self.data = data
        self.path = path
        self.rows = rows
        self.faults = faults

    def refuse(self, code: str, key: str = "", **values: str | int) -> None:
        """Note a fault at a key of this table."""
        row = self.rows.row((*self.path, key) if key else self.path)
        self.faults.append(make_fault(code, key=key, **values).at(row))

    def only(self, known: Collection[str]) -> None:
        """Refuse every key that means nothing, naming the nearest that does."""
        for key in self.data:
            if key not in known:
                near = difflib.get_close_matches(key, sorted(known), n=1)
                self.refuse("unknown_key_near" if near else "unknown_key", key, near=near[0] if near else "")

    def text(self, key: str, *, needed: bool = False) -> str:
        """A text; empty where there is none."""
        found = self.data.get(key)
        if found is None:
            if needed:
                self.refuse("missing", key)
            return ""
        if not isinstance(found, str) or not found.strip() or len(found) > _LONGEST:
            self.refuse("not_a_text", key)
            return ""
        return found.strip()

    def flag(self, key: str) -> bool:
        """`true` or `false`; false where it is not said."""
        found = self.data.get(key, False)
        if not isinstance(found, bool):
            self.refuse("not_true_or_false", key)
            return False
        return found

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        found = self.data.get(key, default)
        if not isinstance(found, int) or isinstance(found, bool) or abs(found) > 1_000_000:  # noqa: PLR2004
            self.refuse("not_a_number", key)
            return default or 0
        return found

    def one_of(self, key: str, allowed: Sequence[TomlChoice]) -> TomlChoice:
        """One of a few words; the first of them where it is wrong or missing."""
        found = self.text(key, needed=True)
        for choice in allowed:
            if choice == found:
                return choice
        if found:
            self.refuse("not_one_of", key, said=found, allowed=", ".join(allowed))
        return allowed[0]

    def names(self, key: str) -> tuple[str, ...]:
        """A list of short texts, or one of them."""
        found = self.data.get(key, [])
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            self.refuse("not_a_list", key)
            return ()
        return tuple(listed)

    def picture(self, key: str = "picture") -> str | None:
        """The code of an OpenMoji picture; in a draft, of an uploaded one, too."""
        said = self.text(key)
        known = drawable_picture if self.rows.holds_pictures else picture_code
        code = known(said) if said else None
        if said and code is None:
            near = nearest_picture(said)
            self.refuse("unknown_picture_near" if near else "unknown_picture", key, said=said, near=near)
        return code

    def words(self, key: str, languages: Sequence[str], *, needed: bool = True) -> questionnaire.Words | None:
        """Words in every language, from a table of their own: `text = { en = "...", hi = "..." }`."""
        found = self.data.get(key)
        if found is None:
            if needed:
                self.refuse("missing", key)
            return None
        if not isinstance(found, dict):
            self.refuse("not_words", key)
            return None
        return TomlTable(found, (*self.path, key), self.rows, self.faults).flat_words(languages, only=True)

    def flat_words(self, languages: Sequence[str], *, only: bool = False) -> questionnaire.Words:
        """Words in every language, from this table itself: `{ key = "yes", en = "Yes", hi = "हाँ" }`."""
        if only:
            self.only(languages)
        for language in languages:
            if language not in self.data:
                self.refuse("missing_language", language=language)
        return MappingProxyType({language: self.text(language) for language in languages if language in self.data})

    def pieces(self, key: str) -> list["TomlTable"]:
        """A list of tables."""
        found = self.data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.refuse("not_tables", key)
            return []
        return [TomlTable(one, (*self.path, key, at), self.rows, self.faults) for at, one in enumerate(found)]

    def piece(self, key: str) -> "TomlTable":
        """A table inside this one; an empty one where there is none."""
        found = self.data.get(key, {})
        if not isinstance(found, dict):
            self.refuse("not_a_table", key)
            found = {}
        return TomlTable(found, (*self.path, key), self.rows, self.faults)


QUESTION_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,59}")

QUESTION_KEYS = frozenset(field.name for field in fields(questionnaire.Question)) | {"pictures", "scale"}

OPTION_KEY = re.compile(r"\w[\w.-]{0,59}")  # of an option or range; forms of others number them

_MOMENTS: tuple[questionnaire.Moment, ...] = ("before", "now")

_PUBLISH: tuple[questionnaire.Publish, ...] = ("choices", "right")


class SharedScale(NamedTuple):
    """Options that several questions share, and which of them are the good side."""

    options: tuple[questionnaire.Option, ...]
    good: tuple[str, ...]


def read_scales(file_table: TomlTable, languages: Sequence[str]) -> dict[str, SharedScale]:
    """The named scales of a file."""
    table = file_table.piece("scales")
    return {name: _scale(table.pieces(name), languages) for name in table.data}


def _scale(pieces: Sequence[TomlTable], languages: Sequence[str]) -> SharedScale:
    good = tuple(table.text("key") for table in pieces if table.flag("good"))
    return SharedScale(tuple(_option(table, languages) for table in pieces), good)


def _option(table: TomlTable, languages: Sequence[str]) -> questionnaire.Option:
    table.only({"key", "picture", "good", *languages})
    return questionnaire.Option(_key(table), table.flat_words(languages), table.picture())


def _key(table: TomlTable) -> str:
    key = table.text("key", needed=True)
    if key and not OPTION_KEY.fullmatch(key):
        table.refuse("bad_name", "key", said=key)
    return key


def read_question(
    table: TomlTable, languages: Sequence[str], shared: Mapping[str, SharedScale]
) -> questionnaire.Question:
    """Read one question; what is wrong goes to the faults of the piece, and the rest is read all the same."""
    table.only(QUESTION_KEYS)
    kind = table.one_of("kind", tuple(KINDS))
    options, good = _options(table, kind, languages, shared)
    right = table.text("right") or None
    publish = table.one_of("publish", _PUBLISH) if "publish" in table.data else None
    name = table.text("name", needed=True)
    if name and not QUESTION_NAME.fullmatch(name):
        table.refuse("bad_name", "name", said=name)
    return questionnaire.Question(
        name=name,
        kind=kind,
        text=table.words("text", languages) or {},
        hint=table.words("hint", languages, needed=False),
        picture=table.picture(),
        options=options,
        when=_when(table),
        right=right,
        publish=publish or ("right" if right else "choices"),
        safety=table.flag("safety"),
        harm=table.names("harm"),
        good=table.names("good") or ((right,) if right else good),
        merge=_merge(table, languages),
        lasting=table.flag("lasting"),
        bins=tuple(_bin(bin_table, languages) for bin_table in table.pieces("bins")),
        please=table.flag("please"),
        moment=table.one_of("moment", _MOMENTS) if "moment" in table.data else None,
        pair=table.text("pair") or None,
        max_length=table.whole("max_length", questionnaire.MAX_LENGTH),
        audio=table.words("audio", languages, needed=False),
        says=table.words("says", languages, needed=False),
        split=table.one_of("split", questionnaire.SPLITS) if "split" in table.data else None,
    )


def _options(
    table: TomlTable, kind: Kind, languages: Sequence[str], shared: Mapping[str, SharedScale]
) -> tuple[tuple[questionnaire.Option, ...], tuple[str, ...]]:
    if table.data.get("options"):
        shared_scale = _scale(table.pieces("options"), languages)
    else:
        named = table.text("scale") or (kind if KINDS[kind].scale else "")
        if named and named not in shared:
            table.refuse("unknown_scale", "scale", said=named)
        shared_scale = shared.get(named, SharedScale((), ()))
    if shared_scale.options and not KINDS[kind].has_options:
        table.refuse("options_not_wanted", "options", kind=kind)
        return (), ()
    return _pictured(table, shared_scale.options), shared_scale.good


def _pictured(table: TomlTable, options: tuple[questionnaire.Option, ...]) -> tuple[questionnaire.Option, ...]:
    own = table.piece("pictures")
    if not own.data:
        return options
    own.only({option.key for option in options})
    pictures = {key: own.picture(key) for key in own.data}
    return tuple(replace(option, picture=pictures.get(option.key) or option.picture) for option in options)


def _bin(table: TomlTable, languages: Sequence[str]) -> questionnaire.Bin:
    table.only({"key", "low", "high", *languages})
    return questionnaire.Bin(_key(table), table.whole("low"), table.whole("high"), table.flat_words(languages))


def _merge(table: TomlTable, languages: Sequence[str]) -> Mapping[str, questionnaire.Merge] | None:
    found = []
    for toml_table in table.pieces("merge"):
        toml_table.only({"key", "options", *languages})
        found.append((_key(toml_table), toml_table.flat_words(languages), toml_table.names("options")))
    return questionnaire.freeze_merges(found)


def _when(table: TomlTable) -> Condition | None:
    text = table.text("when")
    try:
        return parse_condition(text) if text else None
    except UnreadableCondition as part:
        table.refuse("when_unreadable", "when", part=str(part))
        return None


MAX_TOML_BYTES = 256 * 1024  # bytes of a file

MAX_QUESTIONS = 200  # before reading them; what children manage is far less

QUESTIONNAIRE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

MAX_KEY_DOTS = 8  # in a key; each costs the library as much as all before it

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
    """Read a questionnaire.

    Args:
        source: the bytes of a file, or where it lies.
        name: its slug: small letters, digits, hyphens.
        confirmed: names of questions of which an advocate said that they do not ask who a child is.
        overridden: names of questions about which an advocate is asked, for they seem to ask about abuse.

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
    unfit = [
        *find_misfits(questionnaire, confirmed, overridden),
        *rules.limit_faults(questionnaire.questions, questionnaire.ages),
    ]
    faults += [place_fault(fault, table) for fault in unfit]
    if faults:
        raise QuestionnaireRefused(faults)
    return questionnaire


def name_from_filename(filename: str) -> str:
    """A file's name as the name of a questionnaire: `My days.toml` is `my-days`."""
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
        row = re.search(r"at line (\d+)", str(error))
        end = len(text.splitlines()) or 1
        why = re.sub(r"\s*\(at .*\)$", "", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else "-"
        raise QuestionnaireRefused(
            [QuestionnaireFault(int(row[1]) if row else end, "not_toml", {"why": why})]
        ) from None


def assemble_questionnaire(
    table: TomlTable, name: str, source: questionnaire.Source = "toml"
) -> questionnaire.Questionnaire:
    """The questionnaire of a whole file; what is wrong with its parts goes to the faults of the piece."""
    table.only(_KEYS)
    languages = _languages(table)
    shared = read_scales(table, languages)
    pieces = table.pieces("question")
    if len(pieces) > MAX_QUESTIONS:
        table.refuse("far_too_many", found=len(pieces), most=MAX_QUESTIONS)
    draft = table.piece("draft")
    draft.only(languages)
    return questionnaire.Questionnaire(
        name=name,
        title=table.words("title", languages) or {},
        purpose=table.one_of("purpose", questionnaire.PURPOSES),
        ages=table.one_of("ages", questionnaire.AGES),
        languages=languages,
        questions=tuple(read_question(table, languages, shared) for table in pieces[:MAX_QUESTIONS]),
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
    """What no questionnaire may have, wherever it comes from; rows are not known yet."""
    yield from rules.consistency_faults(questionnaire.questions, questionnaire.purpose)
    for question in questionnaire.questions:
        yield from rules.forbidden_faults(question, confirmed, overridden)
        yield from rules.mixed_script_faults(question)


def place_fault(fault: QuestionnaireFault, table: TomlTable) -> QuestionnaireFault:
    """The fault with the row of the last question of that name (the one that repeats a name is the later)."""
    names = [table.data.get("name") for table in table.pieces("question")]
    if fault.values.get("question") not in names:
        return fault
    places = [at for at, name in enumerate(names) if name == fault.values["question"]]
    return fault.at(table.rows.row(("question", places[-1], str(fault.values.get("key", "")))))
