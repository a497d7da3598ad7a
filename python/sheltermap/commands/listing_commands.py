# SPDX-License-Identifier: Apache-2.0
"""`sheltermap list-standards`, `list-kinds` and `schema`: what plans may say."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sheltermap.commands.console import Debug, Json, Lang, exit_codes, printable

if TYPE_CHECKING:
    from sheltermap.base.standards import Standard
    from sheltermap.questions.kind import Kind

WIDTH = 100  # letters of a line


def list_standards(lang: Lang = "en", as_json: Json = False, debug: Debug = False) -> None:
    """List the published standards that plans name by their id: what they say, who says so, how sure that is."""
    with exit_codes(debug):
        from sheltermap.base.standards import standards

        if as_json:
            _print_json([each.model_dump() for each in standards().values()])
            return
        for each in standards().values():
            typer.echo(printable(f"{each.id}: {each.title.get(lang)}"))
            typer.echo(printable(f"    {demands(each, lang)}; {_sure(each, lang)}"))
            source = each.source if each.year is None else f"{each.source} ({each.year})"
            typer.echo(printable(_indented(source)))


def demands(standard: Standard, lang: str) -> str:
    """Return what a standard says: how near, or how much."""
    from sheltermap.base import texts

    parts = [] if standard.distance_m is None else [texts.distance(standard.distance_m, lang)]
    parts += [
        f"{name} {texts.decimal(f'{figure.value:g}', lang)} {figure.unit}" for name, figure in standard.figures.items()
    ]
    return "; ".join(parts)


def _sure(standard: Standard, lang: str) -> str:
    from sheltermap.base import texts

    return texts.say(standard.status, lang)


def list_kinds(
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="Of one: what each key means.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List the kinds of questions that plans ask, each with its keys; those that it needs are marked with *."""
    with exit_codes(debug):
        import sheltermap.kinds  # noqa: F401 - so that they are in the registry
        from sheltermap.base.suggestions import unknown
        from sheltermap.plans.plan_schema import key_descriptions
        from sheltermap.questions.kind import Kind
        from sheltermap.questions.registry import KINDS

        if kind is not None and kind not in KINDS:
            raise ValueError(unknown("no kind", kind, KINDS))
        chosen = KINDS if kind is None else {kind: KINDS[kind]}
        if as_json:
            told = {
                name: {"about": str(each.__doc__), "needed": _needed(each), "keys": key_descriptions(each)}
                for name, each in chosen.items()
            }
            _print_json(told)
            return
        if kind is not None:
            typer.echo(f"{kind}: {KINDS[kind].__doc__}")
            for key, text in key_descriptions(KINDS[kind]).items():
                typer.echo(f"  {_marked(KINDS[kind], [key])[0]:<24} {text}")
            return
        shared = list(Kind.model_fields)
        of_all = ", ".join(_marked(next(iter(KINDS.values())), shared))
        typer.echo(f"All have {of_all}. Their keys one by one: sheltermap list-kinds KIND.")
        for name, each in chosen.items():
            typer.echo(f"\n{name}: {each.__doc__}")
            typer.echo(_indented(", ".join(_marked(each, [key for key in each.model_fields if key not in shared]))))


def schema(debug: Debug = False) -> None:
    """Print the JSON Schema of plans, by which editors complete keys: sheltermap schema > plan.schema.json."""
    with exit_codes(debug):
        from sheltermap.plans.plan_schema import schema_text

        typer.echo(schema_text(), nl=False)


def _needed(kind: type[Kind]) -> list[str]:
    return [name for name, field in kind.model_fields.items() if field.is_required()]


def _marked(kind: type[Kind], keys: list[str]) -> list[str]:
    needed = _needed(kind)
    return [f"{key}*" if key in needed else key for key in keys]


def _indented(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
