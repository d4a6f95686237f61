"""The image itself: what it weighs, what it holds, and what it costs to start."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.containers.engine import Docker
from tools.containers.image import TAG, image_bytes
from tools.containers.size import contents, report

ROOT = Path(__file__).resolve().parents[2]
_LARGEST_BYTES = 300_000_000

_IMPORT_BUDGET = 3.0
"""CPU of importing a handler with all it needs, over that of boto3, psycopg and pydantic alone: 0.24 s were measured
for those, 1.7 times as much for recognition and 2.1 times for assembly, which holds PyMuPDF."""


def python(image: Docker, code: str) -> str:
    return image("run", "--rm", "--network=none", "--read-only", "--entrypoint=/usr/bin/python3", TAG, "-c", code)


def test_it_is_small(image: Docker) -> None:
    assert image_bytes(image) <= _LARGEST_BYTES, report(image)


def test_what_lambda_is_given_is_one_plain_image(image: Docker) -> None:
    (told,) = json.loads(image("image", "inspect", TAG))
    assert told["Config"]["User"] == "993:990"
    assert told["Config"]["Entrypoint"] == ["/usr/bin/python3", "-m", "awslambdaric"]
    assert told["Os"] == "linux"


def test_handlers_import_at_little_more_than_the_price_of_their_libraries(image: Docker) -> None:
    """0.8 CPU seconds at most on idle CPUs; held as a ratio, as the seconds double where neighbours are busy."""
    # The best of a few, in turn, so that what changes meanwhile burdens all of them.
    code = """
import json, subprocess, sys
imported = {"libraries": "boto3, psycopg, pydantic"}
imported |= {function: f"functions.{function}.handler" for function in ("ocr", "intake", "assemble")}
took = dict.fromkeys(imported, float("inf"))
for _ in range(5):
    for name, modules in imported.items():
        program = f"import time, {modules}; print(time.process_time())"
        took[name] = min(took[name], float(subprocess.check_output([sys.executable, "-c", program])))
print(json.dumps(took))
"""
    took = json.loads(python(image, code))
    assert len(took) == 4
    assert max(took.values()) <= _IMPORT_BUDGET * took["libraries"], took


def test_nothing_is_compiled_at_a_start(image: Docker) -> None:
    """What is not compiled in the image is compiled at each cold start, for nothing can be written down."""
    code = """
import os, sys, functions.ocr.handler, docpipe.reading
kept = {name: getattr(module, "__cached__", None) for name, module in sys.modules.items()}
print(len([path for path in kept.values() if path]) > 200)
print([name for name, path in kept.items() if path and not os.path.exists(path)])
"""
    assert python(image, code).split("\n") == ["True", "[]"]


def test_it_holds_no_shell_no_package_manager_and_no_compiler(image: Docker) -> None:
    names = ("sh", "bash", "apt", "dpkg", "perl", "pip", "pip3", "gcc", "curl", "wget")
    where = "/bin:/sbin:/usr/bin:/usr/sbin:/opt/python/bin"
    code = f"import shutil; print([name for name in {names!r} if shutil.which(name, path={where!r})])"
    assert python(image, code) == "[]"


def test_no_file_gives_rights_and_none_can_be_written(image: Docker) -> None:
    code = """
import os, stat
bad = []
for top in ("/etc", "/home", "/opt", "/root", "/usr", "/var"):
    for folder, folders, names in os.walk(top):
        for name in folders + names:
            found = os.lstat(os.path.join(folder, name))
            writable = found.st_mode & stat.S_IWOTH and not stat.S_ISLNK(found.st_mode)
            special = found.st_mode & (stat.S_ISUID | stat.S_ISGID) and stat.S_ISREG(found.st_mode)
            if writable or special or found.st_uid:
                bad.append(os.path.join(folder, name))
print(bad)
"""
    assert python(image, code) == "[]"


def test_scanners_are_told_what_it_holds(image: Docker) -> None:
    held = contents(image)
    assert {"libc6", "libtesseract5", "python3.13-minimal", "tesseract-ocr"} <= held.debian.keys()
    assert all(re.match(r"\S+", version) for version, _ in held.debian.values())
    assert python(image, "import importlib.metadata as m; print(m.version('tesserocr'))")


def test_every_client_that_the_code_makes_can_be_made(image: Docker) -> None:
    """The descriptions of services that no code asks for are left out."""
    sources = "".join(path.read_text() for path in (ROOT / "layers/shared/python/docpipe").rglob("*.py"))
    services = sorted(set(re.findall(r"""client\(\s*["']([a-z0-9-]+)["']""", sources)))
    assert {"s3", "sqs", "rds", "secretsmanager"} <= set(services)
    code = f"import boto3; [boto3.client(name, region_name='us-east-1') for name in {services!r}]; print('made')"
    assert python(image, code) == "made"


@pytest.mark.parametrize("requirements", ["layers/shared/requirements.txt", "functions/ocr/requirements.txt"])
def test_every_package_has_a_wheel_for_arm(requirements: str, tmp_path: Path) -> None:
    """The stack builds the image for ARM; here it is built for this machine."""
    command = [
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "install",
        "--dry-run",
        "--no-deps",
        "--require-hashes",
    ]
    command += ["--only-binary=:all:", "--python-platform=aarch64-manylinux_2_28", "--python-version=3.13"]
    command += [f"--target={tmp_path}", f"--requirement={ROOT / requirements}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
