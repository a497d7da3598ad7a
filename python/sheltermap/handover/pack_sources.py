# SPDX-License-Identifier: Apache-2.0
"""The sources of a pack: where data come from, under which licence, how they are to be named; standards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sheltermap.base import texts
from sheltermap.base.standards import Standard
from sheltermap.handover.pack_markdown import code, plain
from sheltermap.plans.plan import Plan

KINDS = ("inputs", "networks", "tables", "rasters", "base_map")  # of data, as the summary of an assessment has them


def sources(summary: Mapping[str, Any], plan: Plan, lang: str) -> str:
    """Return what the sources of an assessment are, in one language."""
    title = plain(texts.pick(plan.title.model_dump(), lang))
    lines = [f"# {texts.say('pack.sources_title', lang, title=title)}", "", texts.say("pack.sources_about", lang), ""]
    for kind in KINDS:
        found = summary.get(kind) or []
        if found:
            lines += [f"## {texts.say(f'pack.of_{kind}', lang)}", ""]
        for row in found:
            lines += [f"### {_called(kind, row, plan, lang)}", "", *(f"- {each}" for each in _told(row, lang)), ""]
    if plan.standards:
        lines += [f"## {texts.say('standards', lang)}", ""]
        for each in plan.standards:
            lines += [f"### {plain(each.title.get(lang))}", "", *(f"- {said}" for said in _demanded(each, lang)), ""]
    versions = "; ".join(f"{plain(str(name))} {plain(str(each))}" for name, each in summary.get("versions", {}).items())
    lines += [f"## {texts.say('pack.software', lang)}", "", versions, ""]
    return "\n".join(lines)


def _called(kind: str, row: Mapping[str, Any], plan: Plan, lang: str) -> str:
    name = str(row["name"])
    if kind == "base_map" and isinstance(plan.map.context, str):
        return code(str(row["path"]))  # a file of all classes
    source: Any = getattr(plan, kind).get(name) if kind in ("inputs", "rasters") else None
    title = getattr(source, "title", None)
    return plain(name) if title is None else f"{plain(title.get(lang))} ({plain(name)})"


def _told(row: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Give what is known of a file of data, and what is not although it should be."""
    if row.get("illustrative"):
        yield f"**{texts.say('illustrative', lang)}**"
    layer = f", {plain(str(row['layer']))}" if row.get("layer") else ""
    yield f"{texts.say('file', lang)}: {code(str(row['path']))}{layer}"
    for key in ("source", "licence"):
        said = row.get(key)
        yield f"{texts.say(key, lang)}: {plain(str(said)) if said else texts.say('pack.not_said', lang)}"
    if row.get("attribution"):
        yield f"{texts.say('attribution', lang)}: {plain(str(row['attribution']))}"
    note = row.get(f"note_{lang}") or row.get("note_en")
    if note:
        yield f"{texts.say('note', lang)}: {plain(str(note))}"
    yield f"SHA-256: {code(str(row['sha256']))}"


def _demanded(standard: Standard, lang: str) -> Iterator[str]:
    if standard.distance_m is not None:
        yield texts.distance(standard.distance_m, lang)
    for name, figure in standard.figures.items():
        yield f"{plain(name)}: {texts.decimal(f'{figure.value:g}', lang)} {plain(figure.unit)}"
    year = "" if standard.year is None else f" ({standard.year})"
    yield f"{texts.say('source', lang)}: {plain(standard.source)}{year}; {texts.say(standard.status, lang)}"
    for text in (standard.scope, standard.note):
        if text is not None:
            yield f"{texts.say('note', lang)}: {plain(text.get(lang))}"
