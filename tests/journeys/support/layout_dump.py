"""Where everything lay on the screens of a journey that failed: to be read beside one that passed."""

from collections.abc import Iterable

from playwright.sync_api import BrowserContext, Error

_MOST = 120  # lines a page
_LAYOUT = """most => {
    const lines = [], state = document.documentElement.className;
    const within = (one, depth) => {
        const box = one.getBoundingClientRect();
        if (lines.length === most || !one.checkVisibility({ visibilityProperty: true }) || box.width <= 1) return;
        const kind = one.className && ` .${one.className}`;
        const words = one.childElementCount && !one.matches("p, h1, h2") ? "" : ` "${one.textContent.trim().slice(0, 50)}"`;
        const [left, top, width, height] = [box.x, box.y, box.width, box.height].map((side) => Math.round(10 * side) / 10);
        lines.push(`${top}+${height}  ${left}+${width}  ${"  ".repeat(depth)}${one.localName}${kind}${words}`);
        for (const part of one.children) if (!part.closest("svg")) within(part, depth + 1);
    };
    within(document.body, 0);
    return [`${location.pathname} ${innerWidth}x${innerHeight} ${document.documentElement.lang} ${state}`, ...lines].join("\\n");
}"""  # noqa: E501 - one thought a line


def layout_of(contexts: Iterable[BrowserContext]) -> str:
    """Every element that is shown: top and height, left and width, what it is, its words."""
    dumps = []
    for page in (page for context in contexts for page in context.pages):
        try:
            dumps.append(str(page.evaluate(_LAYOUT, _MOST)))
        except Error as error:  # it is closed, or just turns into another one
            dumps.append(f"{page.url}: {error.message.splitlines()[0]}")
    return "\n\n".join(dumps)
