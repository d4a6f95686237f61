"""Building a zip asset on this machine: real uv, a wheel made here, no package index."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from infra.bundling import BundlePlan, BundlingError, build, bundling

WHEEL = "tiny-1.0-py3-none-any.whl"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one function, whose requirements name a wheel beside them by its hash."""
    folder = tmp_path / "functions" / "clean"
    folder.mkdir(parents=True)
    (tmp_path / "functions" / "__init__.py").touch()
    (folder / "handler.py").write_text("import tiny\n")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "handler.cpython-313.pyc").touch()
    with zipfile.ZipFile(tmp_path / WHEEL, "w") as wheel:
        wheel.writestr("tiny.py", "VALUE = 1\n")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "tiny.py,,\n")
    pin(tmp_path, hashlib.sha256((tmp_path / WHEEL).read_bytes()).hexdigest())
    return tmp_path


def pin(repository: Path, digest: str) -> None:
    requirement = f"tiny @ {(repository / WHEEL).as_uri()} --hash=sha256:{digest}\n"
    (repository / "functions" / "clean" / "requirements.txt").write_text(requirement)


def plan(repository: Path) -> BundlePlan:
    return BundlePlan(
        root=repository,
        files=["functions/__init__.py", "functions/clean"],
        strip="",
        requirements="functions/clean/requirements.txt",
        packages_folder="",
    )


def test_the_asset_holds_the_code_and_its_packages_at_their_module_paths(repository: Path, tmp_path: Path) -> None:
    output = tmp_path / "asset"
    build(plan(repository), output)
    files = {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()}
    assert {"functions/__init__.py", "functions/clean/handler.py", "tiny.py"} <= files
    assert not [file for file in files if file.endswith((".pyc", "requirements.txt"))]


def test_leading_folders_can_be_left_out(repository: Path, tmp_path: Path) -> None:
    stripped = BundlePlan(
        root=repository,
        files=["functions/clean"],
        strip="functions",
        requirements="functions/clean/requirements.txt",
        packages_folder="python",
    )
    build(stripped, tmp_path / "asset")
    assert (tmp_path / "asset" / "clean" / "handler.py").exists()
    assert (tmp_path / "asset" / "python" / "tiny.py").exists()


def test_a_package_that_is_not_the_pinned_one_is_refused(repository: Path, tmp_path: Path) -> None:
    pin(repository, "0" * 64)
    with pytest.raises(BundlingError, match="could not install functions/clean/requirements"):
        build(plan(repository), tmp_path / "asset")


@pytest.mark.xdist_group("synth")
@pytest.mark.usefixtures("stack")
def test_cdk_builds_assets_this_way_and_asks_for_no_container(repository: Path, tmp_path: Path) -> None:
    # The fixture has told jsii which node to start; only then may aws_cdk be imported.
    import aws_cdk as cdk
    from aws_cdk import aws_s3_assets as s3_assets

    app = cdk.App(outdir=str(tmp_path / "assembly"))
    asset = s3_assets.Asset(
        cdk.Stack(app, "Assets"), "Zip", path=str(repository), bundling=bundling(plan(repository)), exclude=["assembly"]
    )
    assert asset.is_zip_archive
    built = tmp_path / "assembly" / f"asset.{asset.asset_hash}"
    assert {path.name for path in built.iterdir()} >= {"functions", "tiny.py"}


def test_without_uv_the_remedy_is_named(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise FileNotFoundError

    monkeypatch.setattr("uv.find_uv_bin", missing)
    with pytest.raises(BundlingError, match="make setup"):
        build(plan(repository), tmp_path / "asset")
