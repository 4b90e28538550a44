"""What `pip wheel .` packs beside the code: words, questionnaires and guides, which lie outside of it in a checkout."""

from pathlib import Path

from setuptools import find_packages, setup

TOP = Path(__file__).parent
SHARED = {f"youthvoice.shared.{name}": name for name in ("surveys", "translations")}
SHARED["youthvoice.shared.guide"] = "docs/guide"


def _compile_words() -> None:
    """The words of every language as the program reads them, by Babel; or by `make catalogues` before."""
    try:
        from babel.messages.mofile import write_mo  # noqa: PLC0415 - may be missing
        from babel.messages.pofile import read_po  # noqa: PLC0415 - may be missing
    except ImportError:
        if not list(TOP.glob("translations/*/LC_MESSAGES/*.mo")):
            raise SystemExit("The words are not compiled. Run: make catalogues") from None
        return
    for file in TOP.glob("translations/*/LC_MESSAGES/*.po"):
        with file.open("rb") as words, file.with_suffix(".mo").open("wb") as out:
            write_mo(out, read_po(words))


_compile_words()
setup(
    packages=[*find_packages(include=["youthvoice", "youthvoice.*"]), *SHARED],
    package_dir=SHARED,
    package_data={"": ["**/*"]},
    exclude_package_data={
        "": ["**/messages.po", "**/starters.po", "**/*.pyc"],
        "youthvoice.shared.translations": ["[ms]*.pot", "*.cfg", "child.toml", "*/second_reading.md"],
    },
)
