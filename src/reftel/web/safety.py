"""What holds of every answer: nothing may run in a page that is not ours, nothing leaves it, nothing is kept of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reftel.web.envelope import Fault, Refusal, as_json

LONGEST_ADDRESS = 8_000
LONGEST_BODY = 0  # no page takes one; what may be posted to says how much it takes
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
    "Referrer-Policy": "same-origin",  # with none at all a browser would not say either that a form is of this server
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-DNS-Prefetch-Control": "off",
}
_LAID = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


class Safety:
    """Refuses what is too large, or asked under a name that is not this server's, and puts the headers on every answer.

    `hosts` are the names it may be asked under, empty for any: a page elsewhere may make a browser take its own name for
    this machine's address, and would read the archive under it. `bodies` are the addresses that can be posted to, and how
    many bytes each takes: only from a page of this server, as the browser itself tells, for a page elsewhere could post
    there unseen. `called` is one more name under which that may be done; with `closely` nothing at all is told under any
    other, for what is somebody's own is read here.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: tuple[str, ...] = (),
        bodies: Mapping[str, int] | None = None,
        called: str = "",
        *,
        closely: bool = False,
    ) -> None:
        self._app, self._hosts, self._closely = app, hosts, closely
        self._bodies, self._called = bodies or {}, called
        self._asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or refuses."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.raw.extend(_LAID)
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
        host = host_of(headers)
        if (self._hosts and host not in self._hosts) or (self._closely and not self._known(host)):
            hint = f"ask for {self._hosts[0] if self._hosts else 'its address in figures'}"
            return 400, Fault("bad-request", "this server is not called so", hint)
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            return 400, Fault(
                "too-large", f"an address may have {LONGEST_ADDRESS:,} characters", "ask for less at once"
            )
        posted = scope["method"] == "POST" and scope["path"] in self._bodies
        if posted and (foreign := self._foreign(headers, host)):
            return 403, Fault("forbidden", foreign, "use the forms of this server's own pages")
        return _too_large(headers, self._bodies[scope["path"]] if posted else LONGEST_BODY)

    def _known(self, host: str) -> bool:
        """Whether no page elsewhere can be called so."""
        return host in self._hosts or host == self._called or is_plain(host)

    def _foreign(self, headers: Headers, host: str) -> str:
        """Why this may not have been posted from a page of this server; empty where it was."""
        if not self._known(host):
            # Behind a name somebody else's page may stand, that has made a browser take it for this server's.
            return f"this server takes nothing under the name {host[:100]}"
        site, origin = headers.get("sec-fetch-site", ""), headers.get("origin", "null")
        if site not in ("", "same-origin"):
            return "this was posted from a page elsewhere"
        if origin != "null" and origin.lower() not in (f"http://{headers['host']}", f"https://{headers['host']}"):
            return "this was posted from a page elsewhere"
        if not site and origin == "null":
            return "nothing says which page this was posted from"
        return ""


def host_of(headers: Headers) -> str:
    """The name under which the server is asked, without its port."""
    host = headers.get("host", "").lower()
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


def is_plain(host: str) -> bool:
    """Whether this is an address in figures, or this machine: what no page elsewhere can be called."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    return True


def _too_large(headers: Headers, most: int) -> tuple[int, Fault] | None:
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not length.isdigit() or int(length) > most:
        if not most:
            return 413, Fault("too-large", "no page takes a body", "ask in the address")
        return 413, Fault("too-large", f"this takes at most {most:,} bytes, told beforehand", "send less at once")
    return None
