"""Somebody who signs under less than their roles allow: a program that holds a token of theirs."""

from __future__ import annotations

from attrs import field, frozen

from probata.access.roles import Permission
from probata.custody.keys import Key
from probata.terms.errors import AccessError


class TokenMayNot(AccessError):
    """A token was not made for what was asked with it."""

    code = "token_may_not"
    template = "The token {token} was not made for this: it may not {permission}, whatever its owner may."
    advice = "Its owner makes another token for it, on the page of their account."


def via_of(token_id: str) -> str:
    """What the record says that something was done through."""
    return f"token:{token_id}"


@frozen(kw_only=True)
class Limited:
    """A person's key in the hands of a program: it signs as the person does, within what the token allows."""

    key: Key = field(repr=False)
    token: str
    permissions: frozenset[Permission]

    @property
    def key_id(self) -> str:
        """SHA-256 of the raw public key, hexadecimal: the person's own."""
        return self.key.key_id

    @property
    def via(self) -> str:
        """What the record says that it was done through: the token's name, which is no secret."""
        return via_of(self.token)

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature, 64 bytes."""
        return self.key.sign(message)

    def must_include(self, permission: Permission) -> None:
        """Raise `TokenMayNot` unless the token was made for it; what the roles say is asked beside this."""
        if permission not in self.permissions:
            raise TokenMayNot(token=self.token, permission=permission.replace("_", " "))
