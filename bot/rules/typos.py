"""How far a short text is from a keyword, in slips of a Chinese keyboard.

A wrong character of the same sound costs half, two swapped neighbours or one doubled or dropped
character cost one; any other wrong character makes another word (预约保险 is not 预约保养).
"""

from typing import Final

from bot.rules.zh.text import NUMERALS

_SOUNDS: Final = (
    "预与予于玉语雨育遇", "约月越悦跃阅乐", "保报宝爆堡饱抱", "养样洋氧羊扬仰", "取曲去娶", "消销小笑肖校效",
    "绑帮邦棒榜膀", "定订丁顶盯钉锭", "人仁任认忍", "工公功攻弓宫供共", "改盖", "帮邦绑", "助住注主祝柱著",
    "我窝握卧沃", "的得地滴底", "爱哎碍艾", "车车扯彻", "评平屏凭苹", "价加佳驾假架", "投头偷透", "诉速素苏述",
    "进近尽劲", "度渡肚", "友有又由油右", "会汇回惠", "名明命鸣", "试是事式市是世", "驾架价假", "退推腿",
    "确却缺", "认人任", "候后厚", "补不布部步", "期其七奇齐", "是时", "预顶", "末未", "人入", "工土", "诉拆",
)  # fmt: skip
_SOUND_OF: Final[dict[str, frozenset[int]]] = {
    sign: frozenset(n for n, group in enumerate(_SOUNDS) if sign in group)
    for group in _SOUNDS
    for sign in group
}
FAR: Final = 9.0


def slip_cost(said: str, keyword: str) -> float:
    """0 for equal texts, at most 1 for one slip (or two of sound), FAR for anything else."""
    if said == keyword:
        return 0
    if len(said) == len(keyword):
        return min(_by_sound(said, keyword), 1 if _swapped(said, keyword) else FAR)
    # two-sign words lie too close to others for a lost or extra sign
    if len(keyword) < 4:
        return FAR
    if len(said) == len(keyword) + 1:
        return 1 if _doubled(said, keyword) else FAR
    return 1 if len(said) == len(keyword) - 1 and _lost(said, keyword) else FAR


def _by_sound(said: str, keyword: str) -> float:
    cost = 0.0
    for sign, meant in zip(said, keyword, strict=True):
        if sign != meant:
            alike = _SOUND_OF.get(sign, frozenset()) & _SOUND_OF.get(meant, frozenset())
            cost += 0.5 if alike else FAR
    limit = 0.5 if len(keyword) == 2 else 1
    return cost if cost <= limit else FAR


def _swapped(said: str, keyword: str) -> bool:
    different = [i for i, sign in enumerate(said) if sign != keyword[i]]
    if len(different) != 2 or different[1] != different[0] + 1:
        return False
    first = different[0]
    return len(keyword) > 2 and said[first : first + 2] == keyword[first : first + 2][::-1]


def _doubled(said: str, keyword: str) -> bool:
    return any(
        said[:i] + said[i + 1 :] == keyword and (said[i] in NUMERALS or said[i] == said[i - 1])
        for i in range(1, len(said))
    )


def _lost(said: str, keyword: str) -> bool:
    return any(keyword[:i] + keyword[i + 1 :] == said for i in range(len(keyword)))
