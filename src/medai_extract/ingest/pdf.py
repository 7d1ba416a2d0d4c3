"""PDF by ``pypdfium2``: one article a file, its text in reading order, paragraphs, headings and table rows on lines of their own.

The parser is native code that strangers' files may crash, hang or fill with gigabytes, and it can be neither stopped nor measured from
inside; so each file is read by a process of its own, with limits on its time and memory.

The day on which a file was made is no publication date (a page printed to a file was made when it was saved), so none is stated.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Literal

import msgspec

from medai_extract.ingest.inputs import Input, RefusedError, read_whole
from medai_extract.ingest.limits import LARGEST_ARTICLE, LARGEST_DOCUMENT, PDF_BYTES
from medai_extract.model import Article, Rejected

_WALL_SECONDS = 300
"""Time after which a process that waits rather than works is ended too."""
_END = b"%%EOF"
_END_WITHIN = 4096
_LINEAR = re.compile(rb"/Linearized[^>]{0,200}?/L\s+(\d+)")
_LEAST_CHARACTERS = 10
"""Characters a page below which a file of pictures is a scan; a stamp or a page number may be text."""
_NO_TITLE = re.compile(
    r"(?i)^(?:microsoft word\s*-.*|untitled.*|\(anonymous\)|无标题|未命名.*|.*\.(?:docx?|pptx?|xlsx?|wps|indd|pdf|html?))$"
)
_NO_PERSON = frozenset(
    ("", "(anonymous)", "administrator", "admin", "user", "unknown", "lenovo", "dell", "windows 用户")
)


class PdfText(msgspec.Struct, frozen=True):
    """What the process that reads a PDF answers: its text and properties, or why there is none."""

    text: str = ""
    title: str = ""
    author: str = ""
    pages: int = 0
    pages_without_text: int = 0
    pages_broken: int = 0
    refused: tuple[str, str] | None = None


def read_pdf(given: Input) -> Iterator[Article | Rejected]:
    """Give the one article of a PDF."""
    if find_spec("pypdfium2") is None:
        raise ModuleNotFoundError("No module named 'pypdfium2'", name="pypdfium2")
    content = read_whole(given, LARGEST_DOCUMENT)
    _refuse_truncated(content)
    found = _read_apart(content)
    if found.refused is not None:
        raise RefusedError(*found.refused)
    if not found.text.strip() and not found.pages_without_text:
        raise RefusedError("no_text", "its pages are empty")
    if len("".join(found.text.split())) < _LEAST_CHARACTERS * found.pages_without_text:
        raise RefusedError(
            "needs_ocr",
            f"{found.pages_without_text} of its {found.pages} pages are pictures without text; run OCR first",
        )
    if len(found.text) > LARGEST_ARTICLE:
        raise RefusedError("too_large", f"its text is over {LARGEST_ARTICLE:,} characters")
    lost = {"pages_without_text": found.pages_without_text, "pages_broken": found.pages_broken}
    yield Article(
        source=given.source,
        text=found.text,
        plain=False,
        title=None if _NO_TITLE.match(found.title) else found.title or None,
        author=found.author if found.author.lower() not in _NO_PERSON else None,
        warnings=tuple(f"{warning}: {count} of {found.pages}" for warning, count in lost.items() if count),
    )


def _refuse_truncated(content: bytes) -> None:
    """Refuse a file that ends too early; the parser would give the pages that are there and say nothing."""
    linear = _LINEAR.search(content, 0, 2048)
    if _END not in content.rstrip(b"\0 \t\r\n")[-_END_WITHIN:] or (linear and int(linear[1]) > len(content)):
        raise RefusedError("damaged", "ends too early; get the file again")


def _read_apart(content: bytes) -> PdfText:
    try:
        process = subprocess.run(
            [sys.executable, "-P", "-m", "medai_extract.ingest.pdf_pages"],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedError("too_slow", f"takes over {_WALL_SECONDS} s to read") from error
    try:
        return msgspec.json.decode(process.stdout, type=PdfText)
    except msgspec.DecodeError as error:
        raise RefusedError(*_why_it_ended(process.returncode)) from error


def _why_it_ended(code: int) -> tuple[Literal["too_slow", "too_large", "damaged"], str]:
    """Say why the process gave no answer: the system ended it at its limit of time, or it crashed."""
    from signal import SIGABRT, SIGILL, SIGKILL, SIGTRAP, SIGXCPU

    if code in (-SIGXCPU, -SIGKILL):
        return "too_slow", "takes far longer to read than its pages should"
    if code in (-SIGABRT, -SIGILL, -SIGTRAP):
        return "too_large", f"needs over {PDF_BYTES:,} bytes of memory to read"
    return "damaged", f"the parser broke off (code {code}); get the file again"
