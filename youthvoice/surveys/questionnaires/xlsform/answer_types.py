"""Convert the question types of an XLSForm into our kinds of questions."""

import re
from typing import NamedTuple

from youthvoice.surveys.questionnaires.kinds import KINDS, Kind

_SELECT = re.compile(
    r"(select[_ ]?one|select[_ ]?1|select[_ ]?multiple|select all that apply)\s+"
    r"(?:from\s+)?(\S+)(\s+or[_ ](?:specify[_ ])?other)?"
)

_PLAIN: dict[str, Kind] = {
    "text": "words", "string": "words", "integer": "number", "int": "number", "range": "number",
    "note": "say", "acknowledge": "say", "trigger": "say",
}  # fmt: skip

# Types that would reveal who answers, where or when.
IDENTIFYING_TYPES = frozenset(
    {
        "start", "end", "today", "deviceid", "device_id", "imei", "subscriberid", "simserial", "simid", "username",
        "phonenumber",
        "phone_number", "email", "uuid", "audit", "geopoint", "geotrace", "geoshape", "gps", "location",
        "start_geopoint", "background_geopoint", "osm", "image", "photo", "audio", "background_audio", "video", "file",
        "barcode", "get_phone_number", "get_device_id", "get_subscriber_id", "get_sim_id", "get_start_time",
        "get_end_time", "get_today",
    }
)  # fmt: skip

_WORKED_OUT = frozenset(
    {"calculate", "hidden", "csv-external", "xml-external", "entity", "set form title", "set form id"}
)


class QuestionType(NamedTuple):
    """A parsed type: a kind with its list, the begin or end of a group, or the code of a refusal or omission."""

    kind: Kind | None = None
    list_name: str = ""
    other: bool = False  # whether "something else" is added to the list
    dated: bool = False  # whether it asks for a date, which becomes a year or a month
    step: str = ""  # "begin group", "end group", "begin repeat", "end repeat"
    refused: str = ""  # code of a fault
    left_out: str = ""  # code of a note

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that share this XLSForm type: `kind`, unless a column `kind` names another of them."""
        return tuple(name for name, row in KINDS.items() if self.kind and row.xlsform == KINDS[self.kind].xlsform)


def read_type(cell: str) -> QuestionType:
    """Parse the cell under `type`."""
    plain = " ".join(cell.lower().split())
    step = re.sub(r"^(begin|end) loop\b.*", r"\1 repeat", plain.replace("_", " "))
    if step in {"begin group", "end group", "begin repeat", "end repeat"}:
        return QuestionType(step=step, left_out="repeat_left_out" if step == "begin repeat" else "")
    if select := _SELECT.fullmatch(plain):
        many = "multiple" in select[1] or "all" in select[1]
        # The list keeps its spelling, with capital letters.
        return QuestionType("choose_many" if many else "choose_one", _spelled(cell, select[2]), other=bool(select[3]))
    if plain in _PLAIN:
        return QuestionType(_PLAIN[plain])
    return QuestionType("number", dated=True) if plain == "date" else _not_asked(plain)


def _not_asked(plain: str) -> QuestionType:
    if re.sub(r"[\s-]+", "_", plain.removeprefix("uri:")) in IDENTIFYING_TYPES:
        return QuestionType(left_out="would_identify")
    return QuestionType(left_out="worked_out") if plain in _WORKED_OUT else QuestionType(refused="unknown_type")


def _spelled(cell: str, name: str) -> str:
    return next(word for word in cell.split() if word.lower() == name)
