"""A workbook to begin with: every column the import knows, one row for each kind of question."""

import io
from typing import Final

from openpyxl import Workbook

_SURVEY: Final = (
    ("type", "name", "label::English (en)", "relevant", "kind", "good", "harm", "safety", "bins", "picture"),
    ("select_one yes_no", "friend", "Do you have a friend here?", "", "yes_no", "yes", "", "", "", "handshake"),
    ("select_one how_good", "food", "How was the food this week?", "", "faces", "good very_good", "", "", "",
     "pot-of-food"),
    ("select_one how_often", "night", "Do you feel safe at night?", "", "faces", "often always", "never", "yes", "",
     "crescent-moon"),
    ("select_multiple play", "play", "What do you like to do?", "${friend} = 'yes'", "", "", "", "", "", "kite"),
    ("integer", "hours", "How many hours do you play a day?", "", "", "", "", "", "0, 1-2, 3+", "alarm-clock"),
    ("text", "wish", "What else do you want to say?", "", "", "", "", "", "", "envelope"),
)  # fmt: skip
_CHOICES: Final = (
    ("list_name", "name", "label::English (en)", "picture"),
    ("yes_no", "yes", "Yes", ""),
    ("yes_no", "no", "No", ""),
    ("how_good", "very_bad", "Very bad", ""),
    ("how_good", "bad", "Bad", ""),
    ("how_good", "good", "Good", ""),
    ("how_good", "very_good", "Very good", ""),
    ("how_often", "never", "Never", ""),
    ("how_often", "sometimes", "Sometimes", ""),
    ("how_often", "often", "Often", ""),
    ("how_often", "always", "Always", ""),
    ("play", "ball", "Ball games", "soccer-ball"),
    ("play", "songs", "Songs", "musical-note"),
    ("play", "stories", "Stories", "books"),
)
_SETTINGS: Final = (
    ("form_title", "default_language", "purpose", "ages"),
    ("Our days", "English (en)", "regular", "10-12"),
)


def write_template() -> bytes:
    """The bytes of an .xlsx file that imports as it is."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (("survey", _SURVEY), ("choices", _CHOICES), ("settings", _SETTINGS)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([text or None for text in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
