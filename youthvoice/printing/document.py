"""Documents to print: a layout with plain values, and the digest that shows whether a stored PDF is still current."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Final

from flask_babel import force_locale, gettext as _

from youthvoice import context
from youthvoice.jobs.isolated_process import IsolatedProcessFailed, run_isolated
from youthvoice.printing.composition import LAYOUTS, MAX_SECONDS
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.web.i18n import languages


@dataclass(frozen=True, slots=True)
class Document:
    """One document to print.

    Attributes:
        layout: the name of a file in `layouts/`, without its ending.
        values: the content as plain JSON values, every text in the reader's language. `title` becomes the title
            of the PDF.
        language: the code of the reader's language.
        pictures: SVG by name; decoration, never read aloud.
    """

    layout: str
    values: Mapping[str, Any]
    language: str
    pictures: Mapping[str, str] = field(default_factory=dict)

    def request(self) -> dict[str, Any]:
        """The document as the typesetting process reads it."""
        tag, _dash, region = languages.tag(self.language).partition("-")
        rtl = languages.direction(self.language) == "rtl"
        with force_locale(self.language):
            missing = _(
                "Letters that no font here can show: %(num)s. Numbers in brackets or question marks replace them.",
                num="{}",  # the typesetting process replaces it
            )
            practice = _("Practice. Nothing here is real.") if context.settings().practice else ""
        page = {
            "lang": tag,
            "script": region or None,
            "rtl": rtl,
            "code": self.language,
            "missing": missing,
            "practice": practice,
        }
        return {"layout": self.layout, "values": dict(self.values), "page": page, "pictures": dict(self.pictures)}


def digest_document(document: Document) -> bytes:
    """A MAC (32 bytes) over everything that determines the PDF: values, layouts and the version of Typst.

    It is keyed, because a document holds bands, the ranges in which counts are published: a thief of the database alone
    could otherwise try them all.

    Source: RFC 2104 (HMAC) under the newest version of the key `kept-words`.
    """
    content = json.dumps([document.request(), _typst_and_layouts()], ensure_ascii=False, sort_keys=True).encode()
    key = context.keyring().key_or_new(KEPT_WORDS)
    return hmac.digest(key, b"youthvoice/1|paper|" + content, hashlib.sha256)


@cache
def _typst_and_layouts() -> str:
    layouts = b"".join(file.read_bytes() for file in sorted(LAYOUTS.glob("*.typ")))
    try:
        typst = version("typst")
    except PackageNotFoundError:
        typst = ""
    return f"{typst} {hashlib.sha256(layouts).hexdigest()}"


@dataclass(frozen=True, slots=True)
class TypesetDocument:
    """The result of typesetting a document.

    Attributes:
        pdf: its bytes; empty where it could not be made.
        letters: those that no font here has; a PDF shows a substitute for each, and says so.
        package: the Debian package with a font for them.
        fault: any other error, in Typst's words.
    """

    pdf: bytes = b""
    letters: str = ""
    package: str = ""
    fault: str = ""


_NOT_INSTALLED: Final = "The extra `print` is not installed."


def is_installed() -> bool:
    """Whether the libraries that typeset are installed; none of them is loaded."""
    return find_spec("typst") is not None and find_spec("fontTools") is not None


def typeset_documents(
    documents: Sequence[Document], seconds: float | None = None, wait_seconds: float | None = None
) -> list[TypesetDocument]:
    """Typeset some documents together in a process of its own; one that fails does not stop the others.

    Args:
        documents: to typeset.
        seconds: the limit for one process, with its start; `MAX_SECONDS` by default. Where the process for all of them
            fails, each document gets a process of its own.
        wait_seconds: how long to wait while another run of this process takes place; `seconds` by default.

    Raises:
        IsolatedProcessFailed: other runs took all the waiting time.
    """
    if not is_installed():
        return [TypesetDocument(fault=_NOT_INSTALLED) for _one in documents]
    try:
        return _typeset(documents, seconds, wait_seconds)
    except IsolatedProcessFailed as failed:
        if failed.code == "busy":
            raise
    if len(documents) == 1:
        return [TypesetDocument(fault="It took too much memory or time.")]
    return [typeset_documents([document], seconds, wait_seconds)[0] for document in documents]


def _typeset(documents: Sequence[Document], seconds: float | None, wait_seconds: float | None) -> list[TypesetDocument]:
    values = {
        "fonts": str(context.settings().fonts),
        "documents": [document.request() for document in documents],
    }
    answer = run_isolated(
        "youthvoice.printing.composition", json.dumps(values).encode(), seconds or MAX_SECONDS, wait_seconds
    )
    return [TypesetDocument(**{**result, "pdf": base64.b64decode(result["pdf"])}) for result in json.loads(answer)]
