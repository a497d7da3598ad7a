# SPDX-License-Identifier: Apache-2.0
"""The picture of all ratios, drawn from what was measured and kept in results.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from common.operation import FRAMES

OURS, PEERS, GOAL, INK = "#0b5cad", "#9aa3ad", "#c2410c", "#1f2933"


def keep(results: Path, name: str, found: list[dict[str, Any]]) -> None:
    """Put an operation's ratios into the file, in the place of older ones."""
    known = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    known[name] = found
    results.write_text(json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def draw(results: Path, picture: Path) -> None:
    """Draw one line per operation, variant and form: the best peer at 1, ours to its left where it is faster."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    lines = _lines(json.loads(results.read_text(encoding="utf-8")))
    if not lines:
        return
    # Texts stay texts, and the same figures give the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sheltermap", "font.size": 9}):
        figure = Figure(figsize=(10, 1.6 + 0.27 * len(lines)), facecolor="white", layout="constrained")
        axes = figure.subplots()
        axes.set_xscale("log")
        axes.axvline(1, color=INK, linewidth=1)
        for y, (_, entry) in enumerate(lines):
            _draw_line(axes, y, entry)
        axes.set_yticks(range(len(lines)), [label for label, _ in lines])
        axes.set_ylim(len(lines) - 0.4, -0.6)
        axes.grid(axis="x", color="#e3e7eb", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(colors=INK, length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_xlabel("wall seconds ÷ those of the best peer that does the whole job (left of 1: faster)", color=INK)
        _legend(axes)
        figure.savefig(picture, format="svg", metadata={"Date": None})
    # matplotlib ends lines of paths with a blank, which checks of whitespace do not like.
    text = picture.read_text(encoding="utf-8")
    picture.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")


def _lines(known: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    lines = []
    for name, found in known.items():
        for entry in found:
            form = "frames" if entry["form"] == FRAMES else entry["form"]
            lines.append((f"{name}: {entry['variant']}; {form}", entry))
    return lines


def _draw_line(axes: Any, y: int, entry: dict[str, Any]) -> None:
    ours = [each["ratio"] for each in entry["ratios"] if each["ours"]]
    peers = [each["ratio"] for each in entry["ratios"] if not each["ours"]]
    axes.plot(peers, [y] * len(peers), "o", color=PEERS, markersize=4.5)
    if entry["goal"]:
        axes.plot([entry["goal"]], [y], "|", color=GOAL, markersize=11, markeredgewidth=2)
    axes.plot(ours, [y] * len(ours), "o", color=OURS, markersize=7.5)
    for ratio in ours:
        axes.annotate(
            f"{ratio:.2g}", (ratio, y), (-7, 0), textcoords="offset points", ha="right", va="center", color=OURS
        )


def _legend(axes: Any) -> None:
    from matplotlib.lines import Line2D

    def handle(marker: str, color: str, size: float, label: str) -> Any:
        return Line2D([], [], linestyle="", marker=marker, color=color, markersize=size, markeredgewidth=2, label=label)

    handles = [
        handle("o", OURS, 6, "sheltermap"),
        handle("|", GOAL, 10, "goal"),
        handle("o", PEERS, 3, "peers"),
    ]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, labelcolor=INK)
