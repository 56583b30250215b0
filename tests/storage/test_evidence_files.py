"""Sealed files: nothing in clear on the disk, nothing exchanged, nothing half written."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import StaffError
from storage import evidence_files
from storage.scope import account_scope
from storage.secrets import use_keys
from tests.people import SECRET

PICTURE = b"\xff\xd8\xff\xe0 a scratched door"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    evidence_files.use_folder(tmp_path / "media")
    with account_scope(1):
        yield tmp_path / "media"
    use_keys(SECRET)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_was_sent_comes_back_and_is_hidden(folder: Path) -> None:
    name = await evidence_files.put(PICTURE)
    assert await evidence_files.put(PICTURE) == name
    assert await evidence_files.opened(name) == PICTURE
    [file] = files(folder)
    assert b"scratched" not in file.read_bytes()
    assert file.name == name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in files(folder)} == {0o700}


async def test_a_file_that_was_exchanged_or_changed_does_not_open(folder: Path) -> None:
    first, second = await evidence_files.put(PICTURE), await evidence_files.put(PICTURE + b"!")
    by_name = {path.name: path for path in files(folder)}
    one, other = by_name[first], by_name[second]
    one.write_bytes(other.read_bytes())
    with pytest.raises(StaffError):
        await evidence_files.opened(first)
    other.write_bytes(other.read_bytes()[:-1] + b"?")
    with pytest.raises(StaffError):
        await evidence_files.opened(second)


async def test_another_account_opens_nothing_of_ours(folder: Path) -> None:
    name = await evidence_files.put(PICTURE)
    [file] = files(folder)
    with account_scope(2):
        with pytest.raises(StaffError, match="not there"):
            await evidence_files.opened(name)
        theirs = folder / "2" / name[:2] / name
        theirs.parent.mkdir(parents=True)
        theirs.write_bytes(file.read_bytes())
        with pytest.raises(StaffError):
            await evidence_files.opened(name)


async def test_what_is_removed_is_gone() -> None:
    name = await evidence_files.put(PICTURE)
    assert await evidence_files.names() == [name]
    assert await evidence_files.there([name, "0" * 64]) == {name}
    assert await evidence_files.remove(name)
    assert not await evidence_files.remove(name)
    assert await evidence_files.names() == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63])
async def test_only_a_hash_is_a_name(name: str) -> None:
    with pytest.raises(StaffError, match="no file's name"):
        await evidence_files.opened(name)


async def test_a_write_that_fails_leaves_nothing(folder: Path) -> None:
    name = await evidence_files.put(PICTURE)
    [file] = files(folder)
    file.unlink()
    file.mkdir()  # nothing can be put in its place
    (file / "in the way").touch()
    with pytest.raises(OSError, match="directory"):
        await evidence_files.put(PICTURE)
    assert [path.name for path in files(folder)] == ["in the way"]
    assert name


async def test_keys_rotate_with_the_database() -> None:
    old = await evidence_files.put(PICTURE)
    with account_scope(2):
        elsewhere = await evidence_files.put(b"#!AMR\n")
    use_keys(f"a newer key,{SECRET}")
    new = await evidence_files.put(PICTURE + b"!")
    assert await evidence_files.renew() == (2, [])
    assert await evidence_files.renew() == (0, [])
    use_keys("a newer key")
    assert await evidence_files.opened(old) == PICTURE
    assert await evidence_files.opened(new) == PICTURE + b"!"
    with account_scope(2):
        assert await evidence_files.opened(elsewhere) == b"#!AMR\n"


async def test_a_file_that_no_key_opens_is_named(folder: Path) -> None:
    name = await evidence_files.put(PICTURE)
    use_keys("another key altogether")
    assert await evidence_files.renew() == (0, [f"file {name[:12]}"])
    assert len(files(folder)) == 1
