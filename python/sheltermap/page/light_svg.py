# SPDX-License-Identifier: Apache-2.0
"""SVG pictures of matplotlib, made light: thousands of symbols alike become the corners of one line that bears them."""

from __future__ import annotations

import re
from itertools import count, groupby
from urllib.parse import quote

USE = re.compile(r'<use xlink:href="#(\w+)" x="([^"]+)" y="([^"]+)" style="([^"]+)"/>')
USES = re.compile(rf"{USE.pattern}(?:\s*{USE.pattern})+")
NEEDLESS = re.compile(r"(?<!\s)\s*<(?:(?:!DOCTYPE|\?xml)[^>]*>|metadata>.*?</metadata>)", re.DOTALL)
UNHARMED = " ,:;/=()'@*+"  # what stands for itself in a data: URI


def light_svg(svg: str) -> str:
    """Return a picture that looks the same.

    Examples
    --------
    >>> symbols = ''.join(f'<use xlink:href="#m" x="{x}" y="2.04" style="fill: red"/>' for x in (1.51, 3, 4.25))
    >>> light_svg(f"<g>{symbols}</g>").partition("</marker>")[2]
    '<path d="M1.5 2 3 2 4.2 2" style="fill: none; stroke: none; marker: url(#s0)"/></g>'
    """
    numbers = count()

    def lines(uses: re.Match[str]) -> str:
        found = USE.findall(uses.group())
        return "".join(_line(f"s{next(numbers)}", *kind, list(each)) for kind, each in groupby(found, _alike))

    svg = USES.sub(lines, NEEDLESS.sub("", svg).lstrip())
    svg = re.sub(r' d="[^"]+"', _shorter, svg)
    return re.sub(r">\s+<", "><", svg)


def svg_uri(svg: str) -> str:
    """Return a picture as a data: URI that may stand between double quotation marks in HTML as it is."""
    return "data:image/svg+xml," + quote(svg.replace("'", "").replace('"', "'"), safe=UNHARMED)


def _alike(use: tuple[str, ...]) -> tuple[str, str]:
    return use[0], use[3]


def _line(name: str, shape: str, style: str, uses: list[tuple[str, ...]]) -> str:
    """Return a line that bears the same symbol at each of its corners, in their order."""
    corners = " ".join(f"{_tenth(x)} {_tenth(y)}" for _, x, y, _ in uses)
    symbol = f'<use xlink:href="#{shape}" style="{style}"/>'
    marker = f'<marker id="{name}" overflow="visible" markerUnits="userSpaceOnUse">{symbol}</marker>'
    return f'{marker}<path d="M{corners}" style="fill: none; stroke: none; marker: url(#{name})"/>'


def _tenth(number: str) -> str:
    return f"{float(number):.1f}".removesuffix(".0")


def _shorter(path: re.Match[str]) -> str:
    """Cut the coordinates of a path to a hundredth of a point."""
    cut = re.sub(r"(\.\d\d)\d+", r"\1", path.group())
    return re.sub(r"(?<!\s)\s*\n\s*|(?<=[A-Za-z]) (?=[-\d])", lambda gap: " " if "\n" in gap.group() else "", cut)
