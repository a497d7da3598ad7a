# SPDX-License-Identifier: Apache-2.0
"""Pages as PDF, printed by the browser that is on the machine, without a window and without a network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from sheltermap import WriteError
from sheltermap.base.system import end_with_children

VARIABLE = "SHELTERMAP_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
PATIENCE_S = 600  # a page of many pictures takes seconds, on a busy machine minutes
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
WHEN = re.compile(r"(/(?:CreationDate|ModDate) \(D:)[0-9]{14}")


def installed_browser() -> Path:
    """Return the browser that prints: the one named in ``SHELTERMAP_BROWSER``, else the first that is found.

    Raises
    ------
    WriteError
        If there is none.
    """
    named = os.environ.get(VARIABLE)
    for name in [named] if named else [*NAMES, *PLACES]:
        if found := shutil.which(name):
            return Path(found)
    if named:
        raise WriteError(f"cannot print to PDF: {VARIABLE} is {named!r}, which is no program")
    raise WriteError(
        "cannot print to PDF: neither Chromium nor Chrome nor Edge was found; install one, name it in "
        f"{VARIABLE}, or print report.html from another browser"
    )


def print_page(page: Path, pdf: Path, *, browser: Path, lang: str, created: str) -> None:
    """Print a page in one of its languages.

    Parameters
    ----------
    page : Path
        An HTML file of ours.
    pdf : Path
        The file to write.
    browser : Path
        From `installed_browser`.
    lang : str
        The language to show.
    created : str
        When the assessment was made, in ISO 8601: the PDF says so of itself.

    Raises
    ------
    WriteError
        If the browser fails, or takes longer than ten minutes.
    """
    with TemporaryDirectory(prefix="sheltermap-print-") as folder:
        printed = Path(folder) / "page.pdf"
        own = [f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}"]
        # The superuser's Chromium has no sandbox to be in; what it is shown here is a page of our own.
        own += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        said = _run([str(browser), *FLAGS, *own, f"{page.resolve().as_uri()}#lang-{lang}"], home=folder)
        content = printed.read_bytes() if printed.is_file() else b""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-32:]:
        last = (said.strip().splitlines() or ["it said nothing"])[-1]
        raise WriteError(f"cannot print {pdf.name}: {browser} left no PDF ({last})")
    day_and_time = "".join(filter(str.isdecimal, created))[:14]
    pdf.write_bytes(WHEN.sub(rf"\g<1>{day_and_time}", content.decode("latin-1")).encode("latin-1"))


def _run(command: list[str], home: str) -> str:
    """Run a browser to its end, and its children with it where that is too far off; return what it said."""
    environment = os.environ | {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command,
        env=environment,
        stdin=quiet,
        stdout=quiet,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as running:
        try:
            return running.communicate(timeout=PATIENCE_S)[1]
        except subprocess.TimeoutExpired:
            raise WriteError(f"cannot print to PDF: {command[0]} took more than {PATIENCE_S} s") from None
        finally:
            if running.poll() is None:
                end_with_children(running)
