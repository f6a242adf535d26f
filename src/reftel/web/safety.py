"""What holds of every answer: nothing may run in a page that is not ours, nothing leaves it, nothing is kept of it."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reftel.web.envelope import Fault, Refusal, as_json

LONGEST_ADDRESS = 8_000
LONGEST_BODY = 0  # no page takes one
TOGETHER = 200  # questions at once; more are told to come again
_FOR_AN_HOUR = "private, max-age=3600"  # what says nothing of what was read: style, script and pictures

POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-DNS-Prefetch-Control": "off",
}


class Safety:
    """Refuses what is too large, or asked under a name that is not this server's, and puts the headers on every answer.

    `hosts` are the names it may be asked under, empty for any: a page elsewhere may make a browser take its own name for
    this machine's address, and would read the archive under it.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...] = ()) -> None:
        self._app, self._hosts = app, hosts
        self._asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or refuses."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                kept = scope["path"].startswith("/static/") and message["status"] in (200, 304)
                headers.setdefault("Cache-Control", _FOR_AN_HOUR if kept else "no-store")
            await send(message)

        refused = self._refused(scope)
        if refused is None:
            self._asked += 1
            try:
                await self._app(scope, receive, send_safely)
            finally:
                self._asked -= 1
            return
        status, fault = refused
        body = as_json(Refusal(fault))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send_safely({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _refused(self, scope: Scope) -> tuple[int, Fault] | None:
        if self._asked >= TOGETHER:
            return 503, Fault("busy", "too many ask at once", "ask again in a moment")
        headers = Headers(scope=scope)
        host = headers.get("host", "").rsplit(":", 1)[0] if "]" not in headers.get("host", "")[-1:] else headers["host"]
        if self._hosts and host.lower() not in self._hosts:
            return 400, Fault("bad-request", "this server is not called so", f"ask for {self._hosts[0]}")
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            return 400, Fault(
                "too-large", f"an address may have {LONGEST_ADDRESS:,} characters", "ask for less at once"
            )
        length = headers.get("content-length", "0")
        if (length.isdigit() and int(length) > LONGEST_BODY) or "transfer-encoding" in headers:
            return 413, Fault("too-large", "no page takes a body", "ask in the address")
        return None
