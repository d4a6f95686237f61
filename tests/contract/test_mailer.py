"""Every mailer keeps the same promises: the fake, and SES's adapter against an emulated SES."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.ses import SesMailer
from docpipe.domain.errors import MailError
from docpipe.services import Mail, Mailer
from tests.support.fakes import FakeMailer

MAIL = Mail(recipient="owner@example.org", subject="Your document is ready", text="Pages: 3", html="<p>Pages: 3</p>")
Sent = Callable[[], list[tuple[list[str], str]]]


@pytest.fixture(params=["fake", "ses"])
def mailer(request: pytest.FixtureRequest, aws_credentials: None) -> Iterator[tuple[Mailer, Sent]]:
    if request.param == "fake":
        fake = FakeMailer()
        yield fake, lambda: [([mail.recipient], mail.subject) for mail in fake.sent]
        return
    with mock_aws():
        client = boto3.client("sesv2", config=CONFIG)
        client.create_email_identity(EmailIdentity="docpipe@example.org")
        backend = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
        yield (
            SesMailer(client, "docpipe@example.org"),
            lambda: [(sent.destinations["ToAddresses"], sent.subject) for sent in backend.sent_messages],
        )


def test_a_mail_reaches_its_recipient(mailer: tuple[Mailer, Sent]) -> None:
    sender, sent = mailer
    sender.send(MAIL)
    assert sent() == [(["owner@example.org"], "Your document is ready")]


def test_a_refused_mail_is_an_error_that_quotes_no_address(aws_credentials: None) -> None:
    with mock_aws():
        sender = SesMailer(boto3.client("sesv2", config=CONFIG), "nobody@example.org")
        with pytest.raises(MailError) as refused:
            sender.send(MAIL)
    assert "@" not in refused.value.message
