"""Asking timestamp authorities to sign over a checkpoint, every use of the network on the record."""

from __future__ import annotations

from attrs import asdict
from django.conf import settings

from probata.custody import timestamps
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.models import NetworkUse
from probata.custody.projections import EntryFacts, projects
from probata.custody.services.acts import act
from probata.custody.services.checkpoints import Kept, keep_timestamp
from probata.custody.timestamps import Authority, Stamped
from probata.engines import network
from probata.terms.errors import UsageError


class NoAuthority(UsageError):
    """The settings name no timestamp authority."""

    code = "no_authority"
    template = "The workspace's settings name no timestamp authority."
    advice = "Add a [[timestamp_authority]] with name, url and roots to `probata.toml` (docs/settings.md)."


def authorities() -> list[Authority]:
    """The authorities of the settings, each bound to its own certificates; raises `NoAuthority`."""
    named = settings.PROBATA.timestamp_authorities
    if not named:
        raise NoAuthority
    return [Authority.from_pem(one.name, one.url, one.roots.read_bytes()) for one in named]


def stamp(kept: Kept, *, actor: Signer) -> list[Stamped]:
    """Have every authority of the settings stamp a checkpoint, and keep the answers that hold.

    Raises `NoAuthority`, `Unreachable`, `TimestampRefused`; what an earlier authority gave is kept all the same.
    """
    stamped = []
    for authority in authorities():
        answer = timestamps.ask(authority, kept.signed.note, lambda url, body: _post(url, body, actor))
        keep_timestamp(kept.row, authority=answer.authority, request=answer.request, response=answer.response)
        stamped.append(answer)
    return stamped


def _post(url: str, body: bytes, actor: Signer) -> bytes:
    return network.post(
        url,
        body,
        sends=timestamps.MEDIA_TYPE_QUERY,
        wants=timestamps.MEDIA_TYPE_REPLY,
        record=lambda use: _record(use, actor),
    )


def _record(use: network.Use, actor: Signer) -> None:
    """An act of its own before the connection and one after it, so that a crash cannot hide a use."""
    with act(actor=actor, reason="asked for by the operator") as opened:
        opened.record("network_use", {"subject": f"network:{opened.id}", **asdict(use)})


@projects("network_use")
def _used(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        NetworkUse.objects.create(
            method=record["method"],
            url=record["url"],
            sent_bytes=record["sent_bytes"],
            outcome=record["outcome"],
            why=record["why"],
            at=entry.at,
            seq=entry.seq,
        )
