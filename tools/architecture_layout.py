"""Where things stand in the drawing of the architecture, and what leads on to what. Laid out by hand."""

from __future__ import annotations

WIDTH, HEIGHT = 1_280, 800
BOX_WIDTH, BOX_HEIGHT = 132, 44

PLACES: dict[str, tuple[int, int]] = {
    # Not of the template by name: who stands around it.
    "browser": (90, 95),
    "cloudfront": (250, 95),
    "gateway": (410, 95),
    "uploads": (250, 330),
    "results": (1_190, 231),
    "schedule": (250, 679),
    "deployment": (730, 679),
    "owner": (1_050, 565),
    "database": (1_190, 445),
    "tables": (730, 150),
    "watching": (570, 679),
    # Functions and queues.
    "λ authorizer": (570, 40),
    "λ api": (570, 95),
    "λ live": (570, 150),
    "intake": (410, 330),
    "λ intake": (570, 330),
    "ocr-small": (730, 205),
    "ocr-small-priority": (730, 258),
    "ocr-medium": (730, 311),
    "ocr-medium-priority": (730, 364),
    "ocr-large": (730, 417),
    "ocr-large-priority": (730, 470),
    "λ ocr-small": (890, 231),
    "λ ocr-medium": (890, 337),
    "λ ocr-large": (890, 443),
    "assemble": (1_040, 337),
    "λ assemble": (1_190, 337),
    "events": (410, 565),
    "λ notify": (570, 565),
    "deliveries": (730, 543),
    "webhooks": (730, 587),
    "λ deliver": (890, 565),
    "λ sweep": (410, 652),
    "λ dead_letter": (410, 706),
    "λ link_keys": (890, 706),
    "λ start_migration": (890, 652),
    "λ migrate": (1_050, 652),
}
"""Centres of the boxes; a function's name has a λ before it."""

AROUND = {
    "browser": ("outside", "Browser", "the page, uploads"),
    "cloudfront": ("edge", "CloudFront", "page, API, results, firewall"),
    "gateway": ("edge", "API Gateway", "HTTP, WebSocket"),
    "uploads": ("store", "S3 uploads", "by presigned form"),
    "results": ("store", "S3 results", "pages, text, PDF"),
    "schedule": ("edge", "EventBridge", "every minute"),
    "deployment": ("edge", "CloudFormation", "migrations, keys"),
    "owner": ("outside", "Owner", "e-mail, webhook, push"),
    "database": ("store", "PostgreSQL", "every row"),
    "tables": ("store", "DynamoDB", "who is connected"),
    "watching": ("edge", "CloudWatch", "dashboard, alarms"),
}

LINES = [
    ("browser", "cloudfront"),
    ("browser", "uploads"),
    ("cloudfront", "gateway"),
    ("gateway", "λ authorizer"),
    ("gateway", "λ api"),
    ("gateway", "λ live"),
    ("λ live", "tables"),
    ("uploads", "intake"),
    ("λ intake", "ocr-small"),
    ("λ intake", "ocr-small-priority"),
    ("λ intake", "ocr-medium"),
    ("λ intake", "ocr-medium-priority"),
    ("λ intake", "ocr-large"),
    ("λ intake", "ocr-large-priority"),
    ("λ ocr-small", "assemble"),
    ("λ ocr-medium", "assemble"),
    ("λ ocr-large", "assemble"),
    ("λ assemble", "results"),
    ("λ notify", "deliveries"),
    ("λ notify", "webhooks"),
    ("λ deliver", "owner"),
    ("schedule", "λ sweep"),
    ("schedule", "λ dead_letter"),
    ("deployment", "λ start_migration"),
    ("deployment", "λ link_keys"),
    ("λ start_migration", "λ migrate"),
]
"""What leads on to what, beside the event sources, which are those of the template."""

BANDS = [
    (10, 12, 1_260, 166, "ASK"),
    (10, 186, 1_260, 321, "READ"),
    (10, 517, 1_260, 98, "TELL"),
    (10, 625, 1_260, 108, "KEEP UP"),
]
