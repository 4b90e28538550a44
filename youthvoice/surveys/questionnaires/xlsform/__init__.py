"""XLSForm, the spreadsheet format of ODK, Kobo and others: import and export."""

import sys

# openpyxl loads Pillow, where it is installed, for drawings, which no form has. Without it no image decoder reads
# uploads, and each web process needs eight megabytes less.
_pillow = sys.modules.get("PIL")
sys.modules["PIL"] = None  # type: ignore[assignment] # what "import" takes for a module that is missing
try:
    import openpyxl.drawing.image  # noqa: F401
finally:
    del sys.modules["PIL"]
    if _pillow is not None:
        sys.modules["PIL"] = _pillow
