"""What somebody answers to a question of a survey in their own words: 五分, 挺满意的, 没有, 家里和单位."""

import re
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.surveys.parts import NO, YES, Answer, Question
from bot.rules.wording import plain
from bot.rules.zh.numbers import to_int

_NUMBER: Final = Lazy(
    r"(?<![0-9.])([0-9]{1,2}|[零一二两三四五六七八九十]{1,2})(?![0-9.])(?:分|星|颗星|份|points?|stars?)?"
)
_AROUND: Final = Lazy(
    r"(?:我|就|给|打|是|选|那|评|大概|差不多|满分|吧|了|的|啊|呀|哦|嗯|个|谢谢|可以|都)*"
)
_FEELINGS: Final[tuple[tuple[int, Lazy], ...]] = (
    (1, Lazy(r"(?:非常|很|特别|极|极其|十分|太)不?(?:满意|好)?(?:差|糟|烂)|(?:非常|很|特别|极其|十分)不(?:满意|好|行)|差评|最差|最低")),
    (2, Lazy(r"不(?:太|怎么|是很|大|够)?(?:满意|好|行)|较差|差劲|有点差|偏低|^(?:差|烂|垃圾|不咋地|不咋样|不怎么样)$")),
    (3, Lazy(r"一般|还行|凑合|马马虎虎|过得去|普通|中等")),
    (5, Lazy(r"(?:非常|很|特别|十分|超|相当|挺|最)(?:的)?(?:满意|好|棒|赞|快)|完美|满分|好评|最高|没得说|没话说|👍|棒")),
    (4, Lazy(r"满意|不错|还好|可以|好")),
)  # fmt: skip
_NAMED: Final = Lazy(r"[^0-9不没别]{1,6}([1-5])分(?!钟)[^0-9]{0,4}")
"""态度1分: what the score is for stands before it."""
_NOT: Final = Lazy(
    r"(?:不是|没有|没|不|否|无|差远|差很多|差得远|差多了|差不少|不对|不行|不会|不清楚|没弄|no).*"
)
_NEARLY: Final = Lazy(r"差不多|没问题|没什么区别|没差|不差|没区别")
_YES: Final = Lazy(r"(?:是|对|有|嗯|恩|好|行|可以|符合|会|清楚|明白|修好|都|一样|能|yes|ok|满意).*")
_VAGUE: Final = Lazy(
    r"(?:我|也|都|就)*(?:不知道|不清楚|不记得了?|忘了|说不(?:清|上来|好)|没注意|没印象|不好说|没有|都有|都一样|都久|都慢|每一?步都.{1,2}|哪(?:一步|里|儿)?都.{1,2}|全都?.{1,2})(?:吧|啊|呀|了|呢)*"
)
_NO_PLAN: Final = Lazy(
    r"(?:我|们|家里|暂时|目前|现在|都|也|还|就)*(?:不考虑|没考虑|没打算|不打算|不换|没想过|不想换|没有|不会|不变|没变化|没计划|没有计划|no)(?:换车?|呢|啊|吧|了|的)*"
)
_OTHER: Final = "other"
_SPLIT: Final = Lazy(r"[，,、/;；\s和跟与]+|还有|以及")
SHORT: Final = 7
"""Signs up to which words are taken for nothing but an answer."""


def read_answer(question: Question, text: str) -> Answer | None:
    """The answer in `text`; None: it is something else. Free text is whatever was said."""
    words = text.strip()
    if not words:
        return None
    if question.kind in {"text", "photo"}:
        return Answer(words=words)
    if question.kind in {"score", "nps"}:
        value = _score(question, plain(words))
        return None if value is None else Answer(value)
    if question.kind == "yes_no":
        value = _yes_or_no(plain(words))
        return None if value is None else Answer(value)
    codes = _codes(question, words)
    if question.kind == "choice":
        codes = codes if len(codes) == 1 else _none_of_them(question, words)
    return Answer(choices=codes) if codes else None


def _none_of_them(question: Question, words: str) -> tuple[str, ...]:
    """说不清, 都有: somebody who names none of them is not asked for ever; 不考虑 is 暂时不变."""
    if _NO_PLAN.fullmatch(plain(words)):
        return tuple(one.code for one in question.choices if one.label.startswith("暂时不"))[:1]
    return (_OTHER,) if _OTHER in question.known and _VAGUE.fullmatch(plain(words)) else ()


def _score(question: Question, words: str) -> int | None:
    """A number with nothing but manners around it; a feeling, for one on five."""
    found = list(_NUMBER.finditer(words))
    numbers = {to_int(hit[1]) for hit in found}
    if len(numbers) == 1 and found:
        rest = words[: found[0].start()] + words[found[-1].end() :]
        value = numbers.pop()
        if _AROUND.fullmatch(rest) and value in question.known:
            return value
    named = _NAMED.fullmatch(words) if question.kind == "score" else None
    if named is not None:
        return int(named[1])
    # 一般般 and 十分满意 begin with what is no number there
    counted = any(hit[1].isascii() for hit in found)
    if counted or question.kind != "score" or len(words) > SHORT:
        return None
    return next((score for score, felt in _FEELINGS if felt.search(words)), None)


def _yes_or_no(words: str) -> int | None:
    if len(words) > SHORT:
        return None
    if _NEARLY.search(words):
        return YES
    if _NOT.match(words):
        return NO
    return YES if _YES.match(words) else None


def _codes(question: Question, words: str) -> tuple[str, ...]:
    """The lines that are named, by their words or numbers: 1 3, 家里和单位."""
    parts = [part for part in re.split(_SPLIT.compiled(), words) if part]
    found: list[str] = []
    for part in parts:
        number = to_int(part.rstrip(".．"))
        if number is not None and 1 <= number <= len(question.choices):
            found.append(question.choices[number - 1].code)
            continue
        said = plain(part)
        found += [
            one.code
            for one in question.choices
            if said and (plain(one.label) in said or (len(said) > 1 and said in plain(one.label)))
        ]
    return tuple(dict.fromkeys(found))
