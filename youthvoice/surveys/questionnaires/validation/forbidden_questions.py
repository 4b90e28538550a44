"""Questions that must not be asked: who a child is, and whether this child was abused (Tell is for that).

Patterns catch the plain cases in the languages of the starters and a few more; an advocate reads every
questionnaire before children see it, whatever these say.
"""

import re
from collections.abc import Collection, Iterator

from youthvoice.surveys.questionnaires.question import Question
from youthvoice.surveys.questionnaires.validation.errors import Fault, fault


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_WHO = _any(
    r"\b(your|the child'?s|respondent'?s?|his|her)\s+"
    r"((full|first|last|family|nick|own|real)\s*-?)*(sur)?name\b",
    r"\b(first|last|family|full|sur)\s?names?\b",
    r"\bname of (the )?(child|respondent|informant|pupil|student|mother|father)",
    r"\baddress\b|\bwhere (exactly )?do you (live|stay)\b|\b(house|street|flat) (number|name|no\b)",
    r"\b(phone|telephone|mobile|whatsapp|contact)\s*(number|no\b)|\be-?mail\b",
    r"\b(date of birth|birth ?date|birthday)\b|\bwhen were you born\b",
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
    r"|latitude|longitude|birth_?da(y|te)|(^|_)dob($|_)|passport|aadhaar",
    re.IGNORECASE,
)

_HURT = (
    r"(hit|hits|hitting|beat|beats|beaten|slap\w*|kick\w*|hurt|hurts|abus\w+|rap(e|ed)|molest\w*|assault\w*"
    r"|touch\w*|kiss\w*|burn(ed|t)|sold|sell|traffick\w*|forc(e|ed))"
)
_ABUSED = _any(
    rf"\b(were|have|had|are|did) you\b.*\b(been|be|get|got|being)?\s*"
    rf"{_HURT}\b(?! (the|a|an|things?|something)\b)",
    rf"\b(who|anyone|anybody|someone|somebody|they|he|she|people"
    rf"|an? (adult|child|man|woman)|adults|staff|teachers?)\b"
    rf".*\b{_HURT}\b\s*(you|me|your (body|private\w*))\b",
    rf"\b{_HURT}\s+(you|me)\b(?!r)|\btouch\w* your\b|\byour private\b",
    r"(तुम्हें|तुमको|आपको|तुम्हारे साथ|आपके साथ).*(मार(ा|ता|ते|ती)|पीट|छु(आ|ता|ते)|चोट पहुँचा|बलात्कार|शोषण|दुर्व्यवहार|बेचा)",
    r"(ضربك|يضربك|ضربوك|لمسك|يلمسك|آذاك|يؤذيك|اغتصبك|اعتدى.*عليك|تعرضت.*(للضرب|للاعتداء|للاغتصاب|للأذى|للتحرش))",
    r"\b(t['’]a|vous a|t['’]ont|vous ont)\b.*\b(frappé|battu|touché|violé|abusé|blessé)",
    r"\bte (ha|han)\b.*\b(pegado|golpeado|tocado|violado|abusado)",
    r"\bhat dich\b.*\b(geschlagen|angefasst|missbraucht)",
)


def asks_who(question: Question) -> bool:
    """Whether a question seems to ask for a name, an address or a number that leads to one child."""
    if question.kind in {"words", "number"} and _WHO_BY_NAME.search(question.name):
        return True
    if question.kind not in {"words", "number", "choose_one", "choose_many"}:
        return False
    return any(_WHO.search(text) for text in (*question.text.values(), *(question.hint or {}).values()))


def asks_abuse(question: Question) -> bool:
    """Whether a question seems to ask if this very child was hurt ("do adults hit?" is about the place)."""
    if question.kind == "say":
        return False
    texts = [*question.text.values(), *(question.hint or {}).values()]
    texts += [text for option in question.options for text in option.text.values()]
    return any(_ABUSED.search(text) for text in texts)


def forbidden(question: Question, confirmed: Collection[str] = ()) -> Iterator[Fault]:
    """The faults of a question that must not be asked.

    Args:
        question: any question.
        confirmed: names of questions of which an advocate said that they do not ask who the child is.
            There is no such word for abuse.
    """
    if asks_who(question) and question.name not in confirmed:
        yield fault("asks_who", question=question.name, key="text", text=next(iter(question.text.values()), ""))
    if asks_abuse(question):
        yield fault("asks_abuse", question=question.name, key="text", text=next(iter(question.text.values()), ""))
