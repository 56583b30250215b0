"""The page in a real Chromium, as wide as a desk and as narrow as a phone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import FilePayload, Page, async_playwright, expect

from bot.clock import clock
from bot.sandbox import api_templates
from bot.sandbox.api import make_app
from bot.sandbox.world import World
from tests import chromium
from tests.sandbox.conftest import WANG
from tests.sandbox.toy import JSON_BODY, Toy, text

LINE = '哪天方便？\n<a href="weixin://bizmsgmenu?msgmenucontent=周六&msgmenuid=9">1. 周六</a>'
MENU: list[dict[str, Any]] = [
    {"name": "预约服务", "sub_button": [{"type": "click", "name": "预约保养", "key": "BOOK"}]},
    {"name": "我的爱车", "type": "click", "key": "MY_CARS"},
]


@pytest.fixture(params=[1280, 375])
async def page(request: pytest.FixtureRequest, world: World, toy: Toy) -> AsyncIterator[Page]:
    world.menu = MENU
    toy.inner = text(LINE)
    errors: list[str] = []
    async with TestServer(_product()) as product, async_playwright() as playwright:
        panels = [("今日预约", str(product.make_url("/day")))]
        async with TestServer(make_app(world, panels)) as server:
            browser = await playwright.chromium.launch(
                executable_path=chromium.find(),
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            page = await browser.new_page(viewport={"width": request.param, "height": 800})
            page.on("pageerror", lambda error: errors.append(str(error)))
            await page.goto(str(server.make_url("/")))
            yield page
            width = await page.evaluate("document.documentElement.scrollWidth")
            await browser.close()
    assert (errors, width) == ([], request.param)


def _product() -> web.Application:
    async def day(_request: web.Request) -> web.Response:
        return web.Response(text="<p>10:00 京A12345</p>", content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/day", day)])
    return app


async def test_a_talk_in_the_browser(page: Page, world: World, toy: Toy) -> None:
    bubbles = page.get_by_test_id("bubble")
    await expect(page.get_by_test_id("openid-picker")).to_have_value(WANG)
    await page.get_by_test_id("input").fill("预约保养")
    await page.get_by_test_id("input").press("Enter")
    await page.get_by_test_id("line").click()
    await expect(bubbles).to_have_count(4)
    await expect(bubbles.nth(2)).to_contain_text("周六")
    assert toy.got[-1]["bizmsgmenuid"] == "9"

    await page.get_by_test_id("menu-parent").click()
    await page.get_by_test_id("menu-button").get_by_text("预约保养").click()
    await expect(bubbles).to_have_count(5)
    assert toy.got[-1]["EventKey"] == "BOOK"

    photo: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": b"png"}
    await page.get_by_test_id("photo").set_input_files([photo])
    await expect(bubbles).to_have_count(7)
    toy.bodies = [JSON_BODY]
    await page.get_by_test_id("input").fill("坏了")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("unavailable")).to_contain_text("出现故障，请稍后再试")


async def test_a_newcomer_the_traffic_and_the_clock(page: Page, world: World, toy: Toy) -> None:
    await page.get_by_test_id("new-follower").click()
    await page.get_by_test_id("follow-name").fill("赵六")
    await page.get_by_test_id("follow-scene").fill("store_3")
    await page.get_by_test_id("follow-send").click()
    await expect(page.get_by_test_id("bubble")).to_have_count(1)
    assert toy.got[-1]["EventKey"] == "qrscene_store_3"
    panel = page.frame_locator("[data-testid=panel]")
    await expect(panel.locator("p")).to_have_text("10:00 京A12345")

    await page.get_by_test_id("tab-store").press("ArrowRight")
    await page.get_by_test_id("exchange").first.locator("summary").click()
    await expect(page.get_by_test_id("exchange").first).to_contain_text("qrscene_store_3")
    await page.get_by_test_id("tab-clock").click()
    await page.get_by_test_id("clock-morning").click()
    await expect(page.get_by_test_id("clock")).to_contain_text("2026年12月2日")


async def test_a_week_passes_and_shows_who_got_what(page: Page, world: World, toy: Toy) -> None:
    world.add_follower("oLi", "李娜")
    template = world.templates.choose("60103")
    values = dict(template.keys)
    world.put(WANG, api_templates.card(world, template, values, "https://x.example/a"))
    world.ledger.note(WANG, clock.now(), "template", template.title, data=values)
    for openid in (WANG, "oLi"):
        world.ledger.note(openid, clock.now(), "mass", "中秋安康", msg_id=7)
    card = page.get_by_test_id("card")
    await expect(card).to_contain_text("车牌号")
    await expect(card.get_by_role("link")).to_have_attribute("href", "https://x.example/a")
    await page.get_by_test_id("tab-clock").click()
    rows = page.get_by_test_id("pushed-row")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("2 位")
    await page.get_by_test_id("only-me").check()
    await expect(rows.first).to_contain_text("王芳")
    await expect(page.get_by_test_id("counts")).to_contain_text("模板 1 · 客服 0 · 群发 2")
    await page.get_by_test_id("clock-week").click()
    await expect(page.get_by_test_id("clock")).to_contain_text("2026年12月8日")
    await expect(page.get_by_test_id("journey")).to_be_hidden()
    await page.get_by_test_id("clock-year").click()
    await expect(page.get_by_test_id("clock")).to_contain_text("2027年12月8日", timeout=120_000)
    await expect(page.locator(".stamp").first).to_contain_text("2026年12月1日")
    await page.get_by_test_id("clock-to").fill("2026-12-03T09:00")
    await page.get_by_test_id("clock-go").click()
    await expect(page.get_by_test_id("clock")).to_contain_text("2026年12月3日")


async def test_a_person_takes_over(page: Page, world: World, toy: Toy) -> None:
    toy.inner = "<MsgType>transfer_customer_service</MsgType>"
    await page.get_by_test_id("input").fill("人工")
    await page.get_by_test_id("send").click()
    await page.get_by_test_id("agent-input").fill("我是小李")
    await page.get_by_test_id("agent-send").click()
    await expect(page.get_by_test_id("bubble").last).to_contain_text("我是小李")
    await page.get_by_test_id("session-close").click()
    await expect(page.get_by_test_id("agent-form")).to_be_hidden()
    await page.get_by_test_id("more").click()
    await page.get_by_test_id("unfollow").click()
    await page.get_by_test_id("input").fill("还在吗")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("没有关注")
