"""Under which names a server is reached."""

from __future__ import annotations

import ipaddress
import socket

EVERYWHERE = ("", "0.0.0.0", "::")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "utun")
"""Beginnings of the names of networks that no phone is in."""

__all__ = ["allowed", "in_address", "is_loopback", "outward"]


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches a host.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def in_address(host: str) -> str:
    """A host as it stands in an address.

    >>> in_address("::1"), in_address("192.168.1.5")
    ('[::1]', '192.168.1.5')
    """
    return f"[{host}]" if ":" in host else host


def outward(host: str) -> str:
    """The name that others type for a server that listens at `host`."""
    if host not in EVERYWHERE:
        return in_address(host)
    found = _own_addresses()
    private = [each for each in found if ipaddress.ip_address(each).is_private and "." in each]
    return in_address((private or found or ["127.0.0.1"])[0])


def allowed(host: str, port: int) -> set[str]:
    """What a request may name as its host, in small letters: a server that listens at `host` is
    reached by no other name.

    >>> sorted(allowed("127.0.0.1", 8640))
    ['127.0.0.1:8640', '[::1]:8640', 'localhost:8640']
    """
    names = {in_address(host)} - {""}
    if is_loopback(host) or host in EVERYWHERE:
        names |= set(LOOPBACK)
    if not is_loopback(host):
        own = socket.gethostname().lower()
        names |= {own, f"{own.partition('.')[0]}.local"}
    if host in EVERYWHERE:
        names |= {in_address(each) for each in _own_addresses()}
    # a browser leaves out the port that is usual
    bare = {name.lower() for name in names} if port == 80 else set()
    return {f"{name.lower()}:{port}" for name in names} | bare


def _own_addresses() -> list[str]:
    """Addresses of this computer's networks, those that phones may be in first."""
    import psutil

    found: list[tuple[bool, str]] = []
    for name, entries in psutil.net_if_addrs().items():
        for entry in entries:
            if entry.family in (socket.AF_INET, socket.AF_INET6):
                address = entry.address.partition("%")[0]
                if not ipaddress.ip_address(address).is_loopback:
                    found.append((name.startswith(VIRTUAL) or ":" in address, address))
    return [address for _, address in sorted(found, key=lambda each: each[0])]
