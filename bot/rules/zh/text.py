"""Text as phones send it, made plain for the grammars without losing where each sign stood.

Full-width signs, traditional characters and typographic punctuation become one form, sign by
sign; spaces that carry nothing go. Every grammar works on the plain text and maps its spans back.
"""

from dataclasses import dataclass

NUMERALS = "〇零一二两三四五六七八九十廿卅"

# A stretch that was read already; no grammar matches it, and all take it for a boundary.
BLANK = "\x00"

# A wish stands near the beginning. What follows in a very long message is a story, and reading a
# bounded stretch keeps the cost of any message bounded.
LIMIT = 500

_TRADITIONAL = (
    "點点號号週周後后兩两禮礼時时間间個个們们約约預预養养過过來来開开這这幾几隨随機机車车換换"
    "輪轮檢检維维護护綁绑訂订評评價价訴诉駕驾幫帮進进會会報报聯联繫系電电話话興兴節节點点鐘钟"
    "遼辽雲云滬沪魯鲁蘇苏贛赣陝陕閩闽貴贵粵粤寧宁瓊琼學学領领掛挂還还麼么嗎吗無无們们從从當当"
    "認认確确絡络轉转變变動动為为樣样給给讓让說说問问題题應应該该記记錄录查查詢询請请謝谢晚晚"
)
_SIGNS = "。;，,、、！!？?；;：:（(）)【[】]～~〜~—-–-－-‐-‑-−-“\"”\"‘'’'…;·.•.・.｡;＋+"
_CIRCLED = "①1②2③3④4⑤5⑥6⑦7⑧8⑨9"
_GONE = (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFE0E, 0xFE0F, 0x00AD)


def _table() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table.update(dict.fromkeys(range(32), " ") | {0x7F: " ", 0xA0: " ", 0x3000: " "})
    for pairs in (_TRADITIONAL, _SIGNS, _CIRCLED):
        table.update({ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)})
    table.update(dict.fromkeys(_GONE, "\u200b"))
    return table


_TABLE = _table()
_DIGITS = frozenset("0123456789")
_COUNTING = _DIGITS | frozenset(NUMERALS)


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` is plain; `at[i]` is where its sign i stood in the text it was made from."""

    text: str
    at: tuple[int, ...] | None
    source: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the plain text, as a span of the source."""
        if self.at is None or end <= start:
            return start, end
        return self.at[start], self.at[end - 1] + 1


def plain(text: str) -> Plain:
    """A space stays between numbers or Latin words, and before a digit (保养 12.1); others go."""
    signs = text[:LIMIT].translate(_TABLE)
    if " " not in signs and "\u200b" not in signs:
        return Plain(signs, None, text)
    kept: list[str] = []
    at: list[int] = []
    gap = -1
    for i, sign in enumerate(signs):
        if sign == "\u200b":
            continue
        if sign == " ":
            gap = i if gap < 0 else gap
            continue
        if gap >= 0 and kept and _parts(kept[-1], sign):
            kept.append(" ")
            at.append(gap)
        gap = -1
        kept.append(sign)
        at.append(i)
    return Plain("".join(kept), tuple(at), text)


def _parts(left: str, right: str) -> bool:
    if right in _DIGITS or (left.isascii() and right.isascii() and left.isalnum()):
        return True
    return left in _COUNTING and (right in _COUNTING or right in "周星礼")


def blank(text: str, start: int, end: int) -> str:
    return text[:start] + BLANK * (end - start) + text[end:]
