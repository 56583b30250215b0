"""What goes wrong, said as RFC 9457 problem details: a kind, a status, words, and fields."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.errors import CheyuError

MEDIA = "application/problem+json"

KINDS: Mapping[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "unauthorized": (401, "A valid key is needed"),
    "forbidden": (403, "The key may not do this"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "This address does not take that method"),
    "timeout": (408, "The body did not arrive in time"),
    "conflict": (409, "What is there stands against it"),
    "precondition-failed": (412, "It has changed since you read it"),
    "too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "The body is of a kind that is not taken here"),
    "unprocessable": (422, "It is well formed but cannot be true"),
    "too-many-requests": (429, "The key asks too often"),
    "internal": (500, "Something went wrong on our side"),
    "unavailable": (503, "Not now; try again"),
}
"""slug → status, title. A kind's `type` is its slug as a URN: it does not change."""

_BY_STATUS = {status: kind for kind, (status, _) in KINDS.items()}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field and what is wrong with it; `chinese` where staff may have to read it."""

    field: str
    problem: str
    chinese: str = ""

    def shown(self) -> dict[str, str]:
        words = {"field": self.field, "problem": self.problem}
        return {**words, "problem_zh": self.chinese} if self.chinese else words


class Problem(CheyuError):
    """Ends a request: `kind` is one of KINDS, `detail` says what to do.

    `unread`: what is left of the body is not read, so the connection ends too.
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        *,
        unread: bool = False,
    ) -> None:
        super().__init__(detail or kind)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.unread = unread

    @property
    def status(self) -> int:
        return KINDS[self.kind][0]

    def response(self, request_id: str) -> web.Response:
        status, title = KINDS[self.kind]
        body: dict[str, object] = {
            "type": f"urn:cheyu:problem:{self.kind}",
            "title": title,
            "status": status,
            "request_id": request_id,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [error.shown() for error in self.errors]
        response = web.Response(
            status=status,
            body=json.dumps(body, ensure_ascii=False).encode(),
            content_type=MEDIA,
            headers=self.headers,
        )
        if self.unread:
            response.force_close()
        return response


def of_http(refused: web.HTTPException) -> Problem:
    """aiohttp's own refusal (no such route, method, size) as ours."""
    kind = _BY_STATUS.get(refused.status, "malformed" if refused.status < 500 else "internal")
    kept = {name: refused.headers[name] for name in ("Allow",) if name in refused.headers}
    return Problem(kind, headers=kept)
