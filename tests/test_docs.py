"""Every block of the documentation is run: Python by doctest, shell commands with the output they show.

``UPDATE_DOCS=1 pytest tests/test_docs.py`` writes the present output into the pages.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ["README.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
# What differs between two equal runs: how long it took.
TIMES = re.compile(r"\b\d+(?:\.\d+)? s\b")
MAKE = {"make run": "medai-extract run corpora --out outputs", "make test": "true"}
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the pages speak of, so that their commands may write."""
    folder = tmp_path_factory.mktemp("docs")
    for name in ("patterns", "corpora"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def run_console(block: str, folder: Path) -> str:
    """Run the ``$`` lines of a block and give it with the output they have now."""
    program = f"{sys.executable} -m medai_extract"
    shown = []
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        shown.append(line)
        command = line[2:].partition("     #")[0].partition("    #")[0].strip()
        command = MAKE.get(command, command)
        script = f'medai-extract() {{ {program} "$@"; }}\n{command}'
        environment = {
            **os.environ,
            "MEDAI_EXTRACT_PATTERNS": str(folder / "patterns"),
            "COLUMNS": "110",
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        if command != "true":
            shown.extend(text.rstrip() for text in done.stdout.rstrip().splitlines())
    return "\n".join(shown).replace(f"{folder}/", "") + "\n"


def run_python(block: str, folder: Path, names: dict[str, object]) -> str:
    """Run a block of ``>>>`` lines and give it with the output it has now."""
    shown = []
    here = Path.cwd()
    os.chdir(folder)
    try:
        for example in doctest.DocTestParser().get_examples(block):
            shown.append(
                "".join(
                    f"{'>>> ' if not n else '... '}{line}\n"
                    for n, line in enumerate(example.source.splitlines())
                )
            )
            got = run_example(example.source, names)
            shown.append(got)
    finally:
        os.chdir(here)
    return "".join(shown)


def run_example(source: str, names: dict[str, object]) -> str:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<docs>", "single"), names)
    return out.getvalue()


@pytest.mark.parametrize("page", PAGES)
def test_blocks_of_page(page: str, checkout: Path) -> None:
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    renewed = text
    for match in BLOCK.finditer(text):
        kind, block = match[1], match[2]
        if kind == "console":
            now = run_console(block, checkout)
        elif kind == "python":
            now = run_python(block, checkout, names)
        else:
            raise AssertionError(f"{page}: a block of kind {kind!r} is run by nobody")
        if os.environ.get("UPDATE_DOCS"):
            renewed = renewed.replace(match[0], f"```{kind}\n{now}```")
        else:
            assert TIMES.sub("N s", now) == TIMES.sub("N s", block), (
                f"{page}: run UPDATE_DOCS=1 pytest tests/test_docs.py"
            )
    if renewed != text:
        path.write_text(renewed, encoding="utf-8")


def test_every_command_is_in_the_readme_or_its_help() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("run", "explain", "evaluate", "patterns add", "patterns check", "patterns show"):
        assert f"medai-extract {command}" in text
