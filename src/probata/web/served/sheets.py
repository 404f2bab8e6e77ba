"""Proof sheets of recorded relations: made when asked, from both originals, in a jail; held in memory, never stored."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

from probata.copies import among
from probata.copies.selectors import KnownRelation
from probata.media.wire import a_jail
from probata.preservation import selectors as preservation

if TYPE_CHECKING:
    from probata.copies.proof import ProofSheet

MOST_HELD = 4
"""A sheet holds a few megabytes; whoever asked for one opens its page and its facts soon after."""

_held: OrderedDict[tuple[str, ...], ProofSheet] = OrderedDict()
_making = Lock()


def sheet(known: KnownRelation) -> ProofSheet:
    """The sheet of a relation as it stands now; one is made at a time, since each decodes two originals.

    Raises `MatchingMissing`, and what comparing the two raises where one can no longer be looked at.
    """
    from probata.copies.proof import proof_of_recorded  # noqa: PLC0415  numpy is loaded where something is compared
    from probata.copies.proofsheet.standing import Standing  # noqa: PLC0415  same

    # A decision is on the sheet: with another one it is another sheet.
    key = (known.id, known.state, str(known.decided_at))
    with _making:
        if key in _held:
            _held.move_to_end(key)
            return _held[key]
        among.must_be_able()
        standing = Standing(
            relation=known.id,
            seq=known.seq,
            at=known.at,
            state=known.state,
            decided_by=known.decided_by,
            decided_why=known.decided_why,
        )
        a, b = (preservation.item(one) for one in (known.a, known.b))
        with a_jail(policy=settings.PROBATA.jail_policy) as jail:
            made = proof_of_recorded(
                known.relation,
                standing,
                preservation.original(a.sha256),
                preservation.original(b.sha256),
                names=(a.name, b.name),
                jail=jail,
            )
        _held[key] = made
        while len(_held) > MOST_HELD:
            _held.popitem(last=False)
        return made
