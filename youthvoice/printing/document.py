"""What is to be printed: a layout and plain values; and the mark by which a kept PDF is known to be the same still."""

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
    """One document.

    Attributes:
        layout: a file of `layouts/`, without its ending.
        values: what it shows: plain values as JSON has them, every word in the language it is read in. `title` is
            what a reader's program calls it.
        language: the code of that language.
        pictures: SVG by name; drawn, never read.
    """

    layout: str
    values: Mapping[str, Any]
    language: str
    pictures: Mapping[str, str] = field(default_factory=dict)

    def request(self) -> dict[str, Any]:
        """As the process that sets it reads it."""
        tag, _dash, region = languages.tag(self.language).partition("-")
        rtl = languages.direction(self.language) == "rtl"
        with force_locale(self.language):
            missing = _(
                "Letters that no font here can show: %(num)s. Numbers in brackets or question marks replace them.",
                num="{}",
            )
        page = {"lang": tag, "script": region or None, "rtl": rtl, "code": self.language, "missing": missing}
        return {"layout": self.layout, "values": dict(self.values), "page": page, "pictures": dict(self.pictures)}


def digest_document(document: Document) -> bytes:
    """A MAC (32 bytes) over all that its PDF is made of: values, layouts, the version of Typst.

    Keyed, for what stands in it are bands: whoever holds the database alone could try them all.

    Source: RFC 2104 (HMAC) under the newest version of the key `kept-words`.
    """
    said = json.dumps([document.request(), _made_with()], ensure_ascii=False, sort_keys=True).encode()
    key = context.keyring().key_or_new(KEPT_WORDS)
    return hmac.digest(key, b"youthvoice/1|paper|" + said, hashlib.sha256)


@cache
def _made_with() -> str:
    layouts = b"".join(file.read_bytes() for file in sorted(LAYOUTS.glob("*.typ")))
    try:
        typst = version("typst")
    except PackageNotFoundError:
        typst = ""
    return f"{typst} {hashlib.sha256(layouts).hexdigest()}"


@dataclass(frozen=True, slots=True)
class SetDocument:
    """What came of a document.

    Attributes:
        pdf: its bytes; empty where it could not be set.
        letters: those that no font here draws; where there is a PDF, something stands there for each, and it says so.
        package: the Debian package that has them.
        fault: anything else that was wrong, in Typst's words.
    """

    pdf: bytes = b""
    letters: str = ""
    package: str = ""
    fault: str = ""


_NOT_INSTALLED: Final = "The extra `print` is not installed."


def is_installed() -> bool:
    """Whether what sets paper is there; nothing of it is loaded."""
    return find_spec("typst") is not None and find_spec("fontTools") is not None


def set_documents(
    documents: Sequence[Document], seconds: float | None = None, patience: float | None = None
) -> list[SetDocument]:
    """Set some documents at once, in a process of its own; one that cannot be set does not stop the others.

    Args:
        documents: which.
        seconds: for all of them, the start of the process included; `MAX_SECONDS` unless told.
        patience: seconds for which another process is waited for; as many unless told.

    Raises:
        IsolatedProcessFailed: another process takes all the time there is.
    """
    if not is_installed():
        return [SetDocument(fault=_NOT_INSTALLED) for _one in documents]
    try:
        return _set_together(documents, seconds, patience)
    except IsolatedProcessFailed as failed:
        if failed.code == "busy":
            raise
    if len(documents) == 1:
        return [SetDocument(fault="It took too much memory or time.")]
    return [document for one in documents for document in set_documents([one], seconds, patience)]


def _set_together(documents: Sequence[Document], seconds: float | None, patience: float | None) -> list[SetDocument]:
    values = {
        "fonts": str(context.settings().fonts),
        "documents": [document.request() for document in documents],
    }
    answer = run_isolated(
        "youthvoice.printing.composition", json.dumps(values).encode(), seconds or MAX_SECONDS, patience
    )
    return [SetDocument(**{**one, "pdf": base64.b64decode(one["pdf"])}) for one in json.loads(answer)]
