"""Typeset documents as tagged PDF with Typst, in a process of its own, because the library needs much memory.

Nothing is downloaded, only fonts that are named here are used, and equal values give equal bytes. Neither a web process
nor the work process ever loads the library: its memory ends with the documents, whatever is in them.
"""

import base64
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from youthvoice.jobs.isolated_process import limit_this_process
from youthvoice.printing.fonts import GlyphsMissing, MissingLetters, fonts_for, installed_fonts, replace_missing_letters

LAYOUTS: Final = Path(__file__).parent / "layouts"

MAX_SECONDS: Final = 30  # for all documents of one call

_MAX_MEMORY: Final = 2 * 1024**3  # bytes of address space; font files are mapped, not read


def typeset(request: Mapping[str, Any], fonts: Any, folder: Path) -> tuple[bytes, MissingLetters | None]:
    """Typeset one document in this process; also return the letters that were replaced because no font has them.

    Args:
        request: from `Document.request`.
        fonts: a `typst.Fonts` of the folder.
        folder: of the font files.

    Raises:
        GlyphsMissing: the font of its language is not installed.
        typst.TypstError: the layout does not accept these values.
    """
    import typst  # noqa: PLC0415 - see above

    named = fonts_for(request["page"]["code"])
    values, missing = replace_missing_letters(request["values"], named, folder)
    note = request["page"]["missing"].replace("{}", str(missing.number)) if missing else ""
    families = [font.family for font in installed_fonts(named, folder)]
    page = {**request["page"], "fonts": families, "missing": note}
    values = {**values, "page": page, "pictures": request["pictures"]}
    pdf = typst.compile(
        LAYOUTS / f"{request['layout']}.typ",
        root=LAYOUTS,
        font_paths=fonts,
        format="pdf",
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
    )
    return bytes(pdf), missing


def _answer(request: Mapping[str, Any], fonts: Any, folder: Path) -> dict[str, str]:
    try:
        pdf, missing = typeset(request, fonts, folder)
        lacks = {"letters": missing.characters, "package": missing.package} if missing else {}
        return {"pdf": base64.b64encode(pdf).decode(), **lacks}
    except GlyphsMissing as missing:
        return {"pdf": "", "letters": missing.characters, "package": missing.package}
    except Exception as error:  # noqa: BLE001 - whatever fails in one document, the others are typeset
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
