"""From where somebody logged in before, as digests under a key of the workspace: told again, and never read out."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets

from probata.access.models import Account, Standing
from probata.access.services import keys_folder, standing, write_key

KEY_FILE = "addresses.key"
MOST = 20
# What one connection has of IPv6; the rest changes from day to day by itself.
_IPV6_PREFIX = 64


def came_from(account: Account, address: str) -> None:
    """Note that somebody logged in from an address; the last twenty are kept."""
    path = keys_folder() / KEY_FILE
    if not path.exists():
        write_key(path, secrets.token_bytes(32))
    digest = _digest(address)
    before = [one for one in standing(account).addresses if one != digest]
    Standing.objects.filter(account=account).update(addresses=[*before, digest][-MOST:])


def is_known(name: str, address: str) -> bool:
    """Whether somebody of this name logged in from this address before."""
    row = Standing.objects.filter(account__name=name).first()
    if row is None or not row.addresses or not (keys_folder() / KEY_FILE).exists():
        return False
    return _digest(address) in row.addresses


def _digest(address: str) -> str:
    key = (keys_folder() / KEY_FILE).read_bytes()
    return hmac.new(key, _network(address).encode(), hashlib.sha256).hexdigest()[:32]


def _network(address: str) -> str:
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((read, _IPV6_PREFIX), strict=False)) if read.version == 6 else str(read)
