"""The wheel is whole: installed away from the checkout it runs an article with the packaged patterns."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return next(folder.glob("*.whl"))


def test_wheel_holds_patterns_types_and_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "medai_extract/py.typed" in names
    shipped = {
        path.relative_to(ROOT / "patterns").as_posix()
        for path in (ROOT / "patterns").glob("*/*")
        if path.is_file()
    }
    assert {f"medai_extract/_patterns/{name}" for name in shipped} <= names
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in names if ".dist-info/licenses/" in name}


def test_wheel_runs_an_article_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    # The dependencies are those of this environment, put on the path of the empty one: only the package itself is under test.
    site = next((tmp_path / "env").glob("lib/python*/site-packages"))
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "dependencies.pth").write_text(f"{ours}\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("蚂蚁阿福于2025年3月上线，推想医疗完成5亿美元融资。", encoding="utf-8")
    code = (
        "import medai_extract, sys\n"
        "from medai_extract.patterns import find_patterns\n"
        "assert medai_extract.__file__.startswith(sys.prefix), medai_extract.__file__\n"
        "assert str(find_patterns()).startswith(sys.prefix)\n"
        "from medai_extract.cli.main import main\n"
        "sys.argv = ['medai-extract', 'run', 'a.txt', '--out', 'out']\n"
        "main()"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(python), "-c", code],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, None), done.stderr
    assert "推想医疗" in (tmp_path / "out" / "mentions.jsonl").read_text(encoding="utf-8")
