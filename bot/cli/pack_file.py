"""投诉材料 as one file: a page to read, the media beside it, and a manifest to check them by.

    T000012.zip
        说明.html          what happened, what was promised, every clock
        凭证/12-照片.jpg   each as the customer sent it
        manifest.json      sha256 and size of every other file

The same complaint at the same moment gives the same bytes: entries bear no time of their own.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from jinja2 import Environment, FileSystemLoader

from bot.cli.case_words import KEPT, MEDIA, about_lines, actor_name, event_words, moment
from bot.rules.cases.amends import event_name
from bot.rules.cases.words import CLOCK_STATES, CLOCKS
from bot.rules.media_types import ENDINGS
from bot.rules.promises import promises
from storage.queries.cases.timeline import Said
from storage.queries.cases.whole import Whole
from storage.queries.evidence.collecting import Item

Opened = Callable[[Item], Awaitable[bytes | None]]
"""The content of one piece of evidence; None: its file cannot be had."""

PAGE: Final = "说明.html"
MANIFEST: Final = "manifest.json"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_PRIVATE: Final = 0o600 << 16
_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parents[2] / "templates" / "console"),
    autoescape=True,
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes in. `messages` None: not for who packs it; so is the evidence where not `media`."""

    found: Whole
    messages: list[Said] | None
    media: bool
    now: datetime


@dataclass(slots=True)
class Packed:
    """What went in: name → sha256 and size; `missing`: evidence whose file could not be had."""

    files: dict[str, tuple[str, int]] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)


async def write(target: Path, contents: Contents, opened: Opened) -> Packed:
    """Readable by nobody but who asked; one file of media is in memory at a time.

    Written beside `target` and moved there when it is whole.
    """
    part = target.with_name(f"{target.name}.part")
    part.touch(mode=0o600)
    packed, names = Packed(), dict[str, str]()
    try:
        with ZipFile(part, "w") as archive:
            for item in contents.found.evidence:
                content = await opened(item)
                if content is None:
                    packed.missing[item.id] = _why(item)
                    continue
                names[item.media_id] = name = _name(item)
                _put(archive, packed, name, content, ZIP_STORED)
            _put(archive, packed, PAGE, _page(contents, names, packed).encode(), ZIP_DEFLATED)
            manifest = _manifest(contents, packed)
            archive.writestr(_entry(MANIFEST, ZIP_DEFLATED), manifest)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return packed


def _name(item: Item) -> str:
    ending = ENDINGS.get(item.mime, "bin")
    return f"凭证/{item.id}-{MEDIA.get(item.kind, item.kind)}.{ending}"


def _why(item: Item) -> str:
    if item.state == "kept":
        return "文件打不开"
    return f"{KEPT[item.state]}{f'：{item.why}' if item.why else ''}"


def _entry(name: str, how: int) -> ZipInfo:
    entry = ZipInfo(name, _EPOCH)
    entry.compress_type, entry.external_attr, entry.create_system = how, _PRIVATE, 3
    return entry


def _put(archive: ZipFile, packed: Packed, name: str, content: bytes, how: int) -> None:
    archive.writestr(_entry(name, how), content)
    packed.files[name] = (sha256(content).hexdigest(), len(content))


def _manifest(contents: Contents, packed: Packed) -> bytes:
    case = contents.found.case
    files = [
        {"name": name, "sha256": digest, "size": size}
        for name, (digest, size) in sorted(packed.files.items())
    ]
    missing = [{"evidence": key, "why": why} for key, why in sorted(packed.missing.items())]
    said = {"case": case.number, "rev": case.rev, "files": files, "missing": missing}
    return json.dumps(said, ensure_ascii=False, indent=2).encode() + b"\n"


def _page(contents: Contents, names: Mapping[str, str], packed: Packed) -> str:
    found, zone = contents.found, contents.found.case.recorded_at.tzinfo
    told = [(one.kind, one.at, one.actor, one.words) for one in found.events]
    template = _environment(found.case.recorded_at).get_template("case_pack.html")
    return template.render(
        case=found.case,
        zone=_called(zone),
        as_of=contents.now if any(not clock.ended for clock in found.clocks) else None,
        about=about_lines(found.case),
        clocks=found.clocks,
        promises=promises(told, zone),
        events=found.events,
        messages=contents.messages,
        compensations=found.compensations,
        measures=found.measures,
        evidence=found.evidence if contents.media else None,
        links=found.links,
        files=names,
        missing=packed.missing,
    )


def _called(zone: tzinfo | None) -> str:
    return str(zone)


def _environment(like: datetime) -> Environment:
    """The page's words and times, on the wall of the complaint's store."""
    filters: dict[str, Callable[..., Any]] = {
        "at": lambda at: moment(at, like),
        "actor": actor_name,
        "event": event_name,
        "said": event_words,
        "clock": CLOCKS.__getitem__,
        "clock_state": CLOCK_STATES.__getitem__,
        "media": lambda kind: MEDIA.get(kind, kind),
    }
    pages = _PAGES.overlay()
    pages.filters = {**_PAGES.filters, **filters}
    return pages
