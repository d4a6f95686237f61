"""Every mailer keeps the same promises: the fake, and SES's adapter against two emulations of SES."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.ses import SesMailer
from docpipe.domain.errors import MailError
from docpipe.services import Mail, Mailer
from local.emulator import Emulator
from tests.support.fakes import FakeMailer

MAIL = Mail(recipient="owner@example.org", subject="Your document is ready", text="Pages: 3", html="<p>Pages: 3</p>")
SENDER = "docpipe@example.org"
CONFIGURATION_SET = "docpipe-test-mail"


@dataclass(frozen=True)
class Post:
    """A mailer, and what has arrived: recipients and subject of each e-mail."""

    mailer: Mailer
    arrived: Callable[[], list[tuple[list[str], str]]]


@pytest.fixture(params=["fake", "moto", "ministack"])
def post(request: pytest.FixtureRequest, aws_credentials: None) -> Iterator[Post]:
    if request.param == "fake":
        fake = FakeMailer()
        yield Post(fake, lambda: [([mail.recipient], mail.subject) for mail in fake.sent])
    elif request.param == "moto":
        with mock_aws():
            client = boto3.client("sesv2", config=CONFIG)
            client.create_email_identity(EmailIdentity=SENDER)
            backend = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
            yield Post(
                SesMailer(client, SENDER, CONFIGURATION_SET),
                lambda: [(sent.destinations["ToAddresses"], sent.subject) for sent in backend.sent_messages],
            )
    else:
        emulator: Emulator = request.getfixturevalue("emulator")
        client = emulator.client("sesv2")
        client.create_email_identity(EmailIdentity=SENDER)
        client.create_configuration_set(ConfigurationSetName=CONFIGURATION_SET)
        yield Post(
            SesMailer(client, SENDER, CONFIGURATION_SET),
            lambda: [(list(mail.recipients), mail.subject) for mail in emulator.mailbox()],
        )


def test_a_mail_reaches_its_recipient(post: Post) -> None:
    post.mailer.send(MAIL)
    assert post.arrived() == [(["owner@example.org"], "Your document is ready")]


def test_a_refused_mail_is_an_error_that_quotes_no_address(aws_credentials: None) -> None:
    with mock_aws():
        sender = SesMailer(boto3.client("sesv2", config=CONFIG), "nobody@example.org", CONFIGURATION_SET)
        with pytest.raises(MailError) as refused:
            sender.send(MAIL)
    assert "@" not in refused.value.message
