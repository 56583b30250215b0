"""Which addresses a webhook may have: public ones by https; loopback only where we are on it too.

What a name leads to is asked anew at every delivery, in the resolver of the connection itself, so
that a name cannot be public when it is registered and private when it is called.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import AddressFamily
from urllib.parse import SplitResult, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address = IPv4Address | IPv6Address


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _inner(address: Address) -> Address:
    """The IPv4 address behind ::ffff:127.0.0.1 and its like."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _loopback(host: str) -> bool:
    address = _literal(host)
    return _inner(address).is_loopback if address else host == "localhost"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # ValueError: not a number, or out of range
    except ValueError:
        return None
    return parts if parts.hostname and parts.scheme in {"http", "https"} else None


class Targets:
    """`public_url`: this installation's own address."""

    def __init__(self, public_url: str) -> None:
        self.at_home = _loopback(urlsplit(public_url).hostname or "")

    def refusal(self, url: str) -> str:
        """Why `url` is not called, in words; "" where it may be."""
        parts = _split(url)
        if parts is None:
            return "is not a web address"
        host = (parts.hostname or "").rstrip(".").lower()
        if parts.username or parts.password:
            return "carries a password; what is sent is signed instead"
        if self.at_home and _loopback(host):
            return ""
        if parts.scheme != "https" and not self.at_home:
            return "must be https: what is sent names customers"
        return self.refused_host(host)

    def refused_host(self, host: str) -> str:
        address = _literal(host)
        if address is not None:
            return self.refused_address(address)
        if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
            return "leads into a private network"
        if not host.replace("-", "").replace(".", "").replace("_", "").isascii():
            return "must be written in ASCII (punycode)"
        if all(part.isdigit() or part.startswith("0x") for part in host.split(".")):
            return "is not a name and not an address in its ordinary form"
        return ""

    def refused_address(self, address: Address) -> str:
        inner = _inner(address)
        if inner.is_loopback and self.at_home:
            return ""
        if not inner.is_global or inner.is_multicast:
            return "leads into a private network"
        return ""


class RefusedTarget(OSError):
    """A name that leads where nothing may be sent."""


class PublicResolver(AbstractResolver):
    """The system's resolver, without the addresses that `targets` refuses."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        allowed = [
            one for one in found if not self._targets.refused_address(ip_address(one["host"]))
        ]
        if not allowed:
            raise RefusedTarget(f"{host} leads into a private network")
        return allowed

    async def close(self) -> None:
        await self._inner.close()


def session(targets: Targets, patience: float = 10) -> aiohttp.ClientSession:
    """For deliveries: nothing is followed, kept or sent besides.

    `patience`: seconds for a whole answer's head, however slowly it drips.
    """
    connector = aiohttp.TCPConnector(resolver=PublicResolver(targets), limit=64, ttl_dns_cache=30)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=patience, connect=patience / 2),
        headers={"User-Agent": "Cheyu-Webhook/1"},
    )
