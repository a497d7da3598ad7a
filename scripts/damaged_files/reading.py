# SPDX-License-Identifier: Apache-2.0
"""The process that reads: a path a line comes in, what came of it goes out. `workers` starts it and watches it."""

import faulthandler
import json
import os
import resource
import sys
from pathlib import Path

import sheltermap


def main(most_bytes: int, module: str) -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints does not answer for us
    if most_bytes:
        faulthandler.enable()  # the sanitizers tell more, and want the signals for themselves
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    if module:
        sheltermap.__path__.insert(0, module)
    import doors
    from sheltermap._native import _core

    if module and Path(_core.__file__).parent != Path(module):
        sys.exit(f"{_core.__file__} was loaded instead of the module in {module}")
    for line in sys.stdin:
        print(json.dumps(doors.read_by_every_door(Path(json.loads(line)))), file=answers, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
