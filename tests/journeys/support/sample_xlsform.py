"""An XLSForm as other organisations write them: two languages, a flagged question, a follow-up; our own words."""

from pathlib import Path

from openpyxl import Workbook

_SURVEY = (
    ("type", "name", "label::English (en)", "label::Hindi (hi)", "relevant"),
    ("select_one yes_no", "liked", "Did you like the meals?", "क्या खाना अच्छा लगा?", ""),
    ("select_one more", "better", "What would make meals better?", "खाना किससे बेहतर होगा?", "${liked} = 'no'"),
    ("text", "street_name", "What is the name of your favourite game?", "आपके मनपसंद खेल का नाम क्या है?", ""),
    ("select_one yes_no", "sport", "Did you play this week?", "क्या आप इस हफ़्ते खेले?", ""),
)
_CHOICES = (
    ("list_name", "name", "label::English (en)", "label::Hindi (hi)"),
    ("yes_no", "yes", "Yes", "हाँ"),
    ("yes_no", "no", "No", "नहीं"),
    ("more", "fruit", "More fruit", "ज़्यादा फल"),
    ("more", "warm", "Warmer food", "गरम खाना"),
)


def write_form(file: Path) -> Path:
    """Write the workbook; gives its path back."""
    book = Workbook()
    book.remove(book["Sheet"])
    for name, rows in (("survey", _SURVEY), ("choices", _CHOICES)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id", "default_language"))
    settings.append(("Meals and games", "meals_and_games", "English (en)"))
    book.save(file)
    return file
