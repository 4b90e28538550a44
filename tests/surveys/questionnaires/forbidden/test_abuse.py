"""Whether a question asks if this very child was hurt: what may be asked, and what stays refused (A9, S5)."""

# ruff: noqa: E501 - a sentence a line

import pytest

from youthvoice.surveys.questionnaires.forbidden.abuse import find_abuse

HARMLESS = {
    "en": [
        "Do you like our garden?", "Did you kick balls this week?", "Who helps when somebody hurts you?",
        "Do you like PE?", "Who can you tell if someone hits you?", "Do you know whom to call if an adult hurts you?",
        "Where can you go when people hurt you?", "Did you hit the ball today?", "Can you beat the drum?",
        "Did you touch the new plants?", "Do your shoes hurt your feet?", "Does the sun hurt your eyes?",
        "Did our team beat the school?", "Do you feel safe at night?", "Do adults hit children here?",
        "Do children hit each other here?", "Is hitting allowed here?", "Does every child have rights?",
        "Who helps you with homework?", "Do adults listen to you?", "Did you burn wood for cooking?",
        "Have you touched a computer?", "Are the stairs safe?", "Which story touched you most?",
        "Did the ball hit you?", "Were you hurt while playing?", "Were you touched by the story?",
        "Do you know how to stay safe?", "Can you say no to an adult?", "Who keeps your bag safe?",
        "Did anybody touch your things?", "Is your private box locked?", "Do you sell vegetables at the market?",
        "Would you tell somebody if a teacher slapped you?", "Is there a nurse when you get hurt?",
        "Who cares for you when you are hurt?", "Do you have a kiss-free greeting here?", "Is the food hot enough?",
        "Do you have to force the door open?", "May adults hit children?", "What is a good touch?",
        "Who helps if somebody locks you in?", "Can you lock your box?", "Is the gate locked at night?", "Are children punished fairly here?",
    ],
    "hi": [
        "क्या तुम्हें हमारा बगीचा अच्छा लगता है?", "क्या तुम्हें हमारा घर अच्छा लगता है?", "क्या तुम्हें हमारा स्कूल पसंद है?",
        "क्या तुम्हें हमारा खाना अच्छा लगता है?", "क्या तुम्हें हमारी किताबें पसंद हैं?", "क्या तुम्हें हमारे खेल अच्छे लगते हैं?",
        "क्या तुम्हें पीटी अच्छी लगती है?", "क्या तुम्हें पीटी की क्लास पसंद है?", "क्या तुम्हें गेंद मारना अच्छा लगता है?",
        "क्या तुम्हें ढोल पीटना पसंद है?", "जब कोई तुम्हें मारता है तब कौन मदद करता है?",
        "अगर कोई तुम्हें मारे तो तुम किसे बता सकते हो?", "कोई तुम्हें चोट पहुँचाए तो कौन मदद करता है?",
        "क्या तुम्हें पौधों को छूने दिया जाता है?", "क्या तुम्हें मार्च का मेला याद है?", "क्या तुम्हें खेल में चोट लगी?",
        "क्या तुम्हें लगता है बड़े बच्चों को मारते हैं?", "क्या तुम्हें पता है किसी को मारना मना है?",
        "क्या तुमने गेंद को लात मारी?", "क्या तुम्हें कहानी ने छुआ?", "क्या यहाँ बड़े बच्चों को मारते हैं?",
        "क्या तुम रात में सुरक्षित महसूस करते हो?", "क्या तुम्हें हमारी मारुति गाड़ी पसंद है?", "क्या तुम्हें छुट्टी मिलती है?",
        "क्या तुम्हें पीने का पानी मिलता है?", "तुम्हारे साथ कौन खेलता है?", "क्या आपको हमारा त्योहार अच्छा लगा?",
        "क्या तुम्हें छोटा बगीचा चाहिए?", "क्या तुम्हें बाज़ार में सब्ज़ी बेचना पसंद है?",
    ],
    "ar": [
        "هل تحب حديقتنا؟", "هل تحب مضربك الجديد؟", "هل ضربت الكرة اليوم؟", "من يساعدك إذا ضربك أحد؟",
        "لمن تتحدث إذا آذاك أحد؟", "من يساعدك عندما يؤذيك شخص؟", "هل ركلت الكرة هذا الأسبوع؟", "من كان قبلك في الصف؟",
        "هل آذانك نظيفة؟", "هل يؤذيك الضوء؟", "هل يضرب الكبار الأطفال هنا؟", "هل تشعر بالأمان ليلا؟",
        "هل لمست النباتات؟", "هل ملمسك ناعم؟", "هل تعرف أرقام المساعدة؟", "هل الطعام لذيذ؟",
        "هل تضرب على الطبل؟", "على من الذنب عندما يتعرض طفل للأذى؟", "هل الدرج آمن؟", "من باعك الخبز؟", "هل يحق لأحد أن يضرب طفلا؟",
    ],
}  # fmt: skip

REFUSED = {
    "en": [
        ("Did anyone hit you?", "hit"), ("Have you been touched badly?", "touched"), ("Were you beaten this week?", "beaten"),
        ("Who hits you?", "hits"), ("Does any adult hit you at home?", "hit"), ("How often does a teacher slap you?", "slap"),
        ("Did somebody touch your private parts?", "touch"), ("Has anyone kissed you?", "kissed"),
        ("Were you forced to work?", "forced"), ("Did someone sell you?", "sell"), ("Do your parents beat you?", "beat"),
        ("Yes, they hit me", "hit"), ("I was beaten", "beaten"), ("Do you get hurt by adults?", "hurt"),
        ("Has someone ever hurt you here?", "hurt"), ("When did they hit you?", "hit"), ("Did you tell when he hit you?", "hit"),
        ("Has the child been abused?", "abused"), ("Have you ever been hit by an adult?", "hit"), ("Is anybody hurting you?", "hurting"),
        ("Did anyone touch your body?", "touch"), ("Did anyone lock you in?", "lock you in"), ("Were you locked up?", "locked up"),
        ("Have you been punished with a stick?", "punished with a stick"), ("Does a teacher punish you with a ruler?", "punish you with a ruler"),
    ],
    "hi": [
        ("क्या किसी ने तुम्हें मारा?", "मारा"), ("क्या तुम्हें घर पर मारते हैं?", "मारते"), ("तुम्हें किसने पीटा?", "पीटा"),
        ("क्या किसी ने आपको गलत तरीके से छुआ?", "छुआ"), ("क्या तुम्हें कोई चोट पहुँचाता है?", "चोट पहुँचाता"),
        ("क्या तुम्हारे साथ मारपीट हुई?", "मारपीट"), ("क्या तुम्हारे साथ किसी ने दुर्व्यवहार किया?", "दुर्व्यवहार"),
        ("क्या तुम पर किसी ने हाथ उठाया?", "हाथ उठाया"), ("क्या तुम्हारी पिटाई होती है?", "पिटाई"),
        ("क्या तुमने कभी मार खाई?", "मार खाई"), ("किसने मारा तुम्हें?", "मारा"), ("क्या तुम्हें मार पड़ती है?", "मार पड़ती"),
        ("क्या किसी ने तुम्हारे शरीर को छुआ?", "शरीर को छुआ"), ("क्या किसी ने तुम्हें कमरे में बंद किया?", "कमरे में बंद किया"),
        ("क्या तुम्हें डंडे से सज़ा मिली?", "डंडे से सज\u093cा"),
    ],
    "ar": [
        ("هل حبسك أحد؟", "حبسك"), ("هل عوقبت بالعصا؟", "عوقبت بالعصا"), ("هل ضربك أحد؟", "ضربك"), ("هل يضربك الكبار؟", "يضربك"), ("من ضربك؟", "ضربك"), ("هل لمسك أحد؟", "لمسك"),
        ("هل آذاك أحد هنا؟", "آذاك"), ("هل تعرضت للضرب؟", "تعرضت"), ("هل تعرضت لأي عنف؟", "تعرضت"), ("هل تعرضت يوما للتحرش؟", "تعرضت"),
        ("هل اعتدى عليك أحد؟", "اعتدى عليك"), ("هل ضربوكم في البيت؟", "ضربوكم"), ("هل أجبرك أحد؟", "أجبرك"),
        ("هل لمس أحد جسدك؟", "لمس أحد جسدك"), ("نعم، يضربني", "يضربني"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(one, text) for one, texts in HARMLESS.items() for text in texts])
def test_a_harmless_question_may_be_asked(language: str, text: str) -> None:
    assert find_abuse({language: text}) is None


@pytest.mark.parametrize(
    ("language", "text", "word"), [(one, *pair) for one, pairs in REFUSED.items() for pair in pairs]
)
def test_a_question_whether_this_child_was_hurt_is_found_with_its_word(language: str, text: str, word: str) -> None:
    assert find_abuse({language: text}) == (word, language)


@pytest.mark.parametrize(
    "text",
    [
        "Does anyone h\u200bit you?", "Does anyone hi\u00adt you?", "Does anyone h\u2060it you?", "Does anyone h\u034fit you?",
        "Does anyone \uff48\uff49\uff54 you?", "Does anyone h i t you?", "Does anyone h-i-t you?", "Does anyone 𝗵𝗶𝘁 you?",
        "Were you be\u200cat\u200den here?", "क्या कोई तुम्हें मा\u200dरता है?", "هل ي\u200cضربك أحد؟", "हम\u200bने? क्या तुम्हें मा\u200bरा?",
    ],
)  # fmt: skip
def test_signs_that_nobody_sees_hide_no_word(text: str) -> None:
    assert find_abuse({"en": text})


def test_letters_that_stand_apart_for_their_own_sake_are_no_word() -> None:
    assert find_abuse({"en": "Do you know the letters h, i and t? Do you sit in row a b c?"}) is None


def test_a_text_in_the_wrong_box_is_found_too() -> None:
    assert find_abuse({"en": "क्या किसी ने तुम्हें मारा?"}) == ("मारा", "hi")
    assert find_abuse({"en": "Do you like it?", "hi": "हाँ", "ar": "هل ضربك أحد؟"}) == ("ضربك", "ar")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Quelqu'un t’a frappé ?"), ("fr", "As-tu été battue ?"), ("es", "¿Alguien te ha pegado?"),
        ("es", "¿Te pegan?"), ("de", "Hat dich jemand geschlagen?"), ("de", "Wurdest du geschlagen?"),
    ],
)  # fmt: skip
def test_plain_cases_of_other_languages_are_found(language: str, text: str) -> None:
    match = find_abuse({language: text})
    assert match
    assert match.language == language
