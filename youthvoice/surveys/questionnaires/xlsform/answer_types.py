"""What types, lists of options, well-known scales and ranges of a form become here.

Words decide, in the languages forms come in; keys alone ("1", "2", "3") decide nothing.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from youthvoice.surveys.questionnaires.kinds import KINDS, Kind
from youthvoice.surveys.questionnaires.picture_library import FACES
from youthvoice.surveys.questionnaires.questionnaire import DONT_KNOW
from youthvoice.surveys.questionnaires.ranges import OPEN_END, ranges_ending_at
from youthvoice.surveys.questionnaires.xlsform.choice_lists import ListOption

_YES: Final = "yes|y|हाँ|हां|जी हाँ|نعم|أجل|oui|sí|si|sim|ja|ndiyo|হ্যাঁ|da|да|ہاں|有|是"

_NO: Final = "no|n|नहीं|जी नहीं|لا|كلا|non|não|nao|nein|nee|hapana|না|нет|نہیں|否"

_DONT_KNOW: Final = (
    "dont know|don't know|i dont know|i don't know|do not know|dk|not sure|unsure|dont_know|पता नहीं|मुझे पता नहीं|"
    "मालूम नहीं|لا أعرف|لا اعرف|لا أدري|je ne sais pas|ne sait pas|no sé|no se|no sabe|não sei|sijui|weiß nicht|"
    "weiss nicht|জানি না|не знаю|weet niet"
)

# From the low end to the high one; every row is one scale in one language. `|` parts words for the same step.
_HOW_GOOD: Final = """
very bad|awful|terrible|very poor; bad|poor; ok|okay|fine|so-so|average|fair|neutral; good; very good|excellent|great
very sad|very unhappy; sad|unhappy; in between|neutral|ok|okay|so-so; happy; very happy
very dissatisfied; dissatisfied|unsatisfied|not satisfied; neutral|somewhat satisfied; satisfied; very satisfied
बहुत ख़राब|बहुत खराब|बहुत बुरा; ख़राब|खराब|बुरा; ठीक-ठाक|ठीक|ठीक ठाक; अच्छा|अच्छी; बहुत अच्छा|बहुत अच्छी
बहुत दुखी; दुखी|उदास; ठीक-ठाक|बीच में; ख़ुश|खुश; बहुत ख़ुश|बहुत खुश
سيئ جدًّا|سيئ جدا|سيئ جدًا|سيء جدا; سيئ|سيء; متوسط|عادي|مقبول; جيد; جيد جدًّا|جيد جدا|جيد جدًا|ممتاز
حزين جدا; حزن|حزين; بين بين|عادي; فرح|سعيد; سعيد جدا
très mauvais|très mal; mauvais|mal; moyen|ça va|passable; bon|bien; très bon|très bien|excellent
très insatisfait; insatisfait; neutre; satisfait; très satisfait
muy malo|muy mal; malo|mal; regular|más o menos|normal; bueno|bien; muy bueno|muy bien|excelente
muito ruim|muito mau; ruim|mau|mal; regular|mais ou menos; bom|bem; muito bom|muito bem|ótimo
mbaya sana; mbaya; wastani|sawa; nzuri|vizuri; nzuri sana|vizuri sana
"""

_HOW_MUCH: Final = """
never; rarely|seldom|almost never; sometimes|occasionally; often|usually|most of the time; always|all the time
not at all|none; not much|very little; a little|some; quite a lot|much; a lot|very much
strongly disagree|totally disagree; disagree; neutral|neither|undecided; agree; strongly agree|totally agree
कभी नहीं|बिल्कुल नहीं; बहुत कम|शायद ही कभी; कभी-कभी|कभी कभी|थोड़ा; अक्सर|ज़्यादातर; हमेशा|बहुत ज़्यादा
أبدًا|أبدا|مطلقا; نادرًا|نادرا; أحيانًا|أحيانا|قليلا; غالبًا|غالبا|كثيرا; دائمًا|دائما
jamais|pas du tout; rarement; parfois|quelquefois|un peu; souvent|beaucoup; toujours
pas du tout d'accord; pas d'accord; neutre; d'accord; tout à fait d'accord
nunca; rara vez|casi nunca; a veces|un poco; a menudo|casi siempre|mucho; siempre
nunca; raramente; às vezes|um pouco; muitas vezes|muito; sempre
kamwe|hapana kabisa; mara chache; wakati mwingine|kidogo; mara nyingi|sana; daima|siku zote
"""

_FEWEST, _MOST = 3, 5


class KnownList(NamedTuple):
    """What a list turned out to be.

    Attributes:
        kind: `yes_no`, `faces`, or the kind it had.
        choices: its options, with our keys and pictures, without "I don't know".
        keys: what each key of the form became.
        good: the good side, where the words say it.
        unknowing: whether an option said "I don't know", which is added by itself.
    """

    kind: Kind
    choices: tuple[ListOption, ...]
    keys: Mapping[str, str]
    good: tuple[str, ...]
    unknowing: bool


def find_known_list(kind: Kind, choices: Sequence[ListOption]) -> KnownList:
    """Recognise a list by the words of its options."""
    list_options = [option for option in choices if not _does_not_know(option)]
    if len(list_options) < 2:  # noqa: PLR2004 - a list of nothing else is somebody's own
        list_options = list(choices)
    keys = {option.key: option.key if option in list_options else DONT_KNOW for option in choices}
    unknowing = len(list_options) < len(choices)
    if (
        kind == "choose_one"
        and len(list_options) == 2  # noqa: PLR2004
        and {_yes_or_no(option) for option in list_options} == {"yes", "no"}
    ):
        keys |= {option.key: _yes_or_no(option) for option in list_options}
        named = tuple(replace(option, key=keys[option.key], picture=None) for option in list_options)
        return KnownList("yes_no", named, keys, (), unknowing)
    steps = _steps(list_options) if kind in {"choose_one", "faces"} and _FEWEST <= len(list_options) <= _MOST else None
    if steps is None:
        return KnownList(kind, tuple(list_options), keys, (), unknowing)
    order, says_good = steps
    faces = dict(zip(sorted(order), FACES[len(list_options)], strict=True))
    drawn = tuple(
        list_option if list_option.picture else replace(list_option, picture=faces[step])
        for list_option, step in zip(list_options, order, strict=True)
    )
    best = sorted(order)[-(len(list_options) // 2) :]
    good = (
        tuple(list_option.key for list_option, step in zip(list_options, order, strict=True) if step in best)
        if says_good
        else ()
    )
    return KnownList("faces", drawn, keys, good, unknowing)


def _plain(text: str) -> str:
    said = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join("".join(letter for letter in said if letter not in "().!?।\u0640").split())


def _words(said: str) -> frozenset[str]:
    return frozenset(_plain(word) for word in said.split("|"))


_DONT_KNOW_WORDS: Final = _words(_DONT_KNOW)

_YES_WORDS: Final = _words(_YES)

_NO_WORDS: Final = _words(_NO)

_SCALES: Final = tuple(
    ({word: step for step, said in enumerate(row.split(";")) for word in _words(said)}, rows is _HOW_GOOD)
    for rows in (_HOW_GOOD, _HOW_MUCH)
    for row in rows.strip().splitlines()
)


def _is(option: ListOption, words: frozenset[str]) -> bool:
    return any(_plain(text) in words for text in option.words.values())


def _does_not_know(option: ListOption) -> bool:
    """Whether it says "I don't know", alone or beside something like it: "Don't know / not sure"."""
    parts = (part for text in option.words.values() for part in re.split("[/,;]| or ", text))
    return option.key == DONT_KNOW or any(_plain(part) in _DONT_KNOW_WORDS for part in parts)


def _yes_or_no(option: ListOption) -> str:
    yes, no = _is(option, _YES_WORDS), _is(option, _NO_WORDS)
    return "" if yes == no else "yes" if yes else "no"


def _steps(choices: Sequence[ListOption]) -> tuple[list[int], bool] | None:
    """The step of every option, up or down without a turn, and whether the high end is the good one."""
    for known, says_good in _SCALES:
        for language in choices[0].words:
            order = [known.get(_plain(option.words.get(language, "")), -1) for option in choices]
            if -1 not in order and len(set(order)) == len(order) and sorted(order) in (order, order[::-1]):
                return order, says_good
    return None


_SELECT = re.compile(
    r"(select[_ ]?one|select[_ ]?1|select[_ ]?multiple|select all that apply)\s+"
    r"(?:from\s+)?(\S+)(\s+or[_ ](?:specify[_ ])?other)?"
)

_PLAIN: dict[str, Kind] = {
    "text": "words", "string": "words", "integer": "number", "int": "number", "range": "number",
    "note": "say", "acknowledge": "say", "trigger": "say",
}  # fmt: skip

# Types that would tell who, where or when: who fills the form in is nobody's business here.
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
    """A type, read: a kind with its list, a step in or out of a group, the code of a refusal or of leaving it out."""

    kind: Kind | None = None
    list_name: str = ""
    other: bool = False  # the list is followed by "something else"
    dated: bool = False  # asks for a date, which becomes a year or a month
    step: str = ""  # "begin group", "end group", "begin repeat", "end repeat"
    refused: str = ""
    left_out: str = ""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that a form spells with this type: `kind`, unless a column `kind` names another of them."""
        return tuple(name for name, row in KINDS.items() if self.kind and row.xlsform == KINDS[self.kind].xlsform)


def read_type(said: str) -> QuestionType:
    """Read the cell under `type`."""
    plain = " ".join(said.lower().split())
    step = re.sub(r"^(begin|end) loop\b.*", r"\1 repeat", plain.replace("_", " "))
    if step in {"begin group", "end group", "begin repeat", "end repeat"}:
        return QuestionType(step=step, left_out="repeat_left_out" if step == "begin repeat" else "")
    if select := _SELECT.fullmatch(plain):
        many = "multiple" in select[1] or "all" in select[1]
        # The list is named as it was written, not in small letters.
        return QuestionType("choose_many" if many else "choose_one", _spelled(said, select[2]), other=bool(select[3]))
    if plain in _PLAIN:
        return QuestionType(_PLAIN[plain])
    return QuestionType("number", dated=True) if plain == "date" else _not_asked(plain)


def _not_asked(plain: str) -> QuestionType:
    if re.sub(r"[\s-]+", "_", plain.removeprefix("uri:")) in IDENTIFYING_TYPES:
        return QuestionType(left_out="would_identify")
    return QuestionType(left_out="worked_out") if plain in _WORKED_OUT else QuestionType(refused="unknown_type")


def _spelled(said: str, name: str) -> str:
    return next(word for word in said.split() if word.lower() == name)


_LOW = re.compile(r"\.\s*(>=|>)\s*(\d{1,6})(?!\d)")

_HIGH = re.compile(r"\.\s*(<=|<)\s*(\d{1,6})(?!\d)")

_PARAMETER = re.compile(r"\b(start|end)\s*=\s*(\d{1,6})(?!\d)")

_UNBOUNDED = ((0, 0), (1, 2), (3, 5), (6, 10), (11, OPEN_END))  # what children count is small

_HOURS = r"\bhours?\b|\bheures?\b|\bhoras?\b|घंटे|घण्टे|ساعة|ساعات"

_DAYS = r"\bdays?\b.*\bweek|\bjours?\b.*\bsemaine|\bd[ií]as?\b.*\bsemana|हफ़्ते.*दिन|أيام.*الأسبوع"

_MONTHS = r"\bmonths?\b|\bmois\b|\bmeses\b|महीने|महीनों|شهر|أشهر"

_YEARS = r"\byears?\b|\bans\b|\bann[ée]es\b|\ba[ñn]os\b|\banos\b|साल|سنة|سنوات"

_PER = tuple(  # what a label asks for, the ends of its ranges, its highest
    (re.compile(asks, re.IGNORECASE), ends, highest)
    for asks, ends, highest in (
        (_HOURS, [1, 3, 5, 8], 24),
        (_DAYS, [0, 2, 4], 7),
        (_MONTHS, [2, 5, 11, 23], OPEN_END),
        (_YEARS, [0, 1, 4, 9], OPEN_END),
    )
)

_MIN_BINS, _MAX_BINS = KINDS["number"].bins


def bins_for(constraint: str, parameters: str, label: str = "") -> list[tuple[int, int]]:
    """Two to five ranges, both ends included.

    Args:
        constraint: `. >= 0 and . <= 20`; anything else is not understood and leaves the range open.
        parameters: `start=0 end=10 step=1` of a range.
        label: what is asked; where it asks for hours, days of a week, months or years, the ranges fit these.
    """
    low, high = _bounds(constraint, parameters)
    if high is None and low == 0:
        for asks, ends, highest in _PER:
            if asks.search(label):
                return ranges_ending_at(ends, highest)
    if high is None:
        return [(max(low, one), two) for one, two in _UNBOUNDED if two >= low]
    if high <= low:
        return []
    many = min(_MAX_BINS, max(_MIN_BINS, (high - low + 1) // 2))
    edges = [low + (high - low + 1) * at // many for at in range(many + 1)]
    return [(one, two - 1) for one, two in zip(edges, edges[1:], strict=False)]  # noqa: RUF007 - edges, not pairs


def _bounds(constraint: str, parameters: str) -> tuple[int, int | None]:
    numbers = {name: int(number) for name, number in _PARAMETER.findall(parameters)}
    low, high = _LOW.search(constraint), _HIGH.search(constraint)
    lowest = int(low[2]) + (low[1] == ">") if low else numbers.get("start", 0)
    highest = int(high[2]) - (high[1] == "<") if high else numbers.get("end")
    return lowest, highest


_YEAR = re.compile(r"(>=|>|<=|<)\s*(?:date\()?['\"]?(\d{4})(?!\d)")

_YOUNGEST_PAST: Final = 19  # years: nobody asked is older

_YEARS_BACK: Final = (9, 4, 1)  # where a range ends, counted back from this year


def years_for(constraint: str, this_year: int) -> list[tuple[int, int]]:
    """Ranges of years for a date of which only the year is asked: near ones are short, far ones long.

    Args:
        constraint: `. >= '2015-01-01' and . <= today()`; its years bound the ranges.
        this_year: such as 2026.
    """
    years = {sign[0]: int(year) for sign, year in _YEAR.findall(constraint)}
    low = years.get(">", this_year - _YOUNGEST_PAST)
    high = years.get("<", OPEN_END)
    last = min(high, this_year)
    ends = [last - back - 1 for back in _YEARS_BACK] + [last - 1]
    kept = [end for end in dict.fromkeys(ends) if low <= end < high]
    lows = [low, *(end + 1 for end in kept)]
    return list(zip(lows, [*kept, high], strict=True))


def is_within_a_year(constraint: str) -> bool:
    """Whether a constraint keeps a date in one year, so that only its month is in question."""
    years = [year for _sign, year in _YEAR.findall(constraint)]
    return len(years) > 1 and len(set(years)) == 1
