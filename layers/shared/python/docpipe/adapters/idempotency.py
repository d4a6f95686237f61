"""What was done, in a DynamoDB table: Powertools' idempotency behind the port ``Once``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
)

from docpipe.domain.errors import CapacityError, InProgressError
from docpipe.services import Outcome

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REMEMBERED_S = 15 * 86_400
"""A day longer than SQS keeps a message (14 days): nothing comes again after that."""


@dataclass(frozen=True, slots=True)
class _Time:
    """The part of Lambda's context that Powertools looks at: until when an action may still be going on."""

    get_remaining_time_in_millis: Callable[[], int]


class DynamoDbOnce:
    """Keeps a record for each key: in progress until the function must have ended, then done with its outcome.

    Keys are hashed; outcomes are kept as they are.
    """

    def __init__(self, client: DynamoDBClient, table: str, *, name: str) -> None:
        """Use a table.

        Args:
            name: what the keys of this use begin with.
        """
        self._store = DynamoDBPersistenceLayer(table_name=table, boto3_client=client)
        self._name = name

    def __call__(self, key: str, action: Callable[[], Outcome], *, remaining_ms: Callable[[], int]) -> Outcome:
        """Do it, or give what it gave when it was done before."""

        def act(*, key: str) -> Outcome:
            return action()

        time: Any = _Time(remaining_ms)
        run = idempotent_function(
            act,
            data_keyword_argument="key",
            persistence_store=self._store,
            config=IdempotencyConfig(expires_after_seconds=REMEMBERED_S, lambda_context=time),
            key_prefix=self._name,
        )
        try:
            outcome: Outcome = run(key=key)
        except IdempotencyAlreadyInProgressError:
            raise InProgressError from None
        except IdempotencyPersistenceLayerError as error:
            raise CapacityError(
                "What was done before cannot be looked up. Wait; if it stays so, check the idempotency table."
            ) from error
        return outcome
