"""What each type of a form becomes here, which are left out, and why some are refused."""

import re
from typing import NamedTuple

from youthvoice.surveys.questionnaires.question import Kind

_SELECT = re.compile(
    r"(select[_ ]?one|select[_ ]?1|select[_ ]?multiple|select all that apply)\s+"
    r"(?:from\s+)?(\S+)(\s+or[_ ]other)?"
)
_PLAIN: dict[str, Kind] = {
    "text": "words", "string": "words", "integer": "number", "int": "number", "range": "number",
    "note": "say", "acknowledge": "say", "trigger": "say",
}  # fmt: skip
# Types that would tell who, where or when: who fills the form in is nobody's business here.
IDENTIFYING = frozenset(
    {
        "start", "end", "today", "deviceid", "device_id", "imei", "subscriberid", "simserial", "username",
        "phonenumber",
        "phone_number", "email", "uuid", "audit", "geopoint", "geotrace", "geoshape", "gps", "location",
        "start_geopoint", "image", "photo", "audio", "background_audio", "video", "file", "barcode",
        "get_phone_number", "get_device_id", "get_start_time", "get_end_time", "get_today",
    }
)  # fmt: skip


_WORKED_OUT = frozenset({"calculate", "hidden", "csv-external", "xml-external", "entity"})


class Read(NamedTuple):
    """A type, read: a kind with its list, a step in or out of a group, the code of a refusal or of leaving it out."""

    kind: Kind | None = None
    list_name: str = ""
    step: str = ""  # "begin group", "end group", "begin repeat", "end repeat"
    refused: str = ""
    left_out: str = ""


def read_type(said: str) -> Read:
    """Read the cell under `type`."""
    plain = " ".join(said.lower().split())
    step = plain.replace("_", " ")
    if step in {"begin group", "end group", "begin repeat", "end repeat"}:
        return Read(step=step, left_out="repeat_left_out" if step == "begin repeat" else "")
    if select := _SELECT.fullmatch(plain):
        if select[3]:
            return Read(refused="no_or_other")
        many = "multiple" in select[1] or "all" in select[1]
        # The list is named as it was written, not in small letters.
        return Read("choose_many" if many else "choose_one", _spelled(said, select[2]))
    if plain in _PLAIN:
        return Read(_PLAIN[plain])
    return _not_asked(plain)


def _not_asked(plain: str) -> Read:
    if re.sub(r"[\s-]+", "_", plain.removeprefix("uri:")) in IDENTIFYING:
        return Read(left_out="would_identify")
    return Read(left_out="worked_out") if plain in _WORKED_OUT else Read(refused="unknown_type")


def _spelled(said: str, name: str) -> str:
    return next(word for word in said.split() if word.lower() == name)
