# SPDX-License-Identifier: Apache-2.0
"""A finished assessment as one archive with a stated layout, to be handed to whoever goes on with it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sheltermap import WriteError
from sheltermap._native import ReadError
from sheltermap.assessments.folder import GEOPACKAGE, SUMMARY
from sheltermap.assessments.former import REMEDY, recorded_plan, recorded_summary
from sheltermap.assessments.handed_over import hand_over
from sheltermap.base.in_short import Short, ToldInShort, counted, name_of
from sheltermap.base.progress import shows_progress
from sheltermap.dictionary import layers as dictionary
from sheltermap.handover.checked_files import checked_files
from sheltermap.handover.pack_archive import Member, checksums, is_pack, write_archive
from sheltermap.handover.pack_layout import CHECKSUMS, FIGURES, GEODATABASE, PUBLIC, README, SOURCES, places_of
from sheltermap.handover.pack_readme import Packed, readme
from sheltermap.handover.pack_sources import sources
from sheltermap.layers import files
from sheltermap.layers.digest import sha256
from sheltermap.page.table import Words, title_words, words_of
from sheltermap.plans.plan import Plan
from sheltermap.public.former_publication import SUMMARY as PUBLIC_SUMMARY
from sheltermap.public.former_publication import published_summary
from sheltermap.questions.figures import figures_table

ENDING = ".zip"
AGAIN = "run its plan again, or move away what was added"
PUBLISH_AGAIN = "publish again, or take the folder from a copy"


@dataclass(frozen=True, repr=False)
class Pack(ToldInShort):
    """What `pack` wrote.

    Attributes
    ----------
    path : Path
    files : list of str
        Names in the archive.
    bytes : int
        Its size.
    sha256 : str
        Its digest, by which whoever gets it knows that it is the same.
    has_public : bool
        Whether there is a folder that may be published; nothing else may.

    Examples
    --------
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> sm.Pack(Path("out/2027.zip"), ["README.en.md", "SHA256SUMS"], 1_250_000, "4f0e", has_public=False)
    <Pack: 2027.zip, 2 files, 1.2 MB
      nothing in it may be published>
    """

    path: Path
    files: list[str]
    bytes: int
    sha256: str
    has_public: bool

    def _in_short(self) -> Short:
        of = f"{name_of(self.path.name)}, {counted(len(self.files), 'file')}, {self.bytes / 1e6:.1f} MB"
        return Short(of, [f"nothing {'but public/' if self.has_public else 'in it'} may be published"])


@shows_progress
def pack(assessment: str | Path, path: str | Path | None = None, *, public: str | Path | None = None) -> Pack:
    r"""Pack a finished assessment into one archive to be handed over.

    In it are: the briefing (report and maps), the assessment's folder as it is, with the project of QGIS, a File
    Geodatabase of all layers, the figures as spreadsheets, the dictionary, sources and licences, a list of checksums,
    and a README in each language of the plan that says what each file is for and what may be published.

    Parameters
    ----------
    assessment : path-like
        Folder that `run` wrote, unchanged since.
    path : path-like, optional
        The ``.zip`` to write: new, or an older pack, which is then replaced in one step. By default beside the folder,
        with its name.
    public : path-like, optional
        Folder that `publish` wrote of this assessment, to be packed as well; nothing else in the pack may be published.

    Returns
    -------
    Pack

    Raises
    ------
    ReadError
        If a folder cannot be read, a file of it was changed, is missing or was added, or `public` was made from another
        assessment.
    ValueError
        If `path` does not end in ``.zip``, or lies in one of the folders.
    WriteError
        If the archive cannot be written, or something else stands there.

    Warns
    -----
    LossWarning
        Where a File Geodatabase cannot hold a layer as it is, as `write` says it.

    Examples
    --------
    >>> import tempfile, zipfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "homes.csv").write_text("id,people,lon,lat\nA,30,24.105,56.950\n")
    >>> _ = (folder / "shelters.csv").write_text("id,lon,lat\nS1,24.106,56.951\n")
    >>> _ = (folder / "plan.toml").write_text('''
    ... schema = 1
    ... title = "Shelters"
    ... year = 2026
    ... languages = ["en"]
    ... [inputs]
    ... homes = { path = "homes.csv", crs = "EPSG:4326", id = "id" }
    ... shelters = { path = "shelters.csv", crs = "EPSG:4326", id = "id" }
    ... [[analyses]]
    ... name = "near"
    ... title = "Who has a shelter near"
    ... kind = "coverage"
    ... demand = "homes"
    ... facilities = "shelters"
    ... thresholds_m = [500]
    ... weight = "people"
    ... ''')
    >>> _ = sm.run(folder / "plan.toml", folder / "2026")
    >>> packed = sm.pack(folder / "2026")
    >>> packed.path.name, packed.has_public
    ('2026.zip', False)
    >>> sorted(name for name in packed.files if "/" not in name)
    ['README.en.md', 'SHA256SUMS', 'dictionary.xlsx', 'sources.en.md']
    """
    source = Path(assessment).resolve()
    shown = None if public is None else Path(public).resolve()
    target = source.with_name(f"{source.name}{ENDING}") if path is None else Path(path).resolve()
    _check_target(target, source, shown)
    summary = recorded_summary(source)
    plan = recorded_plan(source, summary)
    created = _created(source, summary)
    digests = checked_files(source, SUMMARY, summary["files"], remedy=AGAIN)
    members = [Member(place, source / name, digest) for name, digest in digests.items() for place in places_of(name)]
    if shown is not None:
        members += _public_members(shown, summary, plan)
    with _workshop(target) as workshop:
        members += _made(source, summary, plan, workshop)
        members += _texts(source, summary, plan, [each.name for each in members])
        members.append(checksums(members))
        fresh = workshop / "pack.zip"
        write_archive(members, fresh, created)
        found = Pack(
            target,
            sorted(each.name for each in members),
            fresh.stat().st_size,
            sha256(fresh),
            has_public=shown is not None,
        )
        _require_ours(target)  # somebody may have put a file there meanwhile
        files.replace(fresh, target)
    return found


def _created(folder: Path, summary: Mapping[str, Any]) -> str:
    """Return when an assessment was made, in ISO 8601."""
    said = str(summary.get("created"))
    try:
        datetime.fromisoformat(said)
    except ValueError:
        raise ReadError(f'{folder / SUMMARY} is damaged: "created" is no time; {REMEDY}') from None
    return said


def _check_target(target: Path, source: Path, shown: Path | None) -> None:
    """Raise unless an archive may be written there."""
    if target.suffix.lower() != ENDING:
        raise ValueError(f"{target} does not end in {ENDING}: a pack is an archive; name it so")
    for folder in (source, *([] if shown is None else [shown])):
        if target.is_relative_to(folder):
            raise ValueError(f"{target} lies in {folder}, and is not part of it: name another place")
    if shown is not None and (shown.is_relative_to(source) or source.is_relative_to(shown)):
        raise ValueError(f"{shown} and the assessment {source} lie in each other: publish to a folder of its own")
    if not target.parent.is_dir():
        raise WriteError(f"cannot write {target}: there is no folder {target.parent}; make it, or name another place")
    _require_ours(target)


def _require_ours(target: Path) -> None:
    if target.is_dir() or (target.exists() and not is_pack(target)):
        raise WriteError(
            f"will not replace {target}: it is no pack as it was written; name another file, or move it away"
        )


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """Give a folder beside the target, on the same disk, that is gone when the block ends."""
    try:
        folder = Path(files.sibling_for(target))
        folder.mkdir()
    except OSError as error:
        raise WriteError(f"cannot write {target}: {error.strerror or error}") from None
    try:
        yield folder
    except WriteError as error:  # of what is made on the way, whose place says nothing to anybody
        said = str(error)
        if str(folder) not in said:
            raise
        raise WriteError(f"cannot write {target}: {said.replace(f'{folder}{os.sep}', '')}") from None
    except OSError as error:
        place = f" ({error.filename})" if error.filename and str(folder) not in str(error.filename) else ""
        free = shutil.disk_usage(target.parent).free / 1e6
        raise WriteError(f"cannot write {target}: {error.strerror or error}{place}; {free:.1f} MB free there") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _public_members(folder: Path, summary: Mapping[str, Any], plan: Plan) -> list[Member]:
    """Return the files of a publication, which has to be of this assessment."""
    said = published_summary(folder)
    ours = {"created": summary.get("created"), "year": summary["year"], "title": words_of(plan.title)}
    if any(said.get(key) != value for key, value in ours.items()):
        raise ReadError(
            f"{folder} was not published from this assessment (of {ours['year']}, made {ours['created']}): "
            "publish it again"
        )
    digests = checked_files(folder, PUBLIC_SUMMARY, said["files"], remedy=PUBLISH_AGAIN)
    return [Member(f"{PUBLIC}/{name}", folder / name, digest) for name, digest in digests.items()]


def _made(source: Path, summary: Mapping[str, Any], plan: Plan, workshop: Path) -> Iterator[Member]:
    """Give what other programs want, made of the assessment."""
    geodatabase, figures = workshop / Path(GEODATABASE).name, workshop / Path(FIGURES).name
    hand_over(source, geodatabase, lang=plan.languages[0])
    files.write(figures_table(summary["figures"]), figures)
    for path in sorted(geodatabase.iterdir()):
        yield Member(f"{GEODATABASE}/{path.name}", path, sha256(path))
    yield Member(FIGURES, figures, sha256(figures))


def _texts(source: Path, summary: Mapping[str, Any], plan: Plan, names: list[str]) -> Iterator[Member]:
    """Give the sources and the README in each language of the plan."""
    languages = list(plan.languages)
    for lang in languages:
        yield Member.of_bytes(SOURCES.format(lang=lang), sources(summary, plan, lang).encode())
    packed = Packed(
        words_of(plan.title),
        summary["year"],
        _created(source, summary),
        str(summary.get("versions", {}).get("sheltermap", "")),
        [title_words(each.title, name) for name, each in plan.inputs.items() if each.illustrative],
        _layers(source / GEOPACKAGE),
    )
    texts = (README, SOURCES)
    everything = [*names, CHECKSUMS, *(each.format(lang=lang) for each in texts for lang in languages)]
    for lang in languages:
        yield Member.of_bytes(README.format(lang=lang), readme(packed, everything, lang).encode())


def _layers(geopackage: Path) -> list[tuple[str, Words]]:
    """Return the layers of an assessment with what they are called, as its dictionary says; older ones have none."""
    titles = ", ".join(dictionary.TITLES)
    asked = f"SELECT layer, {titles} FROM {dictionary.LAYERS}"
    try:
        with closing(sqlite3.connect(f"{geopackage.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            rows = connection.execute(asked).fetchall()
    except sqlite3.Error:
        return []
    languages = [each.removeprefix("title_") for each in dictionary.TITLES]
    return [(str(name), dict(zip(languages, map(str, said), strict=True))) for name, *said in rows]
