"""Read one question of a TOML file, and the scales that several questions share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import NamedTuple

from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.kinds import KINDS, Kind
from youthvoice.surveys.questionnaires.skip_logic import Condition, UnreadableCondition, parse_condition
from youthvoice.surveys.questionnaires.toml_file.toml_table import TomlTable

QUESTION_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,59}")

QUESTION_KEYS = frozenset(field.name for field in fields(questionnaire.Question)) | {"pictures", "scale"}

OPTION_KEY = re.compile(r"\w[\w.-]{0,59}")  # of an option or range; imported forms may use numbers

_MOMENTS: tuple[questionnaire.Moment, ...] = ("before", "now")

_PUBLISH: tuple[questionnaire.Publish, ...] = ("choices", "right")


class SharedScale(NamedTuple):
    """Options, which several questions may share, and the keys of those on the good side."""

    options: tuple[questionnaire.Option, ...]
    good: tuple[str, ...]


def read_scales(file_table: TomlTable, languages: Sequence[str]) -> dict[str, SharedScale]:
    """Read the named scales of a file."""
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
    """Read one question; faults are added to the table's list, and reading continues."""
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
        scale_name = table.text("scale") or (kind if KINDS[kind].scale else "")
        if scale_name and scale_name not in shared:
            table.refuse("unknown_scale", "scale", said=scale_name)
        shared_scale = shared.get(scale_name, SharedScale((), ()))
    if shared_scale.options and not KINDS[kind].has_options:
        table.refuse("options_not_wanted", "options", kind=kind)
        return (), ()
    return _pictured(table, shared_scale.options), shared_scale.good


def _pictured(table: TomlTable, options: tuple[questionnaire.Option, ...]) -> tuple[questionnaire.Option, ...]:
    """The options, often those of a shared scale, with the pictures that the question gives them."""
    picture_table = table.piece("pictures")
    if not picture_table.data:
        return options
    picture_table.only({option.key for option in options})
    pictures = {key: picture_table.picture(key) for key in picture_table.data}
    return tuple(replace(option, picture=pictures.get(option.key) or option.picture) for option in options)


def _bin(table: TomlTable, languages: Sequence[str]) -> questionnaire.Bin:
    table.only({"key", "low", "high", *languages})
    return questionnaire.Bin(_key(table), table.whole("low"), table.whole("high"), table.flat_words(languages))


def _merge(table: TomlTable, languages: Sequence[str]) -> Mapping[str, questionnaire.Merge] | None:
    merges = []
    for merge_table in table.pieces("merge"):
        merge_table.only({"key", "options", *languages})
        merges.append((_key(merge_table), merge_table.flat_words(languages), merge_table.names("options")))
    return questionnaire.freeze_merges(merges)


def _when(table: TomlTable) -> Condition | None:
    text = table.text("when")
    try:
        return parse_condition(text) if text else None
    except UnreadableCondition as part:
        table.refuse("when_unreadable", "when", part=str(part))
        return None
