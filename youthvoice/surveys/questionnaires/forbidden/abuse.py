"""Find questions that ask whether this child was hurt; children report that with Tell, where an adult answers.

The rules are lists of whole words of one language, in the order of a sentence: who did it, what was done, to *you*. "Do
adults hit here?" is about the place and may be asked; so may "Who helps if somebody hurts you?", which asks what a
child can do and not what happened to this child (`_CONDITIONS`). Invisible characters, full-width and styled letters,
and spaced letters ("h i t") make no difference; words of two alphabets are refused by another rule.

The rules understand no meaning. They cover English, Hindi and Arabic well, plain cases of French, Spanish and German,
and no other language; they know no misspelling and no hint ("Does he come at night?"). They may refuse a harmless
question: then an advocate who did not write it says why it may be asked (`overrides`). An advocate reads every
questionnaire in any case. A test measures them with harmless sentences and with others that must be refused.
"""

# ruff: noqa: E501 - a pattern is read in one line

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from youthvoice.privacy.text_skeleton import without_unseen


class AbuseMatch(NamedTuple):
    """The words of a text that ask whether this child was hurt.

    Attributes:
        word: as written in the text.
        language: code of the language whose rule matched.
    """

    word: str
    language: str


def find_abuse(texts: Mapping[str, str]) -> AbuseMatch | None:
    """Find the first words that ask whether this child was hurt; None where no words do.

    Args:
        texts: of a question or an answer, by language. The rules of every language read each text, those of its own
            first, since a text may be in the field of another language.
    """
    matches = (_find_in_every_language(language.partition("_")[0], text) for language, text in texts.items())
    return next((match for match in matches if match), None)


@lru_cache(4096)  # the texts of one draft, at most: its pages judge all of it again after each change
def _find_in_every_language(own_language: str, text: str) -> AbuseMatch | None:
    plain = _plain(text)
    for language in sorted(_ASKS, key=lambda code: code != own_language):
        if _LETTERS[language].search(plain) and (word := _find_in(language, plain)):
            return AbuseMatch(word, language)
    return None


def _find_in(language: str, text: str) -> str:
    """The words that a language's rules find in a text, outside of harmless phrases."""
    for harmless in (*_CONDITIONS.get(language, ()), *_NOT_MEANT.get(language, ())):
        text = re.sub(harmless, " … ", text, flags=re.IGNORECASE)
    searched = (re.search(pattern, text, re.IGNORECASE) for pattern in _ASKS[language])
    match = next((match for match in searched if match), None)
    if match is None:
        return ""
    return next((word for word in match.groupdict().values() if word), match[0]).strip()


_MARKS: Final = re.compile("[\u064b-\u064e\u0650\u0652\u0640]")
"""Arabic vowel signs and the long stroke, except damma and shadda, which distinguish "were you hit" from "did you hit",
and "kissed" from "before"."""

_SPELT: Final = re.compile(r"(?<![^\W_])[A-Za-z](?:[\s._*-]+[A-Za-z](?![^\W_])){2,}")
"""A word with spaced letters, "h i t" or "h-i-t"; three at least, because "Do I" and "a b" are no word."""


def _plain(text: str) -> str:
    """The text as a reader sees it: without invisible characters, with full-width and styled letters as plain ones."""
    plain = without_unseen(unicodedata.normalize("NFKC", text))
    plain = _SPELT.sub(lambda spaced: re.sub(r"[^A-Za-z]", "", spaced[0]), plain)
    return " ".join(_MARKS.sub("", plain).replace("’", "'").split())


# English -------------------------------------------------------------------------------------------------------------

_EN_DONE: Final = (
    r"(?:hit|beaten|slapped|kicked|punched|whipped|caned|choked|hurt|harmed|abused|raped|molested|assaulted|groped"
    r"|touched|kissed|burne?d|burnt|sold|trafficked|forced|threatened|tortured|locked (?:in|up|away)|tied up)"
)
_EN_DOES: Final = (
    r"(?:hit(?:s|ting)?|beat(?:s|en|ing)?|slap(?:s|ped|ping)?|kick(?:s|ed|ing)?|punch(?:es|ed|ing)?|whip(?:s|ped|ping)?"
    r"|can(?:es|ed|ing)|chok(?:es?|ed|ing)|hurt(?:s|ing)?|harm(?:s|ed|ing)?|abus(?:es?|ed|ing)|rap(?:es?|ed|ing)"
    r"|molest(?:s|ed|ing)?|assault(?:s|ed|ing)?|grop(?:es?|ed|ing)|touch(?:es|ed|ing)?|kiss(?:es|ed|ing)?"
    r"|burn(?:s|ed|t|ing)?|s(?:ell|ells|old|elling)|traffick(?:s|ed|ing)?|forc(?:es?|ed|ing)"
    r"|threaten(?:s|ed|ing)?|tortur(?:es?|ed|ing))"
)
_EN_BODY: Final = (
    r"(?:private\w*|body|bottom|bum|breasts?|chest|genitals?|thighs?|legs?|skin|mouth|lips|face|head|back|knees?)"
)
_EN_ROD: Final = r"(?:sticks?|canes?|rods?|belts?|whips?|rulers?|ropes?|wires?|shoes?|slippers?)"
_EN_PERSON: Final = r"(?:you|me|the (?:child|respondent|informant)|this child)"
_EN_SOMEBODY: Final = (
    r"(?:some(?:one|body)|any(?:one|body)|people|they|others|(?:an?|another|other|some|older|bigger|big|bad)?\s*"
    r"(?:adults?|child|children|kids?|persons?|friends?|teachers?|boys?|girls?|grown-ups?|strangers?))"
)
# Things that hurt, hit or touch without anybody who does it.
_EN_THINGS: Final = (
    r"(?:shoes?|sandals?|sun|light|tooth|teeth|ear|eyes?|tummy|noise|sound|stairs?|chairs?|desks?|bench(?:es)?|beds?"
    r"|food|ball|water|rain|wind|heat|cold|smoke|soap|bag|song|songs|story|stories|film|book|music|play|words?)"
)

# Hindi ---------------------------------------------------------------------------------------------------------------

_HI_START: Final = r"(?<![\u0900-\u0963\u0970-\u097f])"
_HI_END: Final = r"(?![\u0900-\u0963\u0970-\u097f])"


def _hi(words: str) -> str:
    """Whole words of Devanagari; word borders of `re` fail there, because vowel signs are no letters to it."""
    return f"{_HI_START}(?:{words}){_HI_END}"


_HI_PERSON: Final = _hi("तुम्हें|तुम्हे|तुमको|तुझे|आपको|मुझे|मुझको") + r"(?!\s+(?:क्या\s+)?(?:लगता|पता|मालूम|लगा))"
_HI_WITH: Final = _hi("तुम्हारे|तेरे|आपके|मेरे")
# Done, or done again and again; never the infinitive: "गेंद मारना" and "पीटी" (PT) are sport.
_HI_DOES: Final = _hi(
    "मारा|मारी|मारे|मारता|मारती|मारते|पीटा|पीटता|पीटती|पीटते|पीटी (?=गई|जाती)|छुआ|छुई|छुए|छूता|छूती|छूते|चूमा|चूमता|चूमते|"
    "जलाया|जलाता|जलाते|धमकाया|धमकाता|धमकाते|सताया|सताता|सताते|"
    "मार पड़ी|मार पड़ती|मार पड़ी|मार पड़ती|मार डाला|थप्पड़|थप्पड़|"
    "(?:चोट|नुकसान|नुक़सान) (?:पहुँचाई|पहुंचाई|पहुँचाया|पहुंचाया|पहुँचाता|पहुंचाता|पहुँचाती|पहुंचाती|पहुँचाते|पहुंचाते)|"
    "(?:कमरे में|अंदर|ताले में|घर में) बंद (?:किया|कर|करता|करते|करती)|"
    "(?:छड\u093cी|डंडे|बेंत|बेल्ट|लाठी|चप्पल|जूते) से सज\u093c?ा|"
    "बलात्कार|शोषण|दुर्व्यवहार|छेड़ा|छेड़ता|छेड़ते|छेड़ा|छेड़ता|छेड़ते|बेच दिया|बेचा (?=गया|है|था)"
)
_HI_HARM: Final = _hi(
    "बलात्कार|शोषण|दुर्व्यवहार|मारपीट|मार-पीट|छेड़छाड़|छेड़छाड़|छेड़खानी|ज़बरदस्ती|ज़बरदस्ती|जबरदस्ती|ज़बर्दस्ती|हिंसा|"
    "(?:गलत|ग़लत|ग़लत|गंदी|बुरी) (?:काम|हरकत|तरह|तरीके)"
)
_HI_SOMEBODY: Final = _hi("कोई|कोई और|लोग|दूसरे|बड़े|बड़े")
_HI_THINGS: Final = _hi("कहानी|कहानियों|गाने|गीत|फ़िल्म|फिल्म|नाटक|किताब|धूप|रोशनी|शोर|जूते|जूतों|ठंड")

# Arabic --------------------------------------------------------------------------------------------------------------

_AR_START: Final = r"(?<!\w)(?:و|ف|أ)?"
_AR_YOU: Final = r"(?:ك|كم|كن|كما|ني)(?!\w)"
_AR_DOES: Final = (
    r"(?:ضربو?|ضربت|[يت]ضرب|[ي]ضربون|لمسو?|لمست|[يت]لمس|يلمسون|آذا|آذت|آذو|[يت]ؤذي|يؤذون|أذا|اغتصب|[يت]غتصب|صفع|[يت]صفع|"
    r"ركل|[يت]ركل|جلد|[يت]جلد|عذب|[يت]عذب|عذّب|[يت]عذّب|حرق|[يت]حرق|خنق|[يت]خنق|هدد|[يت]هدد|هدّد|[يت]هدّد|جرح|[يت]جرح|"
    r"أجبر|[يت]جبر|أجبرو|قبّل|[يت]قبّل|أهان|[يت]هين|حبسو?|حبست|[يت]حبس|يحبسون)"
)
_AR_SOMEBODY: Final = r"(?:أحد|أحدهم|أحدٌ|شخص|أشخاص|طفل|طفل آخر|أي أحد|أي شخص|الآخرون|الناس|كبير|غريب)"
_AR_THINGS: Final = (
    r"(?:الضوء|النور|الشمس|الحذاء|حذاؤك|الضجيج|الصوت|الضوضاء|البرد|الحر|الدخان|الكرسي|المقعد|السرير|السن|أسنانك|الصابون"
    r"|الماء|المطر|الكرة|القصة|قصة|الأغنية|أغنية|الفيلم|الحقيبة|الغبار)"
)

_ASKS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        # were you hit, have you ever been badly hurt, do you get beaten, I was touched
        rf"\b(?:were|are|was|am|is)\s+(?:you|i|the child|the respondent|this child)\s+(?:\w+\s+){{0,3}}?(?P<word>{_EN_DONE})\b",
        (
            rf"\b(?:you|i|the child|the respondent|this child)\s+(?:\w+\s+){{0,3}}?(?:been|being|be|get|gets|got|getting|were|was|are|am)\s+"
            rf"(?:\w+\s+){{0,2}}?(?P<word>{_EN_DONE})\b"
        ),
        # anyone hit you, who hits me, they touch your body, somebody put a hand on you
        rf"(?<!\byou )(?<!\bi )\b(?P<word>{_EN_DOES})\s+(?:on\s+|at\s+)?{_EN_PERSON}\b",
        rf"(?<!\byou )(?<!\bi )(?<!\byou ever )\b(?P<word>{_EN_DOES})\s+(?:on\s+)?(?:your|my)\s+{_EN_BODY}\b",
        # anyone lock you in, you been punished with a stick
        rf"\b(?P<word>(?:lock(?:s|ed|ing)?|shut(?:s|ting)?)\s+{_EN_PERSON}\s+(?:in|up|away)|t(?:ie|ies|ied|ying)\s+{_EN_PERSON}\s+up)\b",
        rf"\b(?P<word>punish(?:es|ed|ing)?(?:\s+{_EN_PERSON})?\s+with\s+(?:an?\s+|the\s+)?(?:\w+\s+)?{_EN_ROD})\b",
        r"\b(?P<word>(?:made|makes?) you (?:\w+\s+)?(?:undress|naked|touch|kiss|watch sex|have sex))\b",
        r"\b(?P<word>(?:your|my) private (?:parts?|body|areas?))\b",
        r"\b(?P<word>sex) with (?:you|me)\b|\bhave you (?:\w+ )?had (?P<act>sex)\b",
        rf"\b(?:done|did|does|do)\s+(?:anything|something|things)\s+(?P<word>(?:bad|sexual|wrong)) to {_EN_PERSON}\b",
    ),
    "hi": (
        rf"{_HI_PERSON}[^।?!]*?(?P<word>{_HI_DOES})",
        rf"(?P<word>{_HI_DOES})\s+(?:है\s+|था\s+)?{_HI_PERSON}",
        rf"{_HI_WITH}\s+(?:साथ|ऊपर)[^।?!]*?(?P<word>{_HI_HARM}|{_HI_DOES})",
        rf"{_hi('तुम पर|आप पर|मुझ पर')}[^।?!]*?(?P<word>{_hi('हाथ (?:उठाया|उठाता|उठाते|उठाती)')}|{_HI_HARM})",
        rf"{_hi('तुम्हारी|आपकी|मेरी')}\s+(?:\S+\s+){{0,2}}?(?P<word>{_hi('पिटाई')})",
        rf"{_hi('तुम|तुमने|आप|आपने|मैं|मैंने')}\s+(?:\S+\s+){{0,3}}?(?P<word>{_hi('मार (?:खाई|खाते|खाता|खाती)|(?:मारे|पीटे|पीटी) (?:गए|गई|जाते|जाती)')})",
        rf"{_HI_WITH}\s+(?P<word>{_hi('शरीर|बदन|निजी अंगों?|गुप्तांगों?')}(?:\s+को|\s+पर)?\s+(?:\S+\s+){{0,2}}?{_hi('छुआ|छूता|छूते|छूती|छुए|मारा|जलाया')})",
        rf"{_HI_WITH}\s+(?P<word>{_hi('गुप्तांग|गुप्तांगों|निजी अंग|निजी अंगों')})",
    ),
    "ar": (
        rf"{_AR_START}(?P<word>{_AR_DOES}{_AR_YOU})(?!\s+{_AR_THINGS})",
        r"(?<!\w)(?P<word>(?:ت?تعرضي?ن?|تعرضت|تعرضتم|تتعرضون))\s+(?:\w+\s+){0,2}?(?:لل?\w*\s?(?:ضرب|اعتداء|اغتصاب|أذى|تحرش|إساءة|عنف|تهديد|تعذيب))(?!\w)",
        r"(?<!\w)(?:و|ف)?(?P<word>(?:اعتدى|يعتدي|اعتدوا|أساء|يسيء|أساؤوا|تحرش|يتحرش|تحرشوا)\s+(?:\w+\s+){0,2}?(?:عليك|إليك|بك|علي|إلي|بي)م?)(?!\w)",
        r"(?<!\w)(?P<word>(?:لمس|يلمس|لمسوا|يلمسون)\s+(?:\w+\s+){0,2}?(?:جسدك|جسمك|أعضاءك|جسدي|جسمي))",
        r"(?<!\w)(?:و|ف)?(?P<word>(?:عوقبت|تعاقب|عاقبو?ك|عاقبتك|[يت]عاقبك|يعاقبونك)\s+(?:\w+\s+)?بال(?:عصا|حزام|سوط|ضرب|خيزران))(?!\w)",
        r"(?<!\w)(?P<word>باعك)\s+(?:أحد|أحدهم|شخص|أهلك|أبوك)(?!\w)",
        r"(?<!\w)(?P<word>(?:ضُرب|تُضرب|أُجبر|تُجبر|اغتُصب|هُدّ?د|تُهدّ?د|أُوذي|تُؤذى)\w*)",
        r"(?<!\w)(?P<word>أعضا(?:ءك|ئك|ؤك) (?:الخاصة|التناسلية))",
    ),
    "fr": (
        r"\b(?:t'a|vous a|t'ont|vous ont|m'a|m'ont)\b[^.?!]*\b(?P<word>frappée?|battue?|touchée?|violée?|abusée?|blessée?)\b",
        r"\b(?:te|vous|me)\s+(?P<word>frappe(?:nt)?|bat(?:tent)?|viole(?:nt)?|blesse(?:nt)?)\b",
        r"\bas-tu (?:déjà )?été (?P<word>frappée?|battue?|touchée?|violée?|abusée?|blessée?)\b",
    ),
    "es": (
        r"\b(?:te|me) (?:ha|han)\b[^.?!]*\b(?P<word>pegado|golpeado|tocado|violado|abusado)\b",
        r"\b(?:te|me) (?P<word>pegan?|golpean?|pegó|golpeó|violó|pegaron|golpearon)\b",
    ),
    "de": (
        r"\b(?:hat|haben)\s+(?:dich|mich|\w+\s+(?:dich|mich))\b[^.?!]*\b(?P<word>geschlagen|angefasst|missbraucht|vergewaltigt)\b",
        r"\bwurdest du\b[^.?!]*\b(?P<word>geschlagen|angefasst|missbraucht|vergewaltigt)\b",
        r"\b(?P<word>schlägt|schlagen|missbraucht) (?:er|sie|man|jemand|\w+)?\s*(?:dich|mich)\b",
    ),
}
"""Patterns of sentences that ask it, by language. What a named group matches is quoted in a refusal.

`re` compiles each when it is first used: most processes judge no questionnaire.
"""

_LETTERS: Final[Mapping[str, re.Pattern[str]]] = dict.fromkeys(_ASKS, re.compile("[A-Za-z]")) | {
    "hi": re.compile("[\u0900-\u097f]"),
    "ar": re.compile("[\u0600-\u06ff]"),
}
"""By language: letters of which each of its sentences has some."""

_CONDITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    # "if somebody hits you", "when a child is hurt": somebody at large, and no past; not "when he hit you"
    "en": (
        (
            r"^(?!.*\b(?:did|was|were|had|has|have|came|helped|told|ever|yesterday|last)\b.*)(?P<head>.*?)"
            rf"\b(?:if|when|whenever|in case)\s+{_EN_SOMEBODY}\s+(?:\w+\s+){{0,2}}?(?:{_EN_DOES}|locks?|shuts?)\s+(?:you|me|(?:your|my)\s+\w+)\b"
        ),
        (
            r"^(?!.*\b(?:did|was|were|had|has|have|came|helped|told|ever|yesterday|last)\b.*)(?P<head>.*?)"
            rf"\b(?:if|when|whenever|in case)\s+(?:you|i)\s+(?:are|am|get|feel)\s+(?:\w+\s+)?{_EN_DONE}\b"
        ),
    ),
    "hi": (
        (
            rf"{_hi('जब|अगर|यदि|जब भी')}\s+{_HI_SOMEBODY}[^।?!]*?{_HI_DOES}"
            r"(?!\s*(?:था|थी|थे|गया|गए|गई)(?:\s|$))"
        ),
        rf"{_HI_SOMEBODY}\s+{_hi('तुम्हें|तुमको|आपको|मुझे')}\s+(?:\S+\s+){{0,2}}?{_hi('मारे|पीटे|छुए|सताए|धमकाए|छेड़े|पहुँचाए|पहुंचाए')}\s+तो",
    ),
    # after "if" and "when" a past means what may happen
    "ar": (
        (
            rf"(?<!\w)(?:إذا|لو|إن|عندما|حين|كلما)\s+(?:ما\s+|كان\s+)?(?:{_AR_DOES}{_AR_YOU}\s+{_AR_SOMEBODY}|{_AR_SOMEBODY}\s+{_AR_DOES}{_AR_YOU}"
            rf"|تعرضت\s+\S+)(?!\w)"
        ),
    ),
}
"""Patterns of conditions: what may happen to anybody, in a question that asks what helps."""

_NOT_MEANT: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        rf"\b{_EN_THINGS}\s+(?:\w+\s+)?{_EN_DOES}\s+(?:you|me|(?:your|my)\s+\w+)\b",
        rf"\b{_EN_DONE}\s+by\s+(?:(?:a|an|the|this|that|our|your)\s+)?(?:\w+\s+)?{_EN_THINGS}\b",
        rf"\b{_EN_DONE}\s+(?:while|when)\s+(?:you\s+)?(?:play(?:ing|ed)?|run(?:ning)?|climb(?:ing)?|cook(?:ing)?)\b",
        rf"\b{_EN_DONE}\s+(?:at|in|during|doing|playing)\s+(?:\w+\s+)?(?:sports?|games?|play|football|cricket|pe|kabaddi)\b",
    ),
    "hi": (
        rf"{_HI_THINGS}\s+(?:ने|से)\s+(?:\S+\s+)?{_HI_PERSON}[^।?!]*?{_hi('छुआ|छूती|छूता')}",
        rf"{_HI_PERSON}\s+(?:\S+\s+)?{_HI_THINGS}\s+(?:ने|से)?[^।?!]*?{_hi('छुआ|छूती|छूता|सताता|सताती|सताते')}",
        rf"{_HI_PERSON}[^।?!]*?{_hi('बच्चों|गेंद|किसी|दूसरों|जानवरों|कुत्ते|कुत्तों|एक दूसरे|एक-दूसरे')}\s+को[^।?!]*?{_HI_DOES}",
    ),
    "ar": (
        rf"{_AR_THINGS}\s+(?:\w+\s+)?{_AR_DOES}{_AR_YOU}",
        rf"{_AR_START}{_AR_DOES}{_AR_YOU}\s+{_AR_THINGS}",
        r"تعرضت\s+\S+\s+(?:أثناء|خلال|في)\s+(?:ال)?(?:لعب|رياضة|مباراة|الحصة)",
    ),
}
"""Patterns of harmless phrases: the same words about things, sport and other people."""
