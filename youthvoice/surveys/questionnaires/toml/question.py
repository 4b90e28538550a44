"""One `[[question]]` of a TOML file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import NamedTuple

from youthvoice.surveys.questionnaires.question import (
    KINDS,
    MAX_LENGTH,
    WITH_OPTIONS,
    Bin,
    Merge,
    Moment,
    Option,
    Publish,
    Question,
)
from youthvoice.surveys.questionnaires.questionnaire import merges
from youthvoice.surveys.questionnaires.skip_logic import Condition, Unreadable, parse
from youthvoice.surveys.questionnaires.toml.table import Piece

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,59}")
KEYS = frozenset(field.name for field in fields(Question)) | {"pictures", "scale"}
KEY = re.compile(r"\w[\w.-]{0,59}")  # of an option or range; forms of others number them
_MOMENTS: tuple[Moment, ...] = ("before", "now")
_PUBLISH: tuple[Publish, ...] = ("choices", "right")


class Scale(NamedTuple):
    """Options that several questions share, and which of them are the good side."""

    options: tuple[Option, ...]
    good: tuple[str, ...]


def scales(file: Piece, languages: Sequence[str]) -> dict[str, Scale]:
    """The named scales of a file."""
    table = file.piece("scales")
    return {name: _scale(table.pieces(name), languages) for name in table.data}


def _scale(pieces: Sequence[Piece], languages: Sequence[str]) -> Scale:
    good = tuple(piece.text("key") for piece in pieces if piece.flag("good"))
    return Scale(tuple(_option(piece, languages) for piece in pieces), good)


def _option(piece: Piece, languages: Sequence[str]) -> Option:
    piece.only({"key", "picture", "good", *languages})
    return Option(_key(piece), piece.flat_words(languages), piece.picture())


def _key(piece: Piece) -> str:
    key = piece.text("key", needed=True)
    if key and not KEY.fullmatch(key):
        piece.refuse("bad_name", "key", said=key)
    return key


def question(piece: Piece, languages: Sequence[str], shared: Mapping[str, Scale]) -> Question:
    """Read one question; what is wrong goes to the faults of the piece, and the rest is read all the same."""
    piece.only(KEYS)
    kind = piece.one_of("kind", KINDS)
    options, good = _options(piece, kind, languages, shared)
    right = piece.text("right") or None
    publish = piece.one_of("publish", _PUBLISH) if "publish" in piece.data else None
    name = piece.text("name", needed=True)
    if name and not NAME.fullmatch(name):
        piece.refuse("bad_name", "name", said=name)
    return Question(
        name=name,
        kind=kind,
        text=piece.words("text", languages) or {},
        hint=piece.words("hint", languages, needed=False),
        picture=piece.picture(),
        options=options,
        when=_when(piece),
        right=right,
        publish=publish or ("right" if right else "choices"),
        safety=piece.flag("safety"),
        harm=piece.names("harm"),
        good=piece.names("good") or ((right,) if right else good),
        merge=_merge(piece, languages),
        lasting=piece.flag("lasting"),
        bins=tuple(_bin(one, languages) for one in piece.pieces("bins")),
        please=piece.flag("please"),
        moment=piece.one_of("moment", _MOMENTS) if "moment" in piece.data else None,
        pair=piece.text("pair") or None,
        max_length=piece.whole("max_length", MAX_LENGTH),
        audio=piece.words("audio", languages, needed=False),
        says=piece.words("says", languages, needed=False),
    )


def _options(
    piece: Piece, kind: str, languages: Sequence[str], shared: Mapping[str, Scale]
) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    if piece.data.get("options"):
        found = _scale(piece.pieces("options"), languages)
    else:
        named = piece.text("scale") or (kind if kind in {"faces", "yes_no"} else "")
        if named and named not in shared:
            piece.refuse("unknown_scale", "scale", said=named)
        found = shared.get(named, Scale((), ()))
    if found.options and kind not in WITH_OPTIONS:
        piece.refuse("options_not_wanted", "options", kind=kind)
        return (), ()
    return _pictured(piece, found.options), found.good


def _pictured(piece: Piece, options: tuple[Option, ...]) -> tuple[Option, ...]:
    own = piece.piece("pictures")
    if not own.data:
        return options
    own.only({option.key for option in options})
    pictures = {key: own.picture(key) for key in own.data}
    return tuple(replace(option, picture=pictures.get(option.key) or option.picture) for option in options)


def _bin(piece: Piece, languages: Sequence[str]) -> Bin:
    piece.only({"key", "low", "high", *languages})
    return Bin(_key(piece), piece.whole("low"), piece.whole("high"), piece.flat_words(languages))


def _merge(piece: Piece, languages: Sequence[str]) -> Mapping[str, Merge] | None:
    found = []
    for one in piece.pieces("merge"):
        one.only({"key", "options", *languages})
        found.append((_key(one), one.flat_words(languages), one.names("options")))
    return merges(found)


def _when(piece: Piece) -> Condition | None:
    text = piece.text("when")
    try:
        return parse(text) if text else None
    except Unreadable as part:
        piece.refuse("when_unreadable", "when", part=str(part))
        return None
