"""What browsers are told of everything that comes from the distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk.aws_cloudfront import ResponseHeadersPolicy as HeadersPolicy
from constructs import Construct

_FEATURES_OFF = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
"""Of the browser, none of which the page uses: a photo is taken by the system's own camera, as a file."""

_EVERYWHERE = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES_OFF),
    "Cross-Origin-Opener-Policy": "same-origin",
}

_OF_RESULTS = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""A result that is opened by itself, as hOCR may be, loads nothing and runs nothing, though its host is the page's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Whom the page may speak to beside its own host.

    Attributes:
        uploads: origins of the bucket that files are uploaded to.
        sign_in: origins of whoever signs users in.
    """

    uploads: Sequence[str]
    sign_in: Sequence[str]


def headers_of_page(scope: Construct, construct_id: str, *, name: str, allowed: Allowed) -> HeadersPolicy:
    """What comes with the page, and with answers of the API."""
    headers = {**_EVERYWHERE, "Cross-Origin-Resource-Policy": "same-origin"}
    return _policy(scope, construct_id, name=name, content=content_security_policy(allowed), headers=headers)


def headers_of_results(scope: Construct, construct_id: str, *, name: str) -> HeadersPolicy:
    """What comes with a result: nothing of it stays in a browser.

    Pages elsewhere that the stage serves (``web_origins``) may show it, hence no policy on where it may be shown.
    """
    headers = {**_EVERYWHERE, "Cache-Control": "private, no-store"}
    return _policy(scope, construct_id, name=name, content=_OF_RESULTS, headers=headers)


def _policy(
    scope: Construct, construct_id: str, *, name: str, content: str, headers: Mapping[str, str]
) -> HeadersPolicy:
    return HeadersPolicy(
        scope,
        construct_id,
        response_headers_policy_name=name,
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=header, value=value, override=True)
                for header, value in headers.items()
            ]
        ),
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=content, override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=Duration.days(730), include_subdomains=True, override=True
            ),
        ),
    )


def content_security_policy(allowed: Allowed) -> str:
    """What the page may load and speak to; everything else is refused by the browser."""
    elsewhere = " ".join([*allowed.uploads, *allowed.sign_in])
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "img-src 'self' blob: data:",
            f"connect-src 'self' {elsewhere}",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )
