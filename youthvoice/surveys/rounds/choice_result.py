"""What won in a choice, in words. Pure."""

from collections.abc import Sequence

from youthvoice.surveys.questionnaires.question import Question, Words


def about(question: Question, keys: Sequence[str]) -> Words:
    """What won and what was asked, by language; empty where nothing won."""
    winner = said_of(question, keys)
    return {language: f"{winner[language]}: {text}" for language, text in question.text.items() if language in winner}


def said_of(question: Question, keys: Sequence[str]) -> dict[str, str]:
    """The words of some options together, by language."""
    tiles = [tile.text for tile in question.tiles if tile.key in keys]
    shared = [language for language in question.text if all(language in text for text in tiles)]
    return {language: " + ".join(text[language] for text in tiles) for language in shared} if tiles else {}
