"""返回, 取消, 跳过, 改…: how people correct themselves in any conversation."""

import re

from bot.flow.heard import Heard
from bot.flow.row import keep_answer, picked
from bot.flow.turn import TurnWork
from bot.rules.wording import plain

LEAVE = {"取消", "退出", "不办了", "不弄了", "结束"}
BACK = {"返回", "上一步", "返回上一步", "后退", "退回", "回上一步"}
SKIP = {"跳过", "略过", "不填", "没有了"}
_CHANGE = re.compile(
    r"^\s*(?:请|帮我|我想|我要|想)?\s*(?:改一下|改成|改|换一下|换|修改|更改|变更)(?:一下)?\s*(.*)$",
    re.DOTALL,
)


def flow_named(work: TurnWork, text: str) -> str | None:
    """The conversation whose very name this is."""
    wanted = plain(text)
    return next((name for name in work.conversations.names if plain(name) == wanted), None)


def _label_of_number(work: TurnWork) -> str:
    """What a bare number stands for in the open question, else the text itself."""
    text = work.incoming.text
    row = work.row
    if row is not None and row.asking is not None and plain(text).isdecimal():
        found = picked(row.asking, Heard(text, work.now))
        for key, label, _ in row.asking["shown"]:
            if found is not None and key == found.kept:
                return str(label)
    return text


async def corrections(work: TurnWork) -> bool:
    """返回, 取消, 跳过, 改…: only while something is open."""
    row = work.row
    text = plain(_label_of_number(work))
    if row is None:
        return False
    if text in LEAVE:
        work.answer.say("好的，已经取消，什么都没有改动。需要时随时叫我。")
        await work.end(row, "left")
        return True
    if text in BACK:
        await _step_back(work)
        return True
    if text in SKIP:
        return await _skip(work)
    return await _change(work)


async def _step_back(work: TurnWork) -> None:
    row = work.row
    if row is None:
        return
    asked = {n: e for n, e in row.answers.items() if not n.startswith("once:")}
    if not asked:
        work.ask_again("已经是第一步了；不办了请说“取消”。")
        return
    last = max(asked, key=lambda name: asked[name]["n"])
    _forget(work, last)
    row.asking = None
    await work.go_on()


async def _skip(work: TurnWork) -> bool:
    row = work.row
    if row is None or row.asking is None:
        return False
    if not row.asking["optional"]:
        work.ask_again("这一项不能跳过哦。")
        return True
    keep_answer(row, row.asking["name"], None, row.asking["of"])
    await work.go_on()
    return True


async def _change(work: TurnWork) -> bool:
    """改日期, 改日期 周日, 日期改成周日, or 改 alone (then: which?)."""
    row = work.row
    text = _label_of_number(work)
    if row is None:
        return False
    names = [name for name in row.answers if not name.startswith("once:")]
    for name in names:
        found = re.match(
            rf"^\s*{re.escape(name)}\s*(?:改成|改为|改到|改|换成|换)\s*(.*)$", text, re.DOTALL
        )
        if found:
            await change_to(work, name, found[1])
            return True
    match = _CHANGE.match(text)
    if match is None or flow_named(work, text):
        return False
    rest = match[1].strip()
    for name in sorted(names, key=len, reverse=True):
        if rest.startswith(name):
            await change_to(work, name, re.sub(r"^[\s，,到成为]+", "", rest[len(name) :]))
            return True
    if not rest and names:
        work.ask_again("想改哪一项？请说“改" + "”“改".join(names) + "”。")
        return True
    return False


def _forget(work: TurnWork, name: str) -> None:
    """Drop an answer, and do not take it again from what was said before."""
    row = work.row
    if row is None:
        return
    row.answers.pop(name, None)
    row.answers.pop("确认", None)
    for heard in row.heard:
        if name not in heard["used"]:
            heard["used"].append(name)


async def change_to(work: TurnWork, name: str, text: str) -> None:
    row = work.row
    if row is None:
        return
    _forget(work, name)
    if not text.strip():
        row.asking = None
        await work.go_on()
        return
    row.asking = {"name": name, "n": 0, "text": "", "shown": [], "optional": False, "of": ""}
    if not await work.go_on(Heard(text, work.now)):
        row.asking = None
        await work.go_on()
