"""A client of the HTTP API: what a browser does, as a library."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import httpx

from docpipe.domain.errors import EmptyFileError
from local.answers import Created, Document, Page, ResultFiles, UploadForm
from local.paths import told

_TIMEOUT_S: Final = 60.0
_TRIES: Final = 3
_PAUSE_S: Final = 0.5
"""A question is asked again after an answer that the server is at fault for; uploads are sent once."""

_PAGES_AT_ONCE: Final = 20


class ApiError(Exception):
    """The API or the storage behind it refused a request.

    Attributes:
        code: stable identifier of the reason.
        message: a sentence that names the remedy.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def size_of(path: Path) -> int:
    """Bytes of a file that is to be uploaded.

    Raises:
        ApiError: it is empty, or has gone.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ApiError("source_missing", f"The file can no longer be read ({error.strerror}).") from error
    if size == 0:
        fault = EmptyFileError()
        raise ApiError(fault.code, fault.message)
    return size


class Client:
    """Talks to an API. May be used by several threads at once.

    Args:
        api_url: address of the API.
        token: bearer token, or what gives one that is still good each time it is asked.
    """

    def __init__(self, api_url: str, token: str | Callable[[], str] | None) -> None:
        # No proxy of the machine's settings stands between this and its own server.
        self._http = httpx.Client(
            base_url=api_url,
            timeout=_TIMEOUT_S,
            trust_env=False,
            # Servers close what is idle for five seconds; a request just then would be lost with it.
            limits=httpx.Limits(keepalive_expiry=2.0),
        )
        self._token = token

    def __enter__(self) -> Self:
        """Use as a context manager: the connections are closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._http.close()

    def create(self, *, filename: str, byte_size: int, **wishes: Any) -> Created:
        """Announce a file, and get a form to upload it with.

        No media type is announced: it would be guessed from the name, and the bytes tell.

        Args:
            wishes: other members of the request, such as ``languages``.

        Raises:
            ApiError: the file is refused.
        """
        wanted = {"filename": filename, "byte_size": byte_size, **wishes}
        return Created.model_validate(_json(self._send("POST", "/documents", json=wanted)))

    def create_batch(self, paths: Sequence[Path], **wishes: Any) -> list[Created]:
        """Announce several files at once, and get a form for each, in the same order.

        Raises:
            ApiError: one of the files is refused, and so all are.
        """
        wanted = [{"filename": told(path.name), "byte_size": size_of(path), **wishes} for path in paths]
        answer = _json(self._send("POST", "/batches", json={"documents": wanted}))
        return [Created.model_validate(created) for created in answer["documents"]]

    def upload(self, form: UploadForm, path: Path) -> None:
        """Send a file straight to storage, a piece at a time.

        Raises:
            ApiError: storage refused the file.
        """
        with path.open("rb") as file:
            self.send(form, file)

    def send(self, form: UploadForm, content: IO[bytes]) -> None:
        """Send what an open file holds straight to storage, a piece at a time.

        Raises:
            ApiError: storage refused the file.
        """
        # Storage has no need of the name; the document's row holds it.
        answer = self._send("POST", form.url, data=form.fields, files={"file": ("file", content)})
        if not answer.is_success:
            code = re.search(r"<Code>(\w+)</Code>", answer.text)
            why = code[1] if code else f"HTTP {answer.status_code}"
            raise ApiError("upload_refused", f"The storage refused the file ({why}). Check the file, then try again.")

    def document(self, document_id: str) -> Document:
        """Where a document stands.

        Raises:
            ApiError: there is no such document.
        """
        return Document.model_validate(self.get(f"/documents/{document_id}"))

    def pages(self, document_id: str) -> Iterator[Page]:
        """The finished pages in order, fetched a few at a time.

        Raises:
            ApiError: there is no such document.
        """
        after: int | None = 0
        while after is not None:
            answer = self.get(f"/documents/{document_id}/pages", after=after, limit=_PAGES_AT_ONCE)
            for page in answer["pages"]:
                yield Page.model_validate(page)
            after = answer["next_after"]

    def result_files(self, document_id: str) -> ResultFiles:
        """Where the results of a completed document can be fetched.

        Raises:
            ApiError: there are none yet.
        """
        return ResultFiles.model_validate(self.get(f"/documents/{document_id}/files"))

    def download(self, url: str, path: Path) -> None:
        """Fetch a file, a piece at a time.

        Raises:
            ApiError: storage did not give it.
        """
        with _reached(), self._http.stream("GET", url) as answer:
            if not answer.is_success:
                raise ApiError(
                    "download_failed", f"A result could not be fetched (HTTP {answer.status_code}). Run this again."
                )
            with path.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)

    def get(self, path: str, **query: int | str) -> Any:
        """What the API answers on a path; asked again when the server is at fault or wants a pause.

        Raises:
            ApiError: the answer is a refusal.
        """
        for _ in range(_TRIES - 1):
            answer = self._send("GET", path, params=query)
            if not (answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS):
                return _json(answer)
            time.sleep(float(answer.headers.get("retry-after", _PAUSE_S)))
        return _json(self._send("GET", path, params=query))

    def _send(self, method: str, url: str, **content: Any) -> httpx.Response:
        # Storage is asked by the same client, and must not be shown the token: it goes with paths only.
        headers = self._authorization() if url.startswith("/") else {}
        with _reached():
            return self._http.request(method, url, headers=headers, **content)

    def _authorization(self) -> dict[str, str]:
        token = self._token() if callable(self._token) else self._token
        return {} if token is None else {"authorization": f"Bearer {token}"}


@contextmanager
def _reached() -> Iterator[None]:
    """Within the block, a connection that fails is an ``ApiError``."""
    try:
        yield
    except httpx.TransportError as error:
        raise ApiError(
            "connection_failed",
            "The API cannot be reached. Check its address; of a local runtime, see .docpipe/logs. Then run this again.",
        ) from error


def _json(answer: httpx.Response) -> Any:
    """The body of an answer.

    Raises:
        ApiError: the answer is a refusal.
    """
    if answer.is_success:
        return answer.json()
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    if "code" not in problem and answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise ApiError("token_refused", "The API does not take the token. Get a new one, and give it by --token.")
    title = HTTPStatus(answer.status_code).phrase
    raise ApiError(problem.get("code", "api_error"), problem.get("detail", f"The API answered: {title}."))
