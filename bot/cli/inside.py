"""The database of an installation, for commands that work beside a running server."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.errors import StaffError
from bot.settings import Settings
from storage.db import opened
from storage.evidence_files import use_folder
from storage.migrate import pending
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from storage.secrets import use_keys


def settle_memory() -> None:
    """For a process that lives long: what is loaded stays, and is not looked through for rubbish.

    Python's own habit of looking after every 700 new objects costs a busy server a sixth of its
    time; nearly all of ours are let go without it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@asynccontextmanager
async def in_account(settings: Settings) -> AsyncIterator[None]:
    """The database, open, on the newest schema, with the keys and the account in force."""
    await newest_schema(settings)
    use_keys(settings.secret_key.get_secret_value())
    use_folder(Path(settings.media_dir))
    async with opened(settings.database_url):
        with account_scope(await ensure_account(settings.wechat_app_id)):
            yield


async def newest_schema(settings: Settings) -> None:
    """Refuse to work on an older schema."""
    if todo := await pending(settings.database_url):
        raise StaffError(
            f"数据库结构还差{len(todo)}步升级。", "请先运行 cheyu migrate，再重新启动。"
        )
