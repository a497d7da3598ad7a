# SPDX-License-Identifier: Apache-2.0
"""Archives of packs, whatever is in them."""

import struct
import zipfile
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.handover.pack_archive import Member, checksums, is_pack, write_archive
from sheltermap.layers.digest import sha256

MADE = "2027-03-04T05:06:08Z"


def written(path: Path, *members: Member, made: str = MADE) -> Path:
    write_archive([*members, checksums(members)], path, made)
    return path


def test_members_are_in_the_order_of_their_names_and_of_the_time_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    one = Member("b/ā.txt", tmp_path / "a.txt", sha256(tmp_path / "a.txt"))
    two = Member.of_bytes("a.txt", b"two")
    once, again = (written(tmp_path / f"{n}.zip", *members) for n, members in enumerate(([one, two], [two, one])))
    assert once.read_bytes() == again.read_bytes() and is_pack(once)
    with zipfile.ZipFile(once) as archive:
        assert archive.namelist() == ["SHA256SUMS", "a.txt", "b/ā.txt"]
        assert {each.date_time for each in archive.infolist()} == {(2027, 3, 4, 5, 6, 8)}
        assert archive.read("b/ā.txt") == b"one"


@pytest.mark.parametrize("made", ["1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_a_time_that_an_archive_cannot_tell_is_its_first_one(tmp_path: Path, made: str) -> None:
    with zipfile.ZipFile(written(tmp_path / "a.zip", Member.of_bytes("a", b""), made=made)) as archive:
        assert archive.getinfo("a").date_time == (1980, 1, 1, 0, 0, 0)


def test_files_beyond_what_old_archives_hold_have_large_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large").write_bytes(bytes(5000))
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    members = [Member("large", tmp_path / "large", sha256(tmp_path / "large")), Member.of_bytes("small", b"1")]
    path = written(tmp_path / "a.zip", *members)
    assert is_pack(path)
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("large")
        head = path.read_bytes()[entry.header_offset :]
    assert struct.unpack("<HHQ", head[30 + len("large") :][:12]) == (1, 16, 5000)  # zip64: tag, length, size


def test_a_file_that_changes_while_it_is_packed_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("changed")
    member = Member("a.txt", tmp_path / "a.txt", Member.of_bytes("a.txt", b"as it was").sha256)
    with pytest.raises(sm.ReadError, match="was changed while it was packed"):
        written(tmp_path / "a.zip", member)


def test_what_is_damaged_is_no_pack(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", Member.of_bytes("a.txt", bytes(range(256)) * 40))
    whole = path.read_bytes()
    assert is_pack(path)
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at])
        assert not is_pack(path)
    stored = whole.index(b"a.txt") + 60  # amidst what is packed
    path.write_bytes(whole[:stored] + bytes([whole[stored] ^ 255]) + whole[stored + 1 :])
    assert not is_pack(path)
