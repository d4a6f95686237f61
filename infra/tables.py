"""The key-value tables: their keys, and what each function does with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A DynamoDB table: for what functions outside of the network keep, and for what may be forgotten.

    Attributes:
        name: also the suffix of its resource name.
        partition_key, sort_key: names of string attributes.
        expires: attribute that holds the second after which an item may be deleted.
        actions: what each function does with its items, as DynamoDB names it, by the function's folder.
    """

    name: str
    partition_key: str
    expires: str
    actions: Mapping[str, tuple[str, ...]]
    sort_key: str | None = None

    @property
    def variable(self) -> str:
        """Environment variable that holds its full name."""
        return f"{self.name.upper()}_TABLE"


TABLES: tuple[TableSpec, ...] = (
    # Names of attributes, and what is done, are those of Powertools.
    TableSpec(
        name="idempotency",
        partition_key="id",
        expires="expiration",
        actions={"deliver": ("DeleteItem", "GetItem", "PutItem", "UpdateItem")},
    ),
    TableSpec(
        name="connections",
        partition_key="tenant_id",
        sort_key="connection_id",
        expires="expires_at",
        actions={"live": ("DeleteItem", "PutItem"), "deliver": ("DeleteItem", "Query")},
    ),
)
