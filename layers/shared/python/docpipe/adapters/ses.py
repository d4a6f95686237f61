"""SES: one e-mail at a time, in text and HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docpipe.adapters.aws import translated
from docpipe.domain.errors import MailError
from docpipe.services import Mail

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client


class SesMailer:
    """Sends through SES version 2, from one verified sender.

    Args:
        configuration_set: says that mail goes over TLS or not at all.
    """

    def __init__(self, client: SESV2Client, sender: str, configuration_set: str) -> None:
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def send(self, mail: Mail) -> None:
        """Hand one e-mail over."""
        with translated(MailError, "The e-mail could not be sent"):
            self._client.send_email(
                FromEmailAddress=self._sender,
                ConfigurationSetName=self._configuration_set,
                Destination={"ToAddresses": [mail.recipient]},
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": mail.text, "Charset": "UTF-8"},
                            "Html": {"Data": mail.html, "Charset": "UTF-8"},
                        },
                    }
                },
            )
