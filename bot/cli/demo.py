"""`cheyu demo`: a dealership and a local WeChat on one machine, to be talked to in a browser."""

import asyncio
import json
import secrets
import shutil
import socket
import string
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.app import Parts, assembled, logs, panel, web_app
from bot.app.book import StoredBook
from bot.cli.chosen_templates import choose_templates
from bot.cli.demo_colleague import colleague_on_the_phone
from bot.cli.running import listening, until_stopped
from bot.clock import clock
from bot.errors import ConfigError
from bot.jobs.scheduler import Jobs
from bot.sandbox.account import Account
from bot.sandbox.api import make_app
from bot.sandbox.world import World
from bot.settings import Settings, load
from handlers import MENU
from storage.demo import fill
from storage.migrate import migrate
from storage.scope import account_scope


@click.command()
@click.option("--fresh", is_flag=True, help="Forget everything and start over.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8080,
    show_default=True,
    help="The dealership's server.",
)
@click.option(
    "--phone-port",
    type=click.IntRange(1, 65535),
    default=8081,
    show_default=True,
    help="The phone in the browser.",
)
@click.option("--data", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True,
              help="Where the demo keeps its data.")  # fmt: skip
def demo(fresh: bool, port: int, phone_port: int, data: Path) -> None:
    """An embedded dealership with a phone in the browser. No WeChat account needed."""
    logs.set_up("WARNING", "console")
    for option, wanted in (("--port", port), ("--phone-port", phone_port)):
        _free(option, wanted)  # before anything of a demo that runs already is touched
    _room(data, fresh=fresh)
    asyncio.run(_demo(_settings(data, port, phone_port), data, phone_port))


def _free(option: str, port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as taken:
            wrong = f"cannot listen on 127.0.0.1:{port} ({taken.strerror})"
            raise ConfigError(option, wrong, "Choose a free port.") from None


def _room(data: Path, *, fresh: bool) -> None:
    """The directory for the data; a directory that is not a demo's is left alone."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        ours = (data / "account.json").exists() or not any(data.iterdir())
    except OSError as refused:
        wrong = f"{data} cannot be used ({refused.strerror})"
        raise ConfigError("--data", wrong, "Name a directory that can be written.") from None
    if not ours:
        wrong = f"{data} holds something else than a demo"
        raise ConfigError("--data", wrong, "Name a new or empty directory.")
    if fresh:
        shutil.rmtree(data)
        data.mkdir()


def _settings(data: Path, port: int, phone_port: int) -> Settings:
    """An account of its own, made up once and kept beside the data."""
    kept = data / "account.json"
    if not kept.exists():
        letters = string.ascii_letters + string.digits
        made = {
            "secret_key": secrets.token_urlsafe(32),
            "wechat_app_id": "wx" + secrets.token_hex(8),
            "wechat_app_secret": secrets.token_hex(16),
            "wechat_token": secrets.token_hex(8),
            "wechat_aes_key": "".join(secrets.choice(letters) for _ in range(43)),
        }
        kept.write_text(json.dumps(made, indent=1))
        kept.chmod(0o600)
    try:
        account = dict(json.loads(kept.read_text()))
    except ValueError:
        raise ConfigError("--data", f"{kept} cannot be read", "Start over with --fresh.") from None
    return load(
        **account,
        database_url=f"sqlite://{data / 'cheyu.db'}",
        media_dir=str(data / "media"),
        host="127.0.0.1",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        wechat_api_url=f"http://127.0.0.1:{phone_port}",
        log_level="WARNING",
    )


async def _demo(settings: Settings, data: Path, phone_port: int) -> None:
    await migrate(settings.database_url)
    account = Account(
        settings.wechat_app_id,
        settings.wechat_app_secret.get_secret_value(),
        settings.wechat_token.get_secret_value(),
        settings.wechat_aes_key.get_secret_value(),
    )
    world = World(account, f"{settings.public_url}/wechat", state_file=data / "wechat.json")
    async with assembled(settings) as parts, world:
        with account_scope(parts.account):
            for follower in await fill(clock.now()):
                world.add_follower(follower.openid, follower.name, follower.note)
            colleague = await colleague_on_the_phone(world, clock.now())
        jobs = Jobs(parts.chores.table(), StoredBook(parts.account))

        async def after_clock() -> None:
            await parts.chores.everything(clock.now())

        product = web_app(parts)
        product.add_routes(panel.routes(parts.account, ZoneInfo(settings.timezone)))
        pages = f"{settings.public_url}/demo"
        panels = [
            ("门店预约", f"{pages}/bookings"),
            ("跟踪与发件：为什么", f"{pages}/touches?openid={{openid}}"),
        ]
        phone = make_app(world, panels, after_clock=after_clock)
        async with (
            listening(product, settings.host, settings.port, "--port"),
            listening(phone, settings.host, phone_port, "--phone-port"),
        ):
            jobs.start()
            try:
                with account_scope(parts.account):
                    await choose_templates(world, parts.client, clock.now())
                await _open_doors(parts, settings, phone_port, colleague)
                await until_stopped()
            finally:
                await jobs.stop()


async def _open_doors(parts: Parts, settings: Settings, phone_port: int, colleague: str) -> None:
    await parts.client.menu_create({"button": MENU})
    click.echo(
        f"""
  车语 Cheyu is open.

  The phone (talk as a car owner)   http://127.0.0.1:{phone_port}/
  The dealership's server           {settings.public_url}/healthz

  Pick 王芳 on the phone and say: 周六上午十点做保养, or tap 评价 and a score
{colleague}
  Ctrl-C closes; the data stays. `cheyu demo --fresh` starts over.
"""
    )
