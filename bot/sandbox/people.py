"""Who follows the account, with the tags and remarks the platform keeps about them."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.errors import ApiError

TAGS, TAGS_EACH, TAG_BATCH, TAG_NAME = 100, 20, 50, 30
REMARK_BYTES, PAGE = 30, 10_000
BLACK_BATCH, BLACK_PAGE = 20, 1000
_OPENID = re.compile(r"o[A-Za-z0-9_-]{27}")
SYSTEM_TAGS = {0, 1, 2}


@dataclass
class Follower:
    """A WeChat user. `name` and `note` are the sandbox's own labels; the API never tells them.

    `receives` False: receiving is switched off (48002). `blocks`: notices are taken and not shown
    (failed:user block). `refused`: ids of templates switched off (43101). `closed`: the WeChat
    account is no more.
    """

    openid: str
    name: str = ""
    note: str = ""
    subscribed: bool = False
    subscribed_at: int = 0
    came_by: str = "ADD_SCENE_SEARCH"
    scene: str = ""
    remark: str = ""
    tags: list[int] = field(default_factory=list)
    blacklisted: bool = False
    receives: bool = True
    blocks: bool = False
    refused: list[str] = field(default_factory=list)
    closed: bool = False


class People:
    """Followers in the order they came, and the tags."""

    def __init__(self) -> None:
        self.all: dict[str, Follower] = {}
        self.tags: dict[int, str] = {}
        self._next_tag = 100

    def get(self, openid: object) -> Follower:
        """Raises ApiError 40003 for an openid that is not of this account."""
        if not isinstance(openid, str) or openid not in self.all:
            raise ApiError(40003)
        return self.all[openid]

    def own(self, openid: object) -> Follower:
        """Like `get`, where the platform tells another account's openid (49003) from none (40003)."""
        if isinstance(openid, str) and _OPENID.fullmatch(openid) and openid not in self.all:
            raise ApiError(49003)
        return self.get(openid)

    def blacklist(self, openids: object, *, on: bool) -> None:
        """Put at most 20 people on the account's blacklist, or take them off; all or none."""
        if not isinstance(openids, list) or not 1 <= len(openids) <= BLACK_BATCH:
            raise ApiError(40032)
        for person in [self.own(one) for one in openids]:
            person.blacklisted = on

    def restore_tags(self, tags: dict[int, str]) -> None:
        self.tags = tags
        self._next_tag = max([self._next_tag, *(tag + 1 for tag in tags)])

    def know(self, openid: str) -> Follower:
        return self.all.setdefault(openid, Follower(openid))

    def follow(self, openid: str, now: datetime, came_by: str, scene: str = "") -> Follower:
        person = self.know(openid)
        person.subscribed = True
        person.subscribed_at = int(now.timestamp())
        person.came_by, person.scene = came_by, scene
        return person

    def followers(self) -> list[str]:
        return [one.openid for one in self.all.values() if one.subscribed]

    def info(self, openid: object) -> dict[str, object]:
        """user/info: no nickname, picture or sex since December 2021."""
        person = self.get(openid)
        if not person.subscribed:
            return {"subscribe": 0, "openid": person.openid}
        number = int(person.scene) if person.scene.isdigit() else 0
        return {
            "subscribe": 1,
            "openid": person.openid,
            "language": "zh_CN",
            "subscribe_time": person.subscribed_at,
            "remark": person.remark,
            "groupid": person.tags[0] if person.tags else 0,
            "tagid_list": list(person.tags),
            "subscribe_scene": person.came_by,
            "qr_scene": number,
            "qr_scene_str": "" if number else person.scene,
        }

    def add_tag(self, name: object, *, tag: int | None = None) -> int:
        """Create a tag, or rename `tag`. Raises 45157, 45158, 45056, 45058, 45159."""
        if not isinstance(name, str) or not name or name in self.tags.values():
            raise ApiError(45157)
        if len(name) > TAG_NAME:
            raise ApiError(45158)
        if tag is None:
            if len(self.tags) >= TAGS:
                raise ApiError(45056)
            tag, self._next_tag = self._next_tag, self._next_tag + 1
        else:
            self.known_tag(tag)
        self.tags[tag] = name
        return tag

    def known_tag(self, tag: object) -> int:
        if tag in SYSTEM_TAGS:
            raise ApiError(45058)
        if not isinstance(tag, int) or tag not in self.tags:
            raise ApiError(45159)
        return tag

    def drop_tag(self, tag: object) -> None:
        del self.tags[self.known_tag(tag)]
        for person in self.all.values():
            person.tags = [one for one in person.tags if one != tag]

    def tag(self, openids: object, tag: object, *, on: bool) -> None:
        """Tag or untag at most 50 people; all or none."""
        if not isinstance(openids, list) or not 1 <= len(openids) <= TAG_BATCH:
            raise ApiError(40032)
        known = self.known_tag(tag)
        people = [self.own(one) for one in openids]
        if any(not one.subscribed for one in people):
            raise ApiError(49003)
        if on and any(len(p.tags) >= TAGS_EACH and known not in p.tags for p in people):
            raise ApiError(45059)
        for person in people:
            person.tags = [one for one in person.tags if one != known] + ([known] if on else [])

    def tagged(self, tag: object) -> list[str]:
        known = self.known_tag(tag)
        return [one.openid for one in self.all.values() if one.subscribed and known in one.tags]

    def set_remark(self, openid: object, remark: object) -> None:
        if not isinstance(remark, str) or len(remark.encode()) >= REMARK_BYTES:
            raise ApiError(40092)
        self.get(openid).remark = remark


def page(openids: list[str], after: str, most: int = PAGE) -> tuple[list[str], str]:
    """At most `most` openids after `after`, and the next_openid (empty when nothing came)."""
    start = openids.index(after) + 1 if after in openids else 0
    if after and after not in openids:
        raise ApiError(40003)
    part = openids[start : start + most]
    return part, part[-1] if part else ""
