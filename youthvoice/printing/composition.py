"""Set documents as tagged PDF with Typst, in a process of its own: the library is larger than paper is urgent.

Nothing is fetched, no font of the system is taken that is not named, and the same values give the same bytes. Neither
a web process nor the work process ever loads the library: its memory ends with the documents, whatever is in them.
"""

import base64
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from youthvoice.jobs.isolated_process import limit_this_process
from youthvoice.printing.fonts import (
    GlyphsMissing,
    MissingLetters,
    fonts_for,
    installed_fonts,
    replace_missing_letters,
)

LAYOUTS: Final = Path(__file__).parent / "layouts"

MAX_SECONDS: Final = 30  # for all that is set at once

_MAX_MEMORY: Final = 2 * 1024**3  # bytes of addresses; files of fonts are mapped, not read


def typeset(request: Mapping[str, Any], fonts: Any, folder: Path) -> tuple[bytes, MissingLetters | None]:
    """Set one document in this process; beside it, what was replaced because no font draws it.

    Args:
        request: as `Document.request` gives it.
        fonts: a `typst.Fonts` of the folder.
        folder: of fonts.

    Raises:
        GlyphsMissing: the font of its language is not here.
        typst.TypstError: the layout does not take these values.
    """
    import typst  # noqa: PLC0415 - see above

    named = fonts_for(request["page"]["code"])
    values, missing = replace_missing_letters(request["values"], named, folder)
    note = request["page"]["missing"].replace("{}", str(missing.number)) if missing else ""
    families = [font.family for font in installed_fonts(named, folder)]
    page = {**request["page"], "fonts": families, "missing": note}
    values = {**values, "page": page, "pictures": request["pictures"]}
    made = typst.compile(
        LAYOUTS / f"{request['layout']}.typ",
        root=LAYOUTS,
        font_paths=fonts,
        format="pdf",
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
    )
    return bytes(made), missing


def _answer(request: Mapping[str, Any], fonts: Any, folder: Path) -> dict[str, str]:
    try:
        pdf, missing = typeset(request, fonts, folder)
        lacks = {"letters": missing.characters, "package": missing.package} if missing else {}
        return {"pdf": base64.b64encode(pdf).decode(), **lacks}
    except GlyphsMissing as missing:
        return {"pdf": "", "letters": missing.characters, "package": missing.package}
    except Exception as error:  # noqa: BLE001 - whatever the library finds in one document, the others are set
        return {"pdf": "", "fault": str(error)[:300]}


def _main() -> None:
    """Answer one request on standard input."""
    limit_this_process(_MAX_MEMORY, MAX_SECONDS)
    answer, sys.stdout = sys.stdout.buffer, sys.stderr
    content = json.loads(sys.stdin.buffer.read())
    import typst  # noqa: PLC0415 - see above

    folder = Path(content["fonts"])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    answers = [_answer(request, fonts, folder) for request in content["documents"]]
    answer.write(json.dumps(answers).encode())
    answer.flush()


if __name__ == "__main__":
    _main()
