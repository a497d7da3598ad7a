# SPDX-License-Identifier: Apache-2.0
"""What all pages share: their colours, the symbols of a legend, and how templates are read."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from types import CodeType

import jinja2
from jinja2.bccache import Bucket


def page_colours() -> str:
    """Return the style sheet that names the colours of reports and maps."""
    return files("sheltermap.drawing").joinpath("colours.css").read_text(encoding="utf-8")


def page_policy(scripts: Sequence[str], style: str) -> str:
    """Return the content security policy of a page: these scripts, this style, pictures of its own, and no network."""
    digests = " ".join(_digest(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {digests}; style-src {_digest(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class _Compiled(jinja2.BytecodeCache):
    """What a process has compiled of templates: to compile those of a report takes longer than to fill them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def page_environment(*rooms: str) -> jinja2.Environment:
    """Return where templates are looked for, in these rooms first and then among the shared, and how they are read."""
    loaders = [jinja2.PackageLoader(f"sheltermap.{room}", ".") for room in (*rooms, "drawing")]
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders),
        bytecode_cache=_COMPILED,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
