"""Photos, voice notes and videos: asked for while the platform has them, and whose they are."""

from collections.abc import Sequence
from functools import partial

from bot.flow import Talk
from bot.flow.telling import Part
from storage.queries.evidence import collecting as evidence
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Rating

_KEPT = ("image", "voice", "video", "shortvideo")


async def keep_media(talk: Talk, part: Part) -> int | None:
    """A photo, voice or video is fetched from now on, whatever becomes of the conversation."""
    if part.kind not in _KEPT:
        return None
    return await evidence.want(part.media_id, part.kind, talk.customer.id, talk.now)


def media_of(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.media_id and part.kind in _KEPT)


async def all_media(talk: Talk, name: str) -> tuple[Part, ...]:
    """What was sent for `name`, and the voice notes that answered the other questions."""
    for part in talk.spoken:
        await talk.once(part.media_id, partial(keep_media, talk, part), of=part.media_id)
    return media_of([*talk.told(name), *talk.spoken])


async def belongs(talk: Talk, media: Sequence[Part], case_id: int) -> None:
    """What was sent is this complaint's; what came last may not have been asked for before."""
    for part in media:
        await evidence.want(part.media_id, part.kind, talk.customer.id, talk.now, case_id=case_id)


async def let_go_of(talk: Talk, name: str) -> None:
    """What was sent for something that is not to be recorded belongs to nothing."""
    sent = media_of([*talk.told(name), *talk.spoken])
    await evidence.drop([part.media_id for part in sent])


async def keep_spoken(talk: Talk, rating: Rating) -> None:
    """Voice notes that were understood as answers are kept like those that were not."""
    for part in talk.spoken:
        await rating_has(talk, rating, part.kind, part.media_id)


async def rating_has(talk: Talk, rating: Rating, kind: str, media_id: str) -> None:
    """A photo or a voice note of this rating, once."""

    async def keep() -> bool:
        await ratings.put_media(rating.id, media_id, kind, talk.customer.id, talk.now)
        return True

    await talk.once(f"附件 {media_id}", keep, of=media_id)
