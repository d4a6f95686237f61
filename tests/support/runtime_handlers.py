"""Handlers that the runtime's tests have run: each does what its event says.

What happened is written to the file that the variable JOURNAL names, one JSON object a line, so
that it can be seen even of an environment that was killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

_calls = 0
_held: list[bytearray] = []


def journal(**entry: Any) -> None:
    line = json.dumps({"pid": os.getpid(), "at": time.time(), **entry}) + "\n"
    with open(os.environ["JOURNAL"], "a", encoding="utf-8") as file:  # noqa: PTH123 - one append, one write
        file.write(line)


def obey(event: dict[str, Any], context: Any) -> Any:
    """Do what ``event["do"]`` says with the rest of the event."""
    global _calls  # noqa: PLW0603 - what stays from call to call is what is tested
    _calls += 1
    arguments = dict(event)
    return _ACTIONS[arguments.pop("do")](context, **arguments)


def _look(context: Any) -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "calls": _calls,
        "environ": dict(os.environ),
        "stdin": sys.stdin.read(),
        "request_id": context.aws_request_id,
        "function_name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
        "remaining_ms": context.get_remaining_time_in_millis(),
    }


def _sleep(context: Any, seconds: float) -> int:
    time.sleep(seconds)
    return int(context.get_remaining_time_in_millis())


def _raise(_context: Any, message: str) -> None:
    raise ValueError(message)


def _exit(_context: Any, status: int) -> None:
    os._exit(status)


def _grow(_context: Any, mb: int) -> None:
    _held.append(bytearray(os.urandom(1_024) * 1_024 * mb))
    time.sleep(30)


def _start_child(_context: Any, code: str, wait_s: float = 0.0, own_session: bool = False) -> int:
    child = subprocess.Popen([sys.executable, "-c", code], start_new_session=own_session)
    journal(child=child.pid)
    time.sleep(wait_s)
    return child.pid


def _write_temporary(_context: Any) -> str:
    path = os.path.join(os.environ["TMPDIR"], "left-behind")  # noqa: PTH118
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("x")
    return path


_ACTIONS: dict[str, Any] = {
    "look": _look,
    "sleep": _sleep,
    "raise": _raise,
    "exit": _exit,
    "grow": _grow,
    "start_child": _start_child,
    "write_temporary": _write_temporary,
    "print": lambda _context, text: print(text),  # noqa: T201
    "answer": lambda _context, value: value,
    "unserialisable": lambda _context: {1, 2},
}


def consume(event: dict[str, Any], _context: Any) -> Any:
    """Work through the messages of an SQS event; each body says what becomes of it.

    ``{"name", "sleep": s, "raise": text, "exit": status, "fail": true, "first_only": true}``: with
    ``first_only`` only the first delivery goes wrong. The variable ANSWER is returned in place of
    the failures when it is set.
    """
    failures = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        count = int(record["attributes"]["ApproximateReceiveCount"])
        journal(what="start", name=body["name"], count=count, batch=len(event["Records"]), record=record)
        if count == 1 or not body.get("first_only"):
            time.sleep(body.get("sleep", 0))
            if "exit" in body:
                os._exit(body["exit"])
            if "raise" in body:
                raise ValueError(body["raise"])
            if body.get("fail"):
                failures.append({"itemIdentifier": record["messageId"]})
        journal(what="end", name=body["name"], count=count)
    if "ANSWER" in os.environ:
        return json.loads(os.environ["ANSWER"])
    return {"batchItemFailures": failures}


def note(event: dict[str, Any], _context: Any) -> None:
    """Write the event down."""
    journal(event=event)


def mirror(event: dict[str, Any], _context: Any) -> Any:
    """Answer an HTTP request with its event, or as its path says."""
    if event["rawPath"] == "/raise":
        raise RuntimeError
    if event["rawPath"] == "/binary":
        return {
            "statusCode": 201,
            "headers": {"Content-Type": "image/png"},
            "cookies": ["a=1", "b=2"],
            "body": "iVBORw==",
            "isBase64Encoded": True,
        }
    return event


def admit(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """An authorizer that takes the word x."""
    word = event["headers"]["authorization"]
    journal(event=event)
    if word == "raise":
        raise RuntimeError
    who = {"tenant_id": "tenant-1", "subject": "somebody", "email": "", "role": "member"}
    return {"isAuthorized": word.startswith("x"), "context": who}


def refuse_to_migrate(_event: dict[str, Any], _context: Any) -> None:
    raise RuntimeError("no such table")


def gatekeeper(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """An authorizer of connections that takes the word x, of the tenant that follows it, and ponders for long."""
    journal(question=event, event={})
    word, _, tenant = event["headers"]["sec-websocket-protocol"].partition(".")
    if word == "raise":
        raise RuntimeError
    if word == "ponder":
        time.sleep(60)
    statement = {"Effect": "Allow" if word == "x" else "Deny", "Resource": event["methodArn"]}
    return {
        "principalId": "somebody",
        "policyDocument": {"Statement": [statement]},
        "context": {"tenant_id": tenant} if word == "x" else {},
    }


def converse(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The other side of a connection: says back what it hears, and on which route."""
    about = event["requestContext"]
    journal(event=event)
    if about["routeKey"] == "$connect":
        refused = about["authorizer"]["tenant_id"] == "refused"
        return {"statusCode": 403} if refused else {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "x.a"}}
    if "raise" in (event.get("body") or ""):
        raise RuntimeError
    heard = {"route": about["routeKey"], "heard": event.get("body"), "connection": about["connectionId"]}
    return {"statusCode": 200, "body": json.dumps(heard)}
