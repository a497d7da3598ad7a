# SPDX-License-Identifier: Apache-2.0
"""The picture of all ratios, drawn from what was measured and kept in results.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from common.operation import FRAMES

OURS, PEERS, GOAL, INK, GRID = "#0b5cad", "#9aa3ad", "#c2410c", "#1f2933", "#e3e7eb"


def keep(results: Path, name: str, found: list[dict[str, Any]]) -> None:
    """Put an operation's ratios into the file, in the place of older ones."""
    known = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    known[name] = found
    results.write_text(json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def draw(results: Path, picture: Path) -> None:
    """Draw one line per variant and form: the best peer at 1, sheltermap to its left where it is faster."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    lines = _lines(json.loads(results.read_text(encoding="utf-8")))
    # Texts stay texts, and the same figures give the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sheltermap", "font.size": 9}):
        figure = Figure(figsize=(10, 1.2 + 0.26 * len(lines)), facecolor="white", layout="constrained")
        axes = figure.subplots()
        axes.set_xscale("log")
        axes.axvline(1, color=INK, linewidth=1)
        for y, (_, entry) in enumerate(lines):
            if entry is None:
                axes.axhline(y - 0.5, color=GRID, linewidth=0.8)
            else:
                _draw_line(axes, y, entry)
        _lay_out(axes, [label for label, _ in lines])
        axes.set_yticks(range(len(lines)), [label for label, _ in lines])
        for tick, (_, entry) in zip(axes.get_yticklabels(), lines, strict=True):
            tick.set_fontweight("bold" if entry is None else "normal")
        _legend(axes)
        figure.savefig(picture, format="svg", metadata={"Date": None})
    # matplotlib ends lines of paths with a blank, which checks of whitespace do not like.
    text = picture.read_text(encoding="utf-8")
    picture.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")


def _lines(known: dict[str, Any]) -> list[tuple[str, dict[str, Any] | None]]:
    """Return labels with what belongs beside them; nothing belongs beside the name of an operation."""
    lines: list[tuple[str, dict[str, Any] | None]] = []
    for name, found in known.items():
        lines.append((name, None))
        for entry in found:
            form = "frames" if entry["form"] == FRAMES else entry["form"].removesuffix(" to arrays")
            lines.append((f"{_short(entry['variant'])}; {form}", entry))
    return lines


def _short(text: str) -> str:
    """Return 10,000,000 as 10M and 1,000 as 1k; numbers that are not round stay as they are."""
    return text.replace(",000,000", "M").replace(",000", "k")


def _draw_line(axes: Any, y: int, entry: dict[str, Any]) -> None:
    ours = [each["ratio"] for each in entry["ratios"] if each["ours"]]
    peers = [each["ratio"] for each in entry["ratios"] if not each["ours"]]
    axes.plot(peers, [y] * len(peers), "o", color=PEERS, markersize=4.5)
    if entry["goal"]:
        axes.plot([entry["goal"]], [y], "|", color=GOAL, markersize=11, markeredgewidth=2)
    axes.plot(ours, [y] * len(ours), "o", color=OURS, markersize=7)
    figures = ", ".join(f"{ratio:.2f}" for ratio in ours)
    axes.text(1.01, y, figures, transform=axes.get_yaxis_transform(), va="center", color=OURS)


def _lay_out(axes: Any, labels: list[str]) -> None:
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.xaxis.set_minor_formatter(lambda *_: "")
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", colors=INK, length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel("wall seconds ÷ best peer's; left of 1 is faster", color=INK)


def _legend(axes: Any) -> None:
    from matplotlib.lines import Line2D

    def handle(marker: str, color: str, size: float, label: str) -> Any:
        return Line2D([], [], linestyle="", marker=marker, color=color, markersize=size, markeredgewidth=2, label=label)

    handles = [handle("o", OURS, 6, "sheltermap"), handle("|", GOAL, 10, "goal"), handle("o", PEERS, 3, "peers")]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, labelcolor=INK)
