"""What a page may say."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from docpipe.domain.errors import LiveMessageError

MOST_KNOWN: Final = 600
"""Documents that one message names: as many as fit into the 32 KB of a frame."""


class Sync(BaseModel):
    """Tell me what is new. ``known`` are the revisions of the documents that the page shows."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["sync"]
    known: Annotated[dict[UUID, Annotated[int, Field(ge=0, lt=2**63)]], Field(max_length=MOST_KNOWN)] = {}


class Ping(BaseModel):
    """Are you there?"""

    action: Literal["ping"]


_ANY: TypeAdapter[Sync | Ping] = TypeAdapter(Annotated[Sync | Ping, Field(discriminator="action")])


def understood(body: object) -> Sync | Ping:
    """Read a message.

    Raises:
        LiveMessageError: it is none of these.
    """
    try:
        return _ANY.validate_json(str(body or ""))
    except ValidationError:
        # The validation error quotes its input, which may be anything: it must not travel on.
        raise LiveMessageError from None
