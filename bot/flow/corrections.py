"""返回, 取消, 跳过, 改…: how people correct themselves in any conversation."""

import re

from bot.flow.heard import Heard
from bot.flow.row import WAS, keep_answer, picked
from bot.flow.store import TalkRow
from bot.flow.telling import LEAVING, parts_of
from bot.flow.turn import TurnWork
from bot.rules.openings import match_opening
from bot.rules.wording import plain

_LEAVE = (
    "取消|退出|结束|算了|(?:先|暂时)?不(?:办|弄|约|做|要|用|绑|改|预约|想约|想办|想弄)|"
    "改天再说|下次再说|以后再说|再说"
)
_MANNERS = "吧|了|啊|呢|哈|啦|那|就|我|先|要|想|谢谢|麻烦|请"
BACK = {
    "返回", "上一步", "返回上一步", "后退", "退回", "回上一步", "退回上一步", "回到上一步",
    "点错了", "刚才点错了", "我点错了", "按错了", "选错了", "打错了", "刚才选错了", "刚才按错了",
}  # fmt: skip
SKIP = {"跳过", "略过", "不填", "没有了"}
_NONE = re.compile(
    r"(?:我?是?新车|(?:还|暂时|目前|现在|我|就|先)*(?:没|无|未|不想|不方便|不需要|不用|不留|不给|不告诉|不说|保密|别给?我?打).{0,6})"
)
_CHANGE = re.compile(
    r"^\s*(?:请|帮我|给我|我想|我要|想|要|可以|可不可以|能不能|能|那|还是|要不|麻烦|再)*\s*"
    r"(?:改一下|改成|改为|改到|改回|改|换一下|换成|换到|换回|换|修改|更改|变更)(?:一下|下)?\s*(.*)$",
    re.DOTALL,
)
_CALLED = {
    "个日子": "日期", "日子": "日期", "一天": "日期", "个时间": "时间", "个点": "时间",
    "家店": "门店", "个店": "门店", "店": "门店", "服务": "项目", "个项目": "项目",
    "辆车": "车辆", "台车": "车辆", "手机": "电话", "号码": "电话", "车牌号": "车牌",
}  # fmt: skip
"""What else customers call a question."""
_FIRST = re.compile(
    r"(?:等等|等一?等|等一?下|等会儿?|稍等|且慢|慢着|别急|那|我|还是|想|要|不)*先(?!不)(?:帮我|给我|让我|来|去|办)?(.{2,8}?)(?:吧|一下|好了|啊|呢)*"
)
"""等等，先评价: in the middle of something else."""
_KEYWORD = 0.95  # the name of a conversation, or another word for it
_TYPED = ("FreeText", "Words", "Since", "Wish")  # 没人接待 is an answer to these
_ENDING = re.compile("(?:吧|吗|呢|行吗|好吗|可以吗)+$")
_TRAILING = {"", "吧", "吗", "号", "一下", "可以吗", "行吗", "好吗"}


def leaves(text: str) -> bool:
    """Whether nothing was said but that it shall end."""
    said = plain(text)
    whole = re.fullmatch(rf"(?:{_LEAVE}|{_MANNERS})+", said)
    return whole is not None and re.search(_LEAVE, said) is not None


def flow_named(work: TurnWork, text: str) -> str | None:
    """The conversation whose very name this is, also behind 等等，先…."""
    said = plain(text)
    known = work.conversations.by_plain_name.get(said)
    first = _FIRST.fullmatch(said) if known is None else None
    if first is None:
        return known
    found = match_opening(first[1])
    sure = found is not None and found.score >= _KEYWORD and not found.rest
    return found.intent if found and sure and found.intent in work.conversations.by_name else None


def _line_shown(work: TurnWork) -> str:
    """The shown line that was meant by its number or words; '' where it was none."""
    row = work.row
    if row is None or row.asking is None:
        return ""
    found = picked(row.asking, Heard(work.incoming.text, work.now))
    labels = [label for key, label, _ in row.asking["shown"] if found and key == found.kept]
    return str(labels[0]) if labels else ""


async def corrections(work: TurnWork) -> bool:
    """返回, 取消, 跳过, 改…: only while something is open. A shown line is what it says."""
    row = work.row
    if row is None or not work.incoming.worded:
        return False
    line = _line_shown(work)
    text = plain(line or work.incoming.text)
    if not line and leaves(text):
        if await asked_once_more(work):
            return True
        kept = work.flow.keeps if work.flow else ""
        work.answer.say(kept or f"好的，“{row.flow}”先不办了，没有任何改动。需要时随时叫我。")
        await work.end(row, "left")
        return True
    if text in BACK:
        await _step_back(work)
        return True
    if text in SKIP or _has_none(row, text):
        return await _skip(work)
    return await _change(work, line or work.incoming.text)


async def asked_once_more(work: TurnWork) -> bool:
    """Who has told us something and says 算了 is asked once whether it shall be as if unsaid."""
    row, flow = work.row, work.flow
    if row is None or flow is None or not flow.gathers or LEAVING in row.answers:
        return False
    if not parts_of(row, flow.gathers):
        return False
    row.answers[LEAVING] = {"v": None, "n": 0, "of": ""}
    row.asking = None
    await work.go_on()
    return True


def _has_none(row: TalkRow, text: str) -> bool:
    """没上牌, 还没有, 不想留: skips what may be skipped, where no own words are asked for."""
    asking = row.asking
    if asking is None or not asking["optional"] or asking.get("kind") in _TYPED:
        return False
    return _NONE.fullmatch(text) is not None


async def _step_back(work: TurnWork) -> None:
    row = work.row
    if row is None:
        return
    if await _as_it_was(work):
        return
    asked = {n: e for n, e in row.answers.items() if not n.startswith("once:")}
    if not asked:
        work.ask_again("已经是第一步了；不办了请说“取消”。")
        return
    last = max(asked, key=lambda name: asked[name]["n"])
    _forget(work, last)
    row.asking = None
    await work.go_on()


async def _as_it_was(work: TurnWork) -> bool:
    """返回 after 改日期 without a new one: the answer stays what it was."""
    row = work.row
    was = row.answers.pop(f"{WAS}{row.asking['name']}", None) if row and row.asking else None
    if row is None or row.asking is None or was is None:
        return False
    row.answers[row.asking["name"]] = was
    row.asking = None
    await work.go_on()
    return True


async def _skip(work: TurnWork) -> bool:
    row = work.row
    if row is None or row.asking is None:
        return False
    if not row.asking["optional"]:
        telling = row.asking.get("kind") == "Telling"
        work.ask_again("没有要补充的，就点“说完了”。" if telling else "这一项不能跳过哦。")
        return True
    keep_answer(row, row.asking["name"], None, row.asking["of"])
    await work.go_on()
    return True


async def _change(work: TurnWork, text: str) -> bool:
    """改日期, 改日期 周日, 日期改成周日, or 改 alone (then: which?)."""
    row = work.row
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
    meant = _CALLED.get(plain(text), plain(text))
    if meant in names and row.asking is not None and row.asking["name"] == "确认":
        await change_to(work, meant, "")  # 想改哪一项？诉求
        return True
    match = _CHANGE.match(text)
    if match is None or flow_named(work, text):
        return False
    rest = match[1].strip()
    bare = _ENDING.sub("", plain(rest))
    if row.asking is not None and _CALLED.get(bare, bare) == row.asking["name"]:
        work.ask_again("下面这些都可以：" if row.asking["shown"] else "")
        return True
    called = [(name, name) for name in names]
    called += [(word, name) for word, name in _CALLED.items() if name in names]
    for word, name in sorted(called, key=lambda pair: len(pair[0]), reverse=True):
        if rest.startswith(word):
            value = re.sub(r"^[\s，,到成为]+", "", rest[len(word) :])
            await change_to(work, name, "" if plain(value) in _TRAILING else value)
            return True
    if not rest and names:
        work.ask_again("想改哪一项？可以说" + "".join(f"“改{name}”" for name in names) + "。")
        return True
    return False


def _forget(work: TurnWork, name: str) -> None:
    """Drop an answer, and do not take it again from what was said before."""
    row = work.row
    if row is None:
        return
    row.answers.pop(f"{WAS}{name}", None)
    row.answers.pop(name, None)
    row.answers.pop("确认", None)
    for heard in row.heard:
        if name not in heard["used"]:
            heard["used"].append(name)


async def change_to(work: TurnWork, name: str, text: str) -> None:
    """Another answer for `name`: the one in `text`, or asked for anew."""
    row = work.row
    if row is None:
        return
    was = row.answers.get(name)
    _forget(work, name)
    if text.strip():
        row.asking = {"name": name, "n": 0, "text": "", "shown": [], "optional": False, "of": ""}
        if await work.go_on(Heard(text, work.now)):
            return
        work.answer.say("没听明白想改成什么，请再说一次。")
    row.asking = None
    if was is not None:
        row.answers[f"{WAS}{name}"] = was
    await work.go_on()
