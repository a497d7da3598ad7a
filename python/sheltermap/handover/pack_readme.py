# SPDX-License-Identifier: Apache-2.0
"""The README of a pack: what each file is, for whom, and what may be published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sheltermap.base import texts
from sheltermap.handover.pack_layout import PARTS, PUBLIC, SOURCES, Part
from sheltermap.handover.pack_markdown import code, plain, table
from sheltermap.page.table import Words


@dataclass(frozen=True)
class Packed:
    """What a README tells of a pack beside its files."""

    title: Words
    year: int
    created: str  #: in ISO 8601
    version: str  #: of sheltermap
    illustrative: Sequence[Words]  #: titles of inputs that are made up
    layers: Sequence[tuple[str, Words]]  #: by name in the GeoPackage, with what they are called


def readme(packed: Packed, members: Collection[str], lang: str) -> str:
    """Return the README in one language; `members` are the names of all files in the pack."""
    names = sorted(members)
    has_public = any(name.startswith(f"{PUBLIC}/") for name in names)
    title = plain(texts.pick(packed.title, lang))
    lines = [
        f"# {texts.say('pack.title', lang, title=title)}",
        "",
        texts.say(
            "pack.made", lang, date=texts.date(packed.created, lang), year=str(packed.year), version=packed.version
        ),
        "",
    ]
    if packed.illustrative:
        named = "; ".join(plain(texts.pick(each, lang)) for each in packed.illustrative)
        lines += [texts.say("pack.illustrative", lang, inputs=named), ""]
    lines += [
        f"## {texts.say('pack.may_publish', lang)}",
        "",
        f"**{texts.say('pack.only_public' if has_public else 'pack.nothing', lang)}** "
        + texts.say("pack.how_public" if has_public else "pack.make_public", lang),
        "",
        texts.say("pack.why_not", lang),
        "",
        texts.say("pack.credit", lang, file=code(SOURCES.format(lang=lang))),
        "",
        f"## {texts.say('pack.files', lang)}",
        "",
        *table(
            [texts.say(f"pack.{head}", lang) for head in ("file", "what", "whom", "public_head")], _rows(names, lang)
        ),
        "",
        texts.say("pack.verify", lang),
        "",
    ]
    if packed.layers:
        heads = [texts.say("pack.layer", lang), texts.say("pack.what", lang)]
        called = [(code(name), plain(texts.pick(title, lang))) for name, title in packed.layers]
        lines += [f"## {texts.say('pack.layers', lang)}", "", texts.say("pack.layers_where", lang), ""]
        lines += [*table(heads, called), ""]
    return "\n".join(lines)


def _rows(names: Iterable[str], lang: str) -> list[list[str]]:
    """Return a row for each part that is there; parts of which the same is said share one."""
    rows: dict[tuple[str, str, bool], list[str]] = {}
    listed = list(names)
    for part in PARTS:
        rows.setdefault((part.key, part.whom, part.is_public), []).extend(part.names(_of(part, listed)))
    return [
        [
            ", ".join(map(code, mine)),
            texts.say(f"pack.is_{key}", lang),
            texts.say(f"pack.for_{whom}", lang),
            texts.say("yes" if is_public else "no", lang),
        ]
        for (key, whom, is_public), mine in rows.items()
        if mine
    ]


def _of(part: Part, names: Sequence[str]) -> list[str]:
    """Return the names that belong to a part and to none before it."""
    earlier = PARTS[: PARTS.index(part)]
    return [name for name in names if part.has(name) and not any(each.has(name) for each in earlier)]
