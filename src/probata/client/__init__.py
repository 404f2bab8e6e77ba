"""A client for the API of a workspace: `Client(address, token)`, and what can be done by noun (docs/api.md)."""

from probata.client.calling import AnswerUnreadable, WorkspaceUnreachable
from probata.client.files import AnotherDigest, NotPreserved, Still
from probata.client.nouns import Client

__all__ = ["AnotherDigest", "AnswerUnreadable", "Client", "NotPreserved", "Still", "WorkspaceUnreachable"]
