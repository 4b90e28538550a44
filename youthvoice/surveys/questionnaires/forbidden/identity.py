"""Find questions that ask which child it is: for a name, an address or a number that identifies one child.

The patterns catch plain cases in the languages of the starters and a few more; an advocate reads every questionnaire
in any case.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_WHO = _any(
    r"\b(your|the child'?s|respondent'?s?|his|her)\s+"
    r"((full|first|last|family|nick|own|real)\s*-?)*(sur)?name\b",
    r"\b(first|last|family|full|sur)\s?names?\b",
    r"\bname of (the )?(child|respondent|informant|pupil|student|mother|father)",
    r"\baddress\b|\bwhere (exactly )?do you (live|stay)\b|\b(house|street|flat) (number|name|no\b)",
    r"\b(phone|telephone|mobile|whatsapp|contact)\s*(number|no\b)|\be-?mail\b",
    r"\b((date|day|month|year) of birth|birth ?(date|day|month|year))\b|\bwhen were you born\b",
    r"\b(passport|aadhaar|identity card|id card|id) (number|no\b)|\b(gps|coordinates|latitude|longitude)\b",
    r"(तुम्हारा|आपका|अपना|बच्चे का)\s+(पूरा\s+)?(नाम|पता)(?!\s+है कि)|घर का पता|(फ़?ोन|मोबाइल) नंबर|कहाँ रहते",
    r"(ما|اكتب)\s.*(اسمك|عنوانك)|(?<!\S)(اسمك|عنوانك)(?!\S)|أين تسكن|رقم (هاتفك|الهاتف)",
    r"\b(ton|votre) (pré)?nom\b|\bcomment (t['’]appelles|vous appelez)|\b(ton|votre) adresse\b",
    r"\b(tu|su) nombre\b|\bc[oó]mo te llamas\b|\b(tu|su) direcci[oó]n\b",
    r"\b(dein|ihr) name\b|\bwie hei(ß|ss)t du\b|\bdeine (adresse|anschrift)\b",
    r"\bjouw (naam|adres)\b|как тебя зовут|твой адрес",
)

_WHO_BY_NAME = re.compile(
    r"(?:^|_|my|first|last|family|full|sur|resp|child|nick)_?name(?:$|_|s$|fm$)|address|phone|e_?mail|contact_?no"
    r"|latitude|longitude|birth_?(day|date|month|year)|(^|_)dob($|_)|passport|aadhaar",
    re.IGNORECASE,
)


def asks_identity(text: str) -> bool:
    """Whether a text seems to ask which child it is."""
    return _WHO.search(text) is not None


def names_identity(question_name: str) -> bool:
    """Whether the name of a question says so: in forms of others it tells what is asked."""
    return _WHO_BY_NAME.search(question_name) is not None
