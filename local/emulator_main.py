"""The process of the emulator: MiniStack, ended with the runtime that started it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.app import main
from ministack.services import s3

from local.lifeline import end_group_with_parent

_whole = s3._get_object
_record = s3._version_entry_from_record


def _range_of_a_version(
    bucket: str, key: str, headers: Mapping[str, str], query: Mapping[str, Any] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """GetObject with a range also where a version is named, which MiniStack answers with the whole object."""
    status, told, body = _whole(bucket, key, headers, query)
    wanted = headers.get("range")
    if status != 200 or not wanted or (found := s3._parse_range(wanted, len(body))) is None:
        return status, told, body
    first, last = found
    told = {name: value for name, value in told.items() if not name.lower().startswith("x-amz-checksum")}
    told["Content-Length"] = str(last + 1 - first)
    told["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return 206, told, body[first : last + 1]


def _record_without_body(obj: dict[str, Any], version_id: str, data: bytes | None) -> dict[str, Any]:
    """The record of a version without its body, which MiniStack keeps in memory beside the file that it writes.

    Where the record has none, it reads the file. A scan of 520 pages would otherwise stay in memory whole.
    """
    record: dict[str, Any] = _record(obj, version_id, None)
    return record


def run() -> None:
    """Serve until the process that started this one ends."""
    end_group_with_parent(0)
    s3._get_object = _range_of_a_version
    s3._version_entry_from_record = _record_without_body
    main()


if __name__ == "__main__":
    run()
