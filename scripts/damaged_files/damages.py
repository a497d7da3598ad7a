# SPDX-License-Identifier: Apache-2.0
"""What happens to files: bits flip, blocks get lost, lengths and words become others; by the same seed the same."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from inner_damages import INNER

LENGTHS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, (1 << 64) - 1)
WORDS = (
    *(b"", b"-", b"0", b"-1", b"NaN", b"-Infinity", b"1e999", b"1e-999", b"9" * 400, b"1" * 70_000, b"null", b"true"),
    *(b'"', b"'", b"\\", b"\\u0000", b"\\ud800", b"\0", b"\xff\xfe", b"\xc3\x28", b"\xa0", b"\r", b"\n\n", b"\t", b";"),
    *(b"[" * 5000, b"{" * 5000, b"<a>" * 5000, b"]]>", b"<!DOCTYPE a>", b"&a;", b",,,,", b"../../x", b"EPSG:0"),
    *(b"2024-02-30", b"POINT("),
)
WORD = re.compile(rb"[\w.+\-]+")


def damage(good: Sequence[Sequence[Path]], folder: Path, seed: str) -> Path:
    """Copy one of the good files (with those that belong to it) and damage it; return what is to be opened."""
    chance = Random(seed)
    parts = chance.choice(good)
    folder.mkdir(parents=True)
    others = [each for file in good for each in file]
    copies = [_copied(part, folder) for part in parts]
    harmed, other = (_a_file(chance.choice(each), chance) for each in (copies, others))
    harmed.write_bytes(_harmed(harmed.suffix, harmed.read_bytes(), other.read_bytes(), chance))
    return copies[0]


def _copied(part: Path, folder: Path) -> Path:
    return Path(shutil.copytree(part, folder / part.name) if part.is_dir() else shutil.copy(part, folder))


def _a_file(part: Path, chance: Random) -> Path:
    """Return the file itself, or of a folder one that is in it."""
    return chance.choice(sorted(part.iterdir())) if part.is_dir() else part


def _harmed(suffix: str, content: bytes, other: bytes, chance: Random) -> bytes:
    """Damage the bytes of a file, or what is in it: a checksum or a page would keep most damage from being read."""
    inner = INNER.get(suffix)
    if inner is not None and chance.random() < 0.6:
        return inner(content, chance, lambda part, more: any_bytes(part, more, chance))
    return any_bytes(content, other, chance)


def any_bytes(content: bytes, other: bytes, chance: Random) -> bytes:
    """Damage bytes in one to three ways; `other` are some of the same kind."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        content = chance.choice(KINDS)(content, other, chance)
    return content


def _place(content: bytes, chance: Random) -> int:
    """Choose a place: in the head, at a byte that says something, or anywhere."""
    anywhere = chance.randrange(len(content) + 1)
    which = chance.random()
    if which < 0.3:
        return min(anywhere, chance.randrange(128))
    if which < 0.6:
        return next((at for at in range(anywhere, len(content)) if content[at]), anywhere)
    return anywhere


def _run(content: bytes, chance: Random) -> tuple[int, int]:
    begin = _place(content, chance)
    return begin, min(len(content), begin + chance.choice((1, 2, 3, 4, 8, 16, 64, 512, 4096, len(content) // 3)))


def _flipped(content: bytes, other: bytes, chance: Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = _place(content, chance)
        made[at : at + 1] = bytes(byte ^ 1 << chance.randrange(8) for byte in made[at : at + 1])
    return bytes(made)


def _noise(content: bytes, other: bytes, chance: Random) -> bytes:
    begin, end = _run(content, chance)
    return content[:begin] + chance.randbytes(end - begin) + content[end:]


def _cut_out(content: bytes, other: bytes, chance: Random) -> bytes:
    begin, end = _run(content, chance)
    return content[:begin] + content[end:]


def _doubled(content: bytes, other: bytes, chance: Random) -> bytes:
    begin, end = _run(content, chance)
    return content[:end] + content[begin:]


def _zeroed(content: bytes, other: bytes, chance: Random) -> bytes:
    begin, end = _run(content, chance)
    return content[:begin] + bytes(end - begin) + content[end:]


def _cut_off(content: bytes, other: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _other_length(content: bytes, other: bytes, chance: Random) -> bytes:
    """Overwrite a number of 1 to 8 bytes, as headers have them for lengths, counts and offsets."""
    at, width = _place(content, chance), chance.choice((1, 2, 4, 4, 4, 8))
    length = chance.choice(LENGTHS) & ((1 << 8 * width) - 1)
    return content[:at] + length.to_bytes(width, chance.choice(("little", "big"))) + content[at + width :]


def _other_word(content: bytes, other: bytes, chance: Random) -> bytes:
    """Put a word in the place of another: one of the file's own, or one that no file should have."""
    words = list(WORD.finditer(content))
    if not words:
        return chance.choice(WORDS)
    old = chance.choice(words)
    new = chance.choice((chance.choice(words)[0], chance.choice(WORDS)))
    return content[: old.start()] + new + content[old.end() :]


def _spliced(content: bytes, other: bytes, chance: Random) -> bytes:
    """Put a run of another file of the format, or of the archive, into this one."""
    begin, end = _run(other, chance)
    at = _place(content, chance)
    return content[:at] + other[begin:end] + content[at + chance.choice((0, end - begin)) :]


KINDS: tuple[Callable[[bytes, bytes, Random], bytes], ...] = (
    *(_flipped, _noise, _cut_out, _doubled, _zeroed, _cut_off, _spliced),
    *(_other_length, _other_length, _other_word, _other_word),
)
