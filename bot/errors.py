"""Every error of the product, drawn as a tree.

    CheyuError
    ├── CustomerError      a customer can mend it: `say` is what the chat answers
    ├── StaffError         staff can mend it: `hint` says what to do
    ├── ConfigError        the installation is wrong: `setting` names it, `hint` mends it
    ├── Conflict           lost a race with another writer: run the turn again
    ├── BadCallback        what arrived at /wechat cannot be taken (4xx)
    │   └── BadSignature   … because it is not from the platform (403)
    └── WeChatError        the platform refused: `errcode`, `api`, `rid`
        └── WeChatUnclear  no answer, or none that can be read: it may or may not have happened

"Later" is a decision, not an error: rules return it. A flow pauses by `bot.flow.Pause`, which is
a BaseException and not part of this tree, so that no `except Exception` can eat it.
"""


class CheyuError(Exception):
    """The root: whatever the product raises on purpose."""


class CustomerError(CheyuError):
    """Something the customer can mend. `say` is sent to them as it is."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


class StaffError(CheyuError):
    """Something staff can mend. `hint` says what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what} {hint}")
        self.what = what
        self.hint = hint


class ConfigError(CheyuError):
    """A setting is missing or malformed. `setting` is its name, `hint` how to mend it."""

    def __init__(self, setting: str, problem: str, hint: str) -> None:
        super().__init__(f"{setting}: {problem}。{hint}")
        self.setting = setting
        self.problem = problem
        self.hint = hint


class Conflict(CheyuError):
    """Another writer was faster; the turn is run again on what is true now."""


class BadCallback(CheyuError):
    """A body that is not a WeChat callback. `status` is the HTTP status that says so."""

    status = 400

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class BadSignature(BadCallback):
    """Not signed with our token: not from the platform."""

    def __init__(self, reason: str = "the signature does not match") -> None:
        super().__init__(reason, status=403)


class WeChatError(CheyuError):
    """The platform refused a call. `bot.rules.errcodes` decides what to do about it."""

    def __init__(self, errcode: int, errmsg: str, api: str, rid: str = "") -> None:
        super().__init__(f"{api}: {errcode} {errmsg}")
        self.errcode = errcode
        self.errmsg = errmsg
        self.api = api
        self.rid = rid


class WeChatUnclear(WeChatError):
    """No readable answer (time-out, reset, 5xx, not JSON): the call may have had its effect."""

    def __init__(self, reason: str, api: str) -> None:
        super().__init__(-1, reason, api)
