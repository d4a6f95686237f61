"""The page, the API, the WebSocket and the results behind one name: a CloudFront distribution."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.response_headers import Allowed, headers_of_page, headers_of_results
from infra.constructs.storage import RESULTS_PREFIX
from infra.web_config import WebConfig

API_PATH = "/api"
WEBSOCKET_PATH = "/ws"
RESULTS_PATH = f"/{RESULTS_PREFIX}*/*"
"""What lies below a document: the page's own address of one (``/documents/<id>``) ends before."""

STRIP_PREFIX = f"""function handler(event) {{
  var request = event.request;
  request.uri = request.uri.slice({len(API_PATH)}) || "/";
  return request;
}}"""
"""Runs at the edge, before a request is led to the API, which knows its routes without the prefix."""

SHOW_PAGE = """function handler(event) {
  var request = event.request;
  if (request.uri.lastIndexOf(".") <= request.uri.lastIndexOf("/")) request.uri = "/index.html";
  return request;
}"""
"""Answers an address that names no file with the page, whose own router knows the rest."""

_PRICE_CLASSES = {
    "nearest": cloudfront.PriceClass.PRICE_CLASS_100,
    "all": cloudfront.PriceClass.PRICE_CLASS_ALL,
}


class Web(Construct):
    """One distribution: the page from a private bucket; ``/api``, ``/ws`` and results led to theirs, never cached."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        config: WebConfig,
        allowed: Allowed,
        access_logs: s3.IBucket,
        acl_arn: str | None,
        edges: str,
    ) -> None:
        """Make the bucket and the distribution; where its paths lead comes later (``lead``).

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            access_logs: where it is logged who asked the bucket for what.
            acl_arn: of the firewall in front, or None.
            edges: ``nearest`` for the cheaper half of CloudFront's edges, ``all`` for all.
        """
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self.bucket = self._bucket(access_logs)
        self._headers = headers_of_page(self, "SecurityHeaders", name=f"{prefix}security", allowed=allowed)
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"{prefix}web",
            default_root_object="index.html",
            default_behavior=self._page(),
            domain_names=[config.domain] if config.domain else None,
            certificate=self._certificate(config),
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=_PRICE_CLASSES[edges],
            web_acl_id=acl_arn,
        )
        self.url = f"https://{config.domain or self.distribution.distribution_domain_name}"

    def _page(self) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(self.bucket),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=self._headers,
            function_associations=[self._at_edge("ShowPage", SHOW_PAGE)],
        )

    def _certificate(self, config: WebConfig) -> acm.ICertificate | None:
        if config.certificate_arn is None:
            return None
        return acm.Certificate.from_certificate_arn(self, "Certificate", config.certificate_arn)

    def _bucket(self, access_logs: s3.IBucket) -> s3.Bucket:
        """Under S3's own key: the page is the same for everybody, and CloudFront gets no use of the stage's key."""
        return s3.Bucket(
            self,
            "Page",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="page/",
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _at_edge(self, construct_id: str, code: str) -> cloudfront.FunctionAssociation:
        return cloudfront.FunctionAssociation(
            event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
            function=cloudfront.Function(
                self,
                construct_id,
                function_name=f"{self._prefix}{construct_id}",
                code=cloudfront.FunctionCode.from_inline(code),
                runtime=cloudfront.FunctionRuntime.JS_2_0,
            ),
        )

    def lead_to_api(self, host: str) -> None:
        """Lead everything below ``/api`` to the HTTP API at ``host``."""
        self._lead(f"{API_PATH}/*", host, self._headers, [self._at_edge("StripPrefix", STRIP_PREFIX)])

    def lead_to_websocket(self, host: str) -> None:
        """Lead ``/ws`` to the WebSocket API at ``host``, whose stage has the same path."""
        self._lead(WEBSOCKET_PATH, host)

    @property
    def distribution_arn(self) -> str:
        """ARN of the distribution."""
        return Stack.of(self).format_arn(
            service="cloudfront",
            region="",
            resource="distribution",
            resource_name=self.distribution.distribution_id,
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )

    def lead_to_results(self, bucket: s3.IBucket, signers: cloudfront.IKeyGroup) -> None:
        """Lead what lies below a document to the bucket of results, for whoever has a link that one of them signed.

        A path there is the object's key, so that what was signed is what S3 is asked for, and nothing is made of it on
        the way. What the bucket and its key allow is granted by hand: the CDK would open all of both.
        """
        control = cloudfront.S3OriginAccessControl(self, "ResultsAccess", description=f"{self._prefix}results")
        self.distribution.add_behavior(
            RESULTS_PATH,
            origins.S3BucketOrigin.with_bucket_defaults(
                bucket, origin_access_control_id=control.origin_access_control_id
            ),
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            compress=False,
            trusted_key_groups=[signers],
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            response_headers_policy=headers_of_results(self, "ResultHeaders", name=f"{self._prefix}results"),
        )

    def _lead(
        self,
        path: str,
        host: str,
        headers: cloudfront.ResponseHeadersPolicy | None = None,
        functions: Sequence[cloudfront.FunctionAssociation] = (),
    ) -> None:
        """Lead a path to a host: every request, with all that the browser sent, and nothing kept."""
        self.distribution.add_behavior(
            path,
            origins.HttpOrigin(
                host,
                protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
            ),
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            # With the token in Authorization or Sec-WebSocket-Protocol, and the host that the API expects.
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            response_headers_policy=headers,
            function_associations=list(functions) or None,
        )
