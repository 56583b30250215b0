"""`cheyu demo` as a newcomer meets it: two commands, a browser, a car owner's thumb.

The README's pictures are made here: `CHEYU_TEST_PICTURES=1 make test` writes them anew.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests import chromium

HERE = Path(__file__).parent


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@asynccontextmanager
async def running_demo(data: Path) -> AsyncIterator[str]:
    """The demo as a process of its own; the phone's address."""
    port, phone = free_port(), free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "demo", "--data", str(data)),
        *("--port", str(port), "--phone-port", str(phone)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        assert line, said
        said += line.decode()
    assert f"http://127.0.0.1:{phone}/" in said
    try:
        yield f"http://127.0.0.1:{phone}"
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0


class Thumb:
    """Counts what a person does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    async def line(self, words: str) -> None:
        self.taps += 1
        await self.page.get_by_test_id("line").filter(has_text=words).last.click()

    async def button(self, name: str) -> None:
        self.taps += 1
        await self.page.get_by_test_id(name).click()

    async def sends(self, text: str) -> None:
        """Typing and sending counts as one."""
        self.taps += 1
        await self.page.get_by_test_id("input").fill(text)
        await self.page.get_by_test_id("send").click()

    async def reads(self, words: str) -> None:
        await expect(self.page.get_by_test_id("bubble").last).to_contain_text(words)

    async def menu(self, parent: str, item: str) -> None:
        """A sub menu is opened and tapped: two."""
        self.taps += 2
        await self.page.get_by_test_id("menu-parent").filter(has_text=parent).click()
        await self.page.get_by_test_id("menu-button").filter(has_text=item).click()


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with running_demo(tmp_path / "demo") as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        await page.goto(f"{address}/?openid=oDemo0001")
        yield page
        await browser.close()


async def picture(page: Page, name: str) -> None:
    """Into the README's folder when asked for; taken and thrown away otherwise."""
    wanted = os.environ.get("CHEYU_TEST_PICTURES")
    shot = await page.screenshot(path=HERE / f"{name}.png" if wanted else None)
    assert shot.startswith(b"\x89PNG")


async def follow_again(page: Page, thumb: Thumb) -> None:
    """Leave, and come back by following: the first tap."""
    await page.get_by_test_id("more").click()
    await page.get_by_test_id("unfollow").click()
    await page.get_by_test_id("more").click()
    await thumb.button("follow")


async def test_a_known_customer_needs_six_taps_from_following_to_a_number(page: Page) -> None:
    thumb = Thumb(page)
    await follow_again(page, thumb)
    await thumb.reads("王女士")
    await thumb.menu("预约", "预约保养")
    await thumb.reads("哪天方便")
    await thumb.line("后天")
    await thumb.reads("几点到店")
    await page.get_by_test_id("line").last.click()
    thumb.taps += 1
    await thumb.reads("请确认")
    await thumb.line("确认")
    await thumb.reads("预约号 A")
    assert thumb.taps <= 6
    panel = page.frame_locator('[data-testid="panel"]')
    await expect(panel.get_by_test_id("booking").first).to_contain_text("京A12345")
    await picture(page, "desk")


async def test_a_stranger_needs_nine(page: Page) -> None:
    thumb = Thumb(page)
    await page.get_by_test_id("new-follower").click()
    await page.get_by_test_id("follow-name").fill("新客户")
    await thumb.button("follow-send")
    await thumb.reads("欢迎")
    await thumb.line("预约保养")
    await thumb.reads("哪家店")
    await thumb.line("城南店")
    await thumb.line("首保")
    await thumb.reads("哪天方便")
    await thumb.line("后天")
    await thumb.reads("几点到店")
    await page.get_by_test_id("line").last.click()
    thumb.taps += 1
    await thumb.reads("手机号")
    await thumb.sends("13700000009")
    await thumb.reads("车牌")
    await thumb.sends("京C55555")
    await thumb.reads("请确认")
    await thumb.line("确认")
    await thumb.reads("预约号 A")
    assert thumb.taps <= 9


async def test_one_sentence_and_a_confirmation(page: Page) -> None:
    thumb = Thumb(page)
    await thumb.sends("周六上午十点给京A12345做个保养")
    await thumb.reads("请确认")
    await thumb.line("确认")
    await thumb.reads("预约号 A")
    assert thumb.taps == 2


async def test_everything_is_there_on_a_narrow_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 375, "height": 800})
    thumb = Thumb(page)
    await thumb.sends("预约保养")
    await thumb.reads("哪天方便")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == 375
    await picture(page, "phone")


async def test_the_demo_is_reached_by_its_own_machine_only(page: Page) -> None:
    """Another site's page must not be able to speak for the customer."""
    address = page.url.split("?")[0].rstrip("/")
    async with aiohttp.ClientSession() as session:
        refused = await session.post(
            f"{address}/sandbox/say",
            json={"openid": "oDemo0001", "text": "预约保养"},
            headers={"Origin": "http://elsewhere.example"},
        )
        assert refused.status == 403
