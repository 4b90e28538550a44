"""What no page may do, whoever opens it: complain in the console, break its policy, ask another machine than this."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

_ANSWERED_WITH = "the server responded with a status of 4"  # a page that says no is a page too

_NO_WORKER = "Service Worker registration blocked by Playwright"  # in journeys without one


class Watch:
    """Looks at everything that one browser does."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.expects_silence = True  # False while the house is down on purpose
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("page", self._opened)

    def _opened(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:", "about:")):
            self.strangers.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or not self.expects_silence:
            return
        if message.text == _NO_WORKER:
            return
        if _ANSWERED_WITH in message.text and "/static/" not in message.location.get("url", ""):
            return
        self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def check(self) -> None:
        """Fail with everything that was seen."""
        assert not self.strangers, f"asked somebody else: {self.strangers}"
        assert not self.complaints, "\n".join(self.complaints)
