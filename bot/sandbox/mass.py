"""Mass sends as the platform keeps them (WeChat docs: batch sends)."""

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.sandbox.chat import Bubble
from bot.sandbox.errors import ApiError
from bot.sandbox.quotas import beijing_day

A_MONTH = 4
LEAST, MOST = 2, 10_000
ID_BYTES = 32
ID_LIFE, ID_REST = timedelta(hours=24), timedelta(minutes=1)
CONFIRM_WITHIN = timedelta(minutes=30)
JOBS = 2000
State = Literal["SENDING", "SEND_SUCCESS", "SEND_FAIL", "DELETE"]


@dataclass
class Job:
    """`people` is empty once the job ran. `waits`: for the administrator's yes."""

    msg_id: int
    people: list[str]
    bubble: Bubble
    client_id: str
    state: State = "SENDING"
    waits: bool = False
    err: str = ""
    total: int = 0
    filtered: int = 0
    sent: int = 0
    errors: int = 0


class Mass:
    """`takes`: how long a job runs, by the clock. `confirm`: the administrator is asked before
    every job (the platform's API protection; which jobs it asks for is not documented)."""

    def __init__(self) -> None:
        self.jobs: OrderedDict[int, Job] = OrderedDict()
        self.takes = timedelta(0)
        self.confirm = False
        self.speed = 0
        self._err: list[str] = []
        self._month = ""
        self._got: Counter[str] = Counter()
        self._everybody: list[str] = []
        self._ids: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def next(self, err: str, *, times: int = 1) -> None:
        """The next jobs end so: `err(10001)`, or `send fail`."""
        self._err += [err] * times

    def claim(self, client_id: str, msg_id: int, now: datetime) -> None:
        """Note a job's clientmsgid. Raises ApiError 45067, 45066, 45065 (with its msg_id)."""
        if len(client_id.encode()) > ID_BYTES:
            raise ApiError(45067)
        before = self._ids.get(client_id)
        if before and timedelta(0) <= now - before[1] < ID_LIFE:
            if now - before[1] < ID_REST:
                raise ApiError(45066)
            raise ApiError(45065, msg_id=before[0])
        self._ids[client_id] = msg_id, now
        self._ids.move_to_end(client_id)
        while now - next(iter(self._ids.values()))[1] > ID_LIFE:
            self._ids.popitem(last=False)

    def begin(self, people: Sequence[str], bubble: Bubble, client_id: str, msg_id: int) -> Job:
        err = self._err.pop(0) if self._err else ""
        job = Job(msg_id, list(people), bubble, client_id, waits=self.confirm, err=err)
        job.total = len(job.people)
        self.jobs[msg_id] = job
        while len(self.jobs) > JOBS:
            self.jobs.popitem(last=False)
        return job

    def job(self, msg_id: object) -> Job:
        """Raises ApiError 40059."""
        number = int(msg_id) if isinstance(msg_id, str) and msg_id.isdigit() else msg_id
        if not isinstance(number, int) or number not in self.jobs:
            raise ApiError(40059)
        return self.jobs[number]

    def may(self, openid: str, now: datetime) -> bool:
        """Whether a person may get one more this calendar month; it is counted if so."""
        self._turn(now)
        if self._got[openid] >= A_MONTH:
            return False
        self._got[openid] += 1
        return True

    def got(self, openid: str, now: datetime) -> int:
        """Mass messages this person got this month."""
        self._turn(now)
        return self._got[openid]

    def to_everybody(self, now: datetime) -> None:
        """One a day and four a month to all. Raises ApiError 45028."""
        day = beijing_day(now)
        month = [one for one in self._everybody if one[:7] == day[:7]]
        if day in month or len(month) >= A_MONTH:
            raise ApiError(45028)
        self._everybody = [*month, day]

    def _turn(self, now: datetime) -> None:
        month = beijing_day(now)[:7]
        if month != self._month:
            self._month = month
            self._got.clear()


def default_id(audience: str, content: str) -> str:
    """The clientmsgid of a call that has none: the same to the same people is the same."""
    return hashlib.md5(f"{audience}\n{content}".encode(), usedforsecurity=False).hexdigest()
