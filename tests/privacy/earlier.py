"""The migrations as they were before one of them."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import storage.migrations


@contextmanager
def migrations_before(number: str, folder: Path) -> Iterator[str]:
    """The package of those that came before `number` (0008), made in `folder`."""
    name = f"earlier_{abs(hash(folder))}"
    place = folder / name
    place.mkdir()
    for file in Path(*storage.migrations.__path__).glob("*.py"):
        if file.name < number:
            shutil.copy(file, place / file.name)
    (place / "__init__.py").touch()
    sys.path.insert(0, str(folder))
    try:
        yield name
    finally:
        sys.path.remove(str(folder))
        for module in [m for m in sys.modules if m.split(".")[0] == name]:
            del sys.modules[module]
