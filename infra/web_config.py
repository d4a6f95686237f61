"""Where the web page is, read from the CDK context."""

from __future__ import annotations

from dataclasses import dataclass

from infra import context as read
from infra.context import Context

_HOST = r"[a-z0-9-]+(\.[a-z0-9-]+)+"
_ADDRESS = r"https?://\S+[^/\s]"
_ORIGIN = r"https?://[a-z0-9.-]+(:(\d+|\*))?"
"""An origin as browsers send it. A port may be ``*``, which S3 matches with any."""

_OWN = "cloudfront"
_ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class WebConfig:
    """The page that people upload and read with.

    Attributes:
        own: whether the stage serves the page itself, by CloudFront; else it is at ``url``.
        url: address of a page elsewhere, for links in e-mails and for signing in; None for one of its own.
        origins: scheme and host of each other page that may upload and call the API.
        folder: the built page, relative to the repository.
        domain: name of its own that the page is reached by, or None for one of CloudFront's.
        certificate_arn: certificate of that name, in us-east-1.
        acl_arn: web ACL to be used instead of one of the stage's own, or None.
        link_key: number of the key that links to results are signed with; a higher one revokes all links.
    """

    own: bool
    url: str | None
    origins: tuple[str, ...]
    folder: str
    domain: str | None
    certificate_arn: str | None
    acl_arn: str | None
    link_key: int

    @classmethod
    def from_context(cls, context: Context) -> WebConfig:
        """Read and check the context.

        Raises:
            ConfigError: a value is missing or not allowed.
        """
        if read.choice(context, "web_page", (_OWN, _ELSEWHERE)) == _OWN:
            return cls._own(context)
        for key in ("web_domain", "web_certificate_arn", "web_acl_arn"):
            read.absent(context, key, f"it has an effect with -c web_page={_OWN} only")
        return cls(
            own=False,
            url=read.text(context, "web_url", _ADDRESS, "an http(s) address without a slash at its end"),
            origins=read.texts(context, "web_origins", _ORIGIN, "origins such as https://scans.example, by commas"),
            folder=_folder(context),
            domain=None,
            certificate_arn=None,
            acl_arn=None,
            link_key=_link_key(context),
        )

    @classmethod
    def _own(cls, context: Context) -> WebConfig:
        read.absent(context, "web_url", f"it has an effect with -c web_page={_ELSEWHERE} only; see web_domain")
        domain = read.optional_text(context, "web_domain", _HOST, "a host name such as scans.example.org")
        arn = r"arn:aws[a-z-]*:{}:us-east-1:\d{{12}}:\S+"
        certificate = read.text if domain else read.optional_text
        origins = read.texts if context.try_get_context("web_origins") is not None else None
        return cls(
            own=True,
            url=None,
            origins=origins(context, "web_origins", _ORIGIN, "origins, by commas") if origins else (),
            folder=_folder(context),
            domain=domain,
            certificate_arn=certificate(
                context, "web_certificate_arn", arn.format("acm"), "the ARN of a certificate in us-east-1"
            ),
            acl_arn=read.optional_text(
                context, "web_acl_arn", arn.format("wafv2"), "the ARN of a web ACL for CloudFront (us-east-1)"
            ),
            link_key=_link_key(context),
        )


def _folder(context: Context) -> str:
    """Its default is set for a page elsewhere as well."""
    return read.text(context, "web_folder", r"[^/\s]\S*", "the folder of the built page")


def _link_key(context: Context) -> int:
    """Its default is set for a page elsewhere as well."""
    return read.number(context, "link_key", 1, 9_999)
