"""Tokens: what a person's programs act with. Making and revoking one are acts; its secret is on no record."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from attrs import field, frozen

from probata.access import selectors, services
from probata.access.limited import Limited, via_of
from probata.access.models import Person, Token, TokenEnd
from probata.access.roles import Permission, Role, decide
from probata.access.selectors import roles
from probata.custody import selectors as ledger
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.keys import Keyring
from probata.custody.projections import EntryFacts, projects
from probata.custody.selectors import ActLine
from probata.custody.token_keys import TokenNotAccepted, TokenSecret, lock_for, unlock_with
from probata.engines import clock
from probata.terms.errors import AccessError, InvalidValue, NotFound
from probata.terms.text import safe_text

DEFAULT_DAYS = 30
MOST_DAYS = 365
MOST_LABEL = 80
MOST_STANDING = 50
LAST_ACTS = 20
FOR_PROGRAMS = (
    Permission.LIST_ITEMS,
    Permission.ACQUIRE,
    Permission.VIEW_FOOTAGE,
    Permission.EXAMINE,
    Permission.DECIDE,
    Permission.RECORD_CLAIMS,
    Permission.ASSESS,
    Permission.SEAL_FINDINGS,
    Permission.KEEP_CASES,
    Permission.REDACT,
    Permission.CHECK,
)
"""What a token can be made for. Who is here, who may know of what, what is released and what leaves take a person."""


class TokenNotFound(NotFound):
    """Nobody has a token of that id, or it is somebody else's."""

    code = "token_not_found"
    template = "There is no token {token} of yours."
    advice = "The page of your account lists the tokens that stand."


class TokenEnded(AccessError):
    """A token is revoked that has ended already."""

    code = "token_ended"
    template = "The token {token} has ended already."
    advice = "Nothing opens with it any more; there is nothing to do."


@frozen(kw_only=True)
class KnownToken:
    """A token as it may be shown: never its secret, which nobody here knows."""

    id: str
    person: str
    label: str
    permissions: frozenset[Permission]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @property
    def state(self) -> str:
        """`stands`, `expired` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= clock.now() else "stands"

    def as_json(self) -> dict[str, object]:
        """The token as plain data."""
        return {
            "id": self.id,
            "label": self.label,
            "permissions": sorted(self.permissions),
            "made_at": clock.rfc3339(self.made_at),
            "expires_at": clock.rfc3339(self.expires_at),
            "state": self.state,
        }


@frozen(kw_only=True)
class Done:
    """What was done with a token, as the record has it, so that its owner can tell what they did not do themselves."""

    acts: int
    served: int
    last: tuple[ActLine, ...]


@frozen(kw_only=True)
class Caller:
    """Who calls with a token: the person, what they may now, and the key that signs what is done."""

    person: Person
    token: KnownToken
    signer: Limited = field(repr=False)
    roles: frozenset[Role]

    def may(self, permission: Permission) -> bool:
        """Whether roles and token both allow it."""
        return permission in self.token.permissions and decide(self.roles, permission).allowed


def may_be_given(person_id: int) -> list[Permission]:
    """What a person may make a token for: what their roles allow, of what programs may at all."""
    held = roles(person_id)
    return [one for one in FOR_PROGRAMS if decide(held, one).allowed]


def make(by: Keyring, *, label: str, permissions: frozenset[Permission], days: int = DEFAULT_DAYS) -> TokenSecret:
    """Make a token of one's own; what is returned is shown once, and nobody here can show it again.

    Raises `InvalidValue` for a permission that the person does not have, or that no token is made for.
    """
    who = services.person_of(by)
    if not 1 <= len(label.strip()) <= MOST_LABEL:
        raise InvalidValue(what="The name of a token", why=f"it takes 1 to {MOST_LABEL} characters")
    label = str(safe_text(label.strip()))
    if not 1 <= days <= MOST_DAYS:
        raise InvalidValue(what=f"A token for {days} days", why=f"it lasts 1 to {MOST_DAYS}")
    beyond = sorted(permissions - set(may_be_given(who.id)))
    if beyond or not permissions:
        why = f"no token of yours may {', '.join(beyond).replace('_', ' ')}" if beyond else "it would allow nothing"
        raise InvalidValue(what="The token", why=why)
    if len(standing_of(who)) >= MOST_STANDING:
        raise InvalidValue(what="The token", why=f"{MOST_STANDING} of yours stand already: revoke what is not used")
    token = TokenSecret.new()
    record: Record = {
        "subject": f"person:{who.key_id}",
        "token": token.id,
        "label": label,
        "permissions": sorted(permissions),
        "expires_at": clock.rfc3339(clock.now() + timedelta(days=days)),
    }
    path = _path(token.id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    services.write_key(path, lock_for(token, by, origin=services.origin()))
    try:
        with custody.act(actor=by.signing, reason="A token was made for a program.") as act:
            act.record("make_token", record)
    except BaseException:
        # What is on no record opens nothing; it is not left lying either.
        path.unlink(missing_ok=True)
        raise
    return token


def revoke(by: Keyring, token_id: str, *, reason: str = "") -> KnownToken:
    """End a token of one's own, or anybody's for a custodian; from then on nothing opens with it."""
    who = services.person_of(by)
    row = Token.objects.filter(pk=token_id).select_related("person").first()
    if row is None or (row.person_id != who.id and not decide(roles(who.id), Permission.ENROL).allowed):
        raise TokenNotFound(token=token_id)
    if _known(row).revoked_at is not None:
        raise TokenEnded(token=token_id)
    return _revoke(row, by.signing, reason)


def revoke_all(by: Keyring, *, reason: str = "") -> list[KnownToken]:
    """End every token of one's own that stands, each by an act; returns what was ended."""
    who = services.person_of(by)
    return [revoke(by, one.id, reason=reason) for one in standing_of(who)]


def give_up(caller: Caller, *, reason: str = "") -> KnownToken:
    """End the token with which somebody calls, by itself."""
    return _revoke(Token.objects.select_related("person").get(pk=caller.token.id), caller.signer, reason)


def _revoke(row: Token, signer: Signer, reason: str) -> KnownToken:
    with custody.act(actor=signer, reason=reason.strip() or "The token is used no more.") as act:
        act.record("revoke_token", {"subject": f"person:{row.person.key_id}", "token": row.id})
    _path(row.id).unlink(missing_ok=True)
    return _known(row)


def tokens_of(who: Person) -> list[KnownToken]:
    """Every token that a person ever made, the newest first."""
    return [_known(row) for row in Token.objects.filter(person=who).order_by("-seq")]


def standing_of(who: Person) -> list[KnownToken]:
    """The tokens of a person with which their programs can act now."""
    return [one for one in tokens_of(who) if one.state == "stands"]


def done(token_id: str, *, most: int = LAST_ACTS) -> Done:
    """What was done with a token: how many acts, the last of them, and how often footage was served. It stays."""
    via = via_of(token_id)
    return Done(
        acts=ledger.acts_through(via),
        served=selectors.served_through(via),
        last=tuple(ledger.last_acts_through(via, most=most)),
    )


def must_stand(token_id: str) -> None:
    """Raise `TokenNotAccepted` where a token has ended since it was opened: for what is signed later than asked."""
    row = Token.objects.filter(pk=token_id).select_related("person").first()
    if row is None or _known(row).state != "stands":
        raise TokenNotAccepted


def opened(untrusted_text: str) -> Caller:
    """Who calls with what was given as a token; raises `TokenNotAccepted`, and never says which of its reasons it was.

    The key is unlocked for one request and then forgotten: that takes two milliseconds, so nothing is kept in memory
    that would have to be taken away again when a token is revoked.
    """
    token = TokenSecret.read(untrusted_text)
    row = Token.objects.filter(pk=token.id).select_related("person").first()
    if row is None:
        raise TokenNotAccepted
    known = _known(row)
    if known.state == "expired":
        # What opens nothing any more need not lie there for whoever takes the disk.
        _path(row.id).unlink(missing_ok=True)
    if known.state != "stands":
        raise TokenNotAccepted
    try:
        locked = _path(row.id).read_bytes()
    except OSError as error:
        raise TokenNotAccepted from error
    keyring = unlock_with(token, locked, origin=services.origin())
    if keyring.signing.key_id != row.person.key_id:
        raise TokenNotAccepted
    held = roles(row.person_id)
    if not held:
        # Whose roles were all taken back comes in no way any more.
        raise TokenNotAccepted
    signer = Limited(key=keyring.signing, token=row.id, permissions=known.permissions)
    return Caller(person=row.person, token=known, signer=signer, roles=held)


def _known(row: Token) -> KnownToken:
    end = TokenEnd.objects.filter(token_id=row.pk).first()
    return KnownToken(
        id=row.id,
        person=row.person.name,
        label=row.label,
        permissions=frozenset(Permission(one) for one in row.permissions),
        made_at=row.at,
        expires_at=row.expires_at,
        revoked_at=None if end is None else end.at,
    )


def _path(token_id: str) -> Path:
    return services.keys_folder() / "tokens" / token_id


@projects("make_token")
def _made(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Token.objects.create(
            id=record["token"],
            person=Person.objects.get(key_id=record["subject"].removeprefix("person:")),
            label=record["label"],
            permissions=record["permissions"],
            expires_at=datetime.fromisoformat(record["expires_at"]),
            at=entry.at,
            seq=entry.seq,
        )


@projects("revoke_token")
def _revoked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        TokenEnd.objects.create(token_id=record["token"], by=entry.actor, at=entry.at, seq=entry.seq)
