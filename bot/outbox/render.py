"""What a queued message says, as texts that WeChat takes."""

import json

from bot.wechat.replies import parts, tap


def text(body: str) -> str:
    """The blocks of `body`, a line each. Raises ValueError if it is not a queued message.

    `body` is {"blocks": [text | [shown, says, tag], …], "hand_over": …} as JSON.
    """
    try:
        blocks = json.loads(body)["blocks"]
        return "\n".join(b if isinstance(b, str) else tap(*map(str, b)) for b in blocks)
    except (KeyError, TypeError, json.JSONDecodeError):
        raise ValueError("not a queued message") from None


def texts(body: str) -> list[str]:
    """`text`, cut to the length of a message. None at all: there is nothing to say."""
    return parts(text(body))
