# SPDX-License-Identifier: Apache-2.0
"""Damage small good files on purpose, read each through every door of sheltermap, and tell those that do harm.

    .venv/bin/python scripts/damaged_files                                2,000 files of all formats
    .venv/bin/python scripts/damaged_files --seed 7 --count 150           others, and fewer
    .venv/bin/python scripts/damaged_files --only gpkg-0012 --seed 7      one of them again
    .venv/bin/python scripts/damaged_files --count 0 --corpus FOLDER      the files that lie in FOLDER, as they are
    .venv/bin/python scripts/damaged_files --sanitize                     under the sanitizers of the preset asan-python

A file may be read, or refused by an error of sheltermap's own that says something. Anything else is a fault: a crash
or a report of a sanitizer, a hang, an exception of somebody else. Files with a fault stay in build/damaged_files/, with
what was said of them; the run then ends with 1.
"""

import argparse
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import damages
import doors
import good_files
from workers import FAULTS, ROOT, Readers, Verdict, program

Case = tuple[str, str, Path]  # format, name, what is opened


def main() -> int:
    """Run as the options say; 1 where any file did harm."""
    options = arguments()
    seconds = options.timeout or (120 if options.sanitize else 30)
    shutil.rmtree(options.out, ignore_errors=True)
    with (
        TemporaryDirectory(prefix="damaged_files-") as folder,
        Readers(program(sanitize=options.sanitize), seconds) as readers,
        ThreadPoolExecutor(options.jobs) as pool,
    ):
        cases = [*damaged(Path(folder), options), *corpus(options.corpus)]
        verdicts = list(pool.map(lambda case: readers.verdict(case[2]), cases))
        for case, verdict in zip(cases, verdicts, strict=True):
            if verdict.what in FAULTS:
                keep(case, verdict, options)
    tell(cases, verdicts)
    return int(any(each.what in FAULTS for each in verdicts))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="another one damages other places")
    parser.add_argument("--count", type=int, default=2000, help="of damaged files, over all formats")
    parser.add_argument("--only", metavar="NAME", help="one file of that run, by the name it is kept under")
    parser.add_argument("--corpus", type=Path, metavar="FOLDER", help="read what lies there as well, as it is")
    parser.add_argument("--sanitize", action="store_true", help="with the module of the preset asan-python")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="after which a file hangs (30; sanitized 120)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="files read at once")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "damaged_files", help="where faulty files stay")
    return parser.parse_args()


def damaged(folder: Path, options: argparse.Namespace) -> Iterator[Case]:
    """Make the damaged files: of each format in turn, every one from its own seed."""
    if options.count == 0:
        return
    made = good_files.make(folder / "good")
    for number in range(options.count):
        kind = list(made)[number % len(made)]
        name = f"{kind}-{number // len(made):04d}"
        if options.only in (None, name):
            yield kind, name, damages.damage(made[kind], folder / "damaged" / name, f"{options.seed} {name}")


def corpus(folder: Path | None) -> Iterator[Case]:
    """Tell the files in a folder, and in those below it, that some door opens."""
    if folder is None:
        return
    for path in sorted(folder.rglob("*")):
        ending = path.suffix.lower()
        if ending in doors.DOORS and (ending == ".gdb" if path.is_dir() else ".gdb" not in path.parent.suffix.lower()):
            yield f"corpus {ending}", str(path.relative_to(folder)).replace("/", "+"), path


def keep(case: Case, verdict: Verdict, options: argparse.Namespace) -> None:
    kind, name, path = case
    folder = options.out / name
    if kind.startswith("corpus"):
        folder.mkdir(parents=True)
    else:
        shutil.copytree(path.parent, folder)
    (folder / "REPORT.txt").write_text(f"{path}\nseed {options.seed}\n{verdict.what}: {verdict.said}\n", "utf-8")
    print(f"{verdict.what}: {name}: {verdict.said.splitlines()[-1][:300]}\n    {folder}", file=sys.stderr)


def tell(cases: list[Case], verdicts: list[Verdict]) -> None:
    """Print how many files of each format came to what."""
    counted = Counter((case[0], verdict.what) for case, verdict in zip(cases, verdicts, strict=True))
    columns = ("read", "refused", *FAULTS)
    print(f"{'':<18}" + "".join(f"{each:>9}" for each in columns))
    for kind in dict.fromkeys(case[0] for case in cases):
        print(f"{kind:<18}" + "".join(f"{counted[kind, each]:>9}" for each in columns))
    faults = sum(counted[key] for key in counted if key[1] in FAULTS)
    print(f"{len(cases)} files, {faults} faults")


if __name__ == "__main__":
    sys.exit(main())
