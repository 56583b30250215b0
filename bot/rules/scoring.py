"""What answers come to: satisfaction on 5, the NPS, and who was served badly or means to buy."""

from collections.abc import Collection, Iterable
from typing import Final

from bot.rules.cases.priority import at_least
from bot.rules.patterns import Lazy
from bot.rules.surveys.parts import Answer, Question
from bot.rules.zh.text import LIMIT, plain

JUDGED_TOPICS: Final = frozenset({"vehicle", "service", "recommend"})
PROMOTER, PASSIVE = 9, 7
"""From which of 0 to 10 on: somebody who would recommend, somebody who would not say a thing."""


def points(question: Question, answer: Answer) -> float | None:
    """One answer on 5; None where it judges nothing.

    A score is itself, 0–10 is spread over 1–5, and yes and no are 5 and 1, the worse being what
    the question calls low.
    """
    if answer.value is None or question.topic not in JUDGED_TOPICS:
        return None
    if question.kind == "score":
        return float(min(max(answer.value, 1), 5))
    if question.kind == "nps":
        return 1 + min(max(answer.value, 0), 10) * 0.4
    if question.kind == "yes_no" and len(question.low) == 1:
        return 1.0 if answer.value in question.low else 5.0
    return None


def satisfaction(answered: Iterable[tuple[Question, Answer]]) -> float | None:
    """The mean of `points`, from 1 to 5; None where nothing was judged."""
    found = [given for pair in answered if (given := points(*pair)) is not None]
    return sum(found) / len(found) if found else None


def nps_of(scores: Collection[int]) -> int | None:
    """Promoters (9–10) less detractors (0–6), in percent of all: −100 to 100. None of none.

    Halves are rounded away from zero, as they are by hand.
    """
    if not scores:
        return None
    promoters = sum(score >= PROMOTER for score in scores)
    detractors = sum(score < PASSIVE for score in scores)
    return nps_from(promoters, detractors, len(scores))


def nps_from(promoters: int, detractors: int, all_of_them: int) -> int:
    """The same from counts; `all_of_them` is more than 0."""
    lead = promoters - detractors
    whole = (200 * abs(lead) + all_of_them) // (2 * all_of_them)
    return whole if lead >= 0 else -whole


def low_reason(question: Question, answer: Answer) -> str:
    """Why an answer is one of a customer who was served badly, for staff; "" where it is not."""
    asked = f"“{question.text}”"
    if answer.value is not None and answer.value in question.low:
        shown = question.label(answer.value)
        return f"{asked}打了{shown}" if question.kind != "yes_no" else f"{asked}答“{shown}”"
    named = [question.label(code) for code in answer.choices if code in question.low]
    if named:
        return f"{asked}选了“{'、'.join(named)}”"
    if complains(answer.words) or at_least("normal", answer.words) == "urgent":
        return f"{asked}说了：{answer.words}"
    return ""


def means_to_buy(question: Question, answer: Answer) -> bool:
    """Whether the answer is one that makes a lead."""
    return answer.among(question.lead)


_COMPLAINT: Final = Lazy(
    r"投诉|举报|曝光|12315|消费者协会|消协|维权|起诉|差评|一星|律师函|找律师|找媒体|骗|忽悠|被坑|坑[人我爹钱]|黑心|黑店|宰[客人我]|"
    r"(?:[太很真好特挺最更这那]|非常|有点儿?|有些|比较|实在|确实|这么|那么)差(?!不多|别|点|一点|异|价|距|几|[0-9])|差劲|差得(?:很|要命|远)|"
    r"(?:服务|质量|手艺|技术|效率|体验|卫生)[^,;.!?不没]{0,3}差(?!不多|别|点|一点|异|价|距|几|[0-9])|态度[^,;.!?没]{0,4}(?:(?<!不)差|恶劣|冷淡|傲慢|不好|不行|有问题)|恶劣|垃圾(?!桶|袋|站|箱|车|分类|清)|"
    r"什么破|破店|破车|烂店|[太真]烂|糟糕|糟透|气死|很?生气|火大|恼火|气愤|愤怒|失望|寒心|"
    r"不负责|推卸|推诿|敷衍|糊弄|踢皮球|推来推去|没人(?:管|理|接待|回复|接电话)|不理人|爱[答搭]不理|不管不问|"
    r"不(?:是?太|怎么|很|大|够|是很)?满意|不满(?!意|[0-9一二两三四五六七八九十百千万半])|"
    r"[没未](?:有)?(?:修|处理|解决|弄|做|洗|装)(?:好|干净|到位)|[没未](?:有)?(?:得到)?解决|"
    r"修(?:了)?[几两三四五六2-9好多]+[次回]|越修越|修坏|弄坏|刮花|划伤|"
    r"说话不算|不守信|不兑现|承诺[^,;.!?]{0,6}(?:没|不)|乱收费|多收[了我费钱]|偷换|以次充好|强制消费|强买|"
    r"受不了|忍无可忍|不像话|太过分|不靠谱|再也不[来去会]|不会再[来去]|退(?:钱|款|车)|赔(?:偿|我|钱)|不怎么样|不专业"
)
_DENIED: Final = Lazy(
    r"(?<!不能)(?<!不得)(?<!不可)"
    r"(?:没(?!想到|料到|法|办法)|不(?!仅|但|只|止|光|得不|能不|可不|知|料|过|管)|未|非(?!常)|别|无(?!语))"
    r"(?:有|是|会|想|要|让|我|人|感|到|觉得|什么|啥|太|怎么|那么|算|至于|再|用|打算|很|特别|任何|过|半点|一点|必|地方|可|上)*$"
)
_OVERLAP: Final = 50


def complains(text: str) -> bool:
    """Whether the words are those of a complaint; what is denied (没有不满意) is none."""
    step = LIMIT - _OVERLAP
    return any(
        _complains(plain(text[at : at + LIMIT]).text) for at in range(0, max(len(text), 1), step)
    )


def _complains(said: str) -> bool:
    return any(not _DENIED.search(said[: hit.start()]) for hit in _COMPLAINT.finditer(said))
