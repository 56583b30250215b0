"""What customers sent, as sealed files outside the database, named by the hash of their content.

    use_folder(Path("var/media"))
    sha256 = await put(content)          # the same content again is the same file
    content = await opened(sha256)       # StaffError: it is not there, or no key opens it

A file is the name of its key on a line, and the content sealed under it with account and name beside
it: one that was moved or exchanged does not open. Folders and files are their owner's alone.
"""

import asyncio
import os
import secrets
from collections.abc import Iterable, Iterator
from hashlib import sha256 as digest
from pathlib import Path

from bot.errors import ConfigError, StaffError
from storage.scope import account_id
from storage.secrets import first_key, seal_bytes, unseal_bytes

_LENGTH = 64


class _Place:
    """Where the files lie; of the process, as keys are."""

    __slots__ = ("folder",)

    def __init__(self) -> None:
        self.folder: Path | None = None


_place = _Place()


def use_folder(folder: Path) -> None:
    """From now on files are kept there."""
    _place.folder = folder


def name_of(content: bytes) -> str:
    """What its file is called."""
    return digest(content).hexdigest()


async def put(content: bytes) -> str:
    """Keep it sealed; its name."""
    name = name_of(content)
    await asyncio.to_thread(_write, _path(name), name, content, account_id())
    return name


async def opened(name: str) -> bytes:
    """The content. StaffError: it is not there, or cannot be opened."""
    return await asyncio.to_thread(_read, _path(name), name, account_id())


async def remove(name: str) -> bool:
    """False: there was none."""
    return await asyncio.to_thread(_remove, _path(name))


async def there(wanted: Iterable[str]) -> set[str]:
    """Which of these files there are."""
    paths = [_path(name) for name in wanted]
    return await asyncio.to_thread(lambda: {path.name for path in paths if path.is_file()})


async def names() -> list[str]:
    """Every file of the account."""
    return await asyncio.to_thread(lambda: [path.name for path in _files(_root())])


async def renew() -> tuple[int, list[str]]:
    """Seal anew what the first key did not write, of every account; how many were, which cannot be."""
    done, stuck = 0, list[str]()
    for path in await asyncio.to_thread(lambda: list(_files(_folder(), "*/??/*"))):
        outcome = await asyncio.to_thread(_renewed, path)
        done += outcome is True
        stuck += [f"file {path.name[:12]}"] if outcome is None else []
    return done, stuck


def _folder() -> Path:
    if _place.folder is None:
        raise ConfigError("CHEYU_MEDIA_DIR", "is not in force", "Call use_folder first.")
    return _place.folder


def _root() -> Path:
    return _folder() / str(account_id())


def _path(name: str) -> Path:
    if len(name) != _LENGTH or not set(name) <= set("0123456789abcdef"):
        raise StaffError(f"{name[:_LENGTH]!r} is no file's name.", "It is 64 hexadecimal digits.")
    return _root() / name[:2] / name


def _files(root: Path, pattern: str = "??/*") -> Iterator[Path]:
    return (path for path in sorted(root.glob(pattern)) if len(path.name) == _LENGTH)


def _beside(name: str, account: int) -> str:
    return f"evidence/{account}/{name}"


def _write(path: Path, name: str, content: bytes, account: int) -> None:
    """All of it or nothing: written beside and then put in its place."""
    for folder in (path.parents[2], path.parents[1], path.parents[0]):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(seal_bytes(_beside(name, account), content))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _read(path: Path, name: str, account: int) -> bytes:
    try:
        kept = path.read_bytes()
    except FileNotFoundError:
        raise StaffError(
            f"The file {name[:12]} is not there.", "Restore CHEYU_MEDIA_DIR from the backup."
        ) from None
    return unseal_bytes(_beside(name, account), kept)


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _renewed(path: Path) -> bool | None:
    """True: it was. None: it cannot be. A file that is swept meanwhile stays away."""
    name, account = path.name, int(path.parents[1].name)
    try:
        if path.read_bytes().startswith(first_key().prefix.encode()):
            return False
        _write(path, name, _read(path, name, account), account)
    except FileNotFoundError:
        return False
    except StaffError:
        return None
    return True
