"""Which addresses of the network may be asked."""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Resolve = Callable[[str, int], list[str]]
Allow = Callable[[str], bool]

_UNICAST = IPv6Network("2000::/3")
_NOT_UNICAST = (IPv6Network("2002::/16"), IPv6Network("3fff::/20"))
"""Tunnels of IPv4 and examples of books, within the addresses that are given out."""
_TRANSLATED = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Say whether an address is of the public network: not this machine, a local network, a provider's inside or a group.

    >>> is_public("8.8.8.8"), is_public("2606:4700::1111"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, True, False, False)
    """
    ip = ip_address(address.split("%", 1)[0])
    if isinstance(ip, IPv6Address) and ip in _TRANSLATED:
        ip = IPv4Address(int(ip) & 0xFFFFFFFF)
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        return ip in _UNICAST and ip.is_global and not any(ip in network for network in _NOT_UNICAST)
    return ip.is_global and not ip.is_multicast


def resolve_host(host: str, port: int) -> list[str]:
    """Give the addresses of a host as the system knows them; ``127.1`` and ``2130706433`` are addresses too.

    Raises:
        OSError: the name is not known.

    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
