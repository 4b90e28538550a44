"""XLSForm, the spreadsheet format of ODK, Kobo and others: in and out."""

import sys

# openpyxl loads Pillow where it finds it, for drawings, of which no form has any: a decoder less that reads what others
# hand in, and eight megabytes less in each web process.
_loaded = sys.modules.get("PIL")
sys.modules["PIL"] = None  # type: ignore[assignment] # what "import" takes for a module that is missing
try:
    import openpyxl.drawing.image  # noqa: F401
finally:
    del sys.modules["PIL"]
    if _loaded is not None:
        sys.modules["PIL"] = _loaded
