# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium for tests that look at pages: what it asked for, said and drew."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Frame, Page, Playwright, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SOFTWARE_GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
NO_GL = ("--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis")
SIZE = {"width": 1280, "height": 720}
NARROW = {"width": 390, "height": 844}
# Of size, scheme and language every pair meets once: what only goes wrong where two of them meet is found in four looks
# instead of eight.
LOOKS = [(SIZE, "light", "en"), (SIZE, "dark", "lv"), (NARROW, "light", "lv"), (NARROW, "dark", "en")]
OWN = ("file:", "data:", "blob:")
PATIENCE_MS = 180_000  # maps are drawn by the processor here, perhaps a busy one


@dataclass
class Seen:
    """What a page did while it was open."""

    page: Page
    requests: list[str] = field(default_factory=list)  # for anything but the page itself
    dialogs: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)  # errors and warnings, among them breaches of the policy

    @property
    def frame(self) -> Frame:
        """The innermost page: the map, also where a notebook is around it."""
        return self.page.frames[-1]

    def drawn(self) -> "Seen":
        self.frame.wait_for_selector("body[data-drawn=yes]", timeout=PATIENCE_MS)
        return self

    def said_of_access(self) -> list[str]:
        """What axe-core finds fault with for people who hear the page, use no mouse or see little contrast."""
        results = Axe().run(self.page).response
        return [
            f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for each in results["violations"]
            for node in each["nodes"]
        ]

    def picture(self) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")).astype(int)


@contextmanager
def browsers() -> Iterator["Browsers"]:
    with sync_playwright() as playwright:
        yield Browsers(playwright)


class Browsers:
    """Opens files in browsers that have no network, and no graphics card."""

    def __init__(self, playwright: Playwright) -> None:
        self._chromium = playwright.chromium
        self._usual = self._launched(NO_GL)
        self._others: list[Browser] = []

    def close_pages(self) -> None:
        for context in self._usual.contexts:
            context.close()
        for browser in self._others:
            browser.close()
        self._others.clear()

    def _launched(self, flags: Sequence[str]) -> Browser:
        return self._chromium.launch(executable_path=str(CHROMIUM), args=list(flags))

    def with_webgl(self, path: Path) -> Seen:
        """Open a file in a browser that has one, for which the processor draws: five times as long."""
        self._others.append(self._launched(SOFTWARE_GL))
        return self._opened(self._others[-1], path)

    def open(
        self,
        path: Path,
        *,
        scripts: bool = True,
        before: str | None = None,
        width: int = 1280,
        dark: bool = False,
        **look: Any,
    ) -> Seen:
        """Open a file, after a script `before` those of the page; `look` are options of Playwright's contexts."""
        scheme = "dark" if dark else "light"
        options = {"color_scheme": scheme, "viewport": {**SIZE, "width": width}} | look
        return self._opened(self._usual, path, before, java_script_enabled=scripts, **options)

    def _opened(self, browser: Browser, path: Path, before: str | None = None, **options: Any) -> Seen:
        context = browser.new_context(**{"viewport": SIZE, "offline": True, "reduced_motion": "reduce", **options})
        seen = Seen(context.new_page())
        if before is not None:
            seen.page.add_init_script(before)
        seen.page.on("request", lambda request: request.url.startswith(OWN) or seen.requests.append(request.url))
        seen.page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("console", lambda said: said.type in ("error", "warning") and seen.complaints.append(said.text))
        seen.page.goto(path.as_uri())
        return seen
