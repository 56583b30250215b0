"""How a question looks: its words, then a numbered line for each option."""

from typing import Any

from bot.flow.reply import Answer, Line


def show_question(answer: Answer, talk_id: int, asking: dict[str, Any]) -> None:
    """Add the open question to the reply. Each line's tag is `talk.question`, both numbers."""
    answer.say(asking["text"])
    tag = f"{talk_id}.{asking['n']}"
    for number, (_, label, _aliases) in enumerate(asking["shown"], 1):
        answer.blocks.append(Line(f"{number}. {label}", label, tag))
    if asking["optional"]:
        answer.blocks.append(Line("跳过", "跳过", tag))
