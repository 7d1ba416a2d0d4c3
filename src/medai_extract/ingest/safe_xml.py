"""XML of strangers: entities are never expanded, nothing outside is fetched, depth and size are bounded."""

import re
from collections.abc import Mapping
from html.entities import html5
from typing import Any
from zipfile import ZipFile

from medai_extract.ingest.inputs import RefusedError

# In UTF-16 too, where a zero stands between the letters.
_ENTITY = re.compile(rb"<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y\0?\s", re.I)
_REFERENCE = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))


def refuse_entities(name: str, content: bytes) -> None:
    """See that XML defines no entities, which formats of articles never need and bombs are made of.

    Raises:
        RefusedError: it does.

    """
    if _ENTITY.search(content):
        raise RefusedError("unsafe_xml", f"{name} defines entities, which are not expanded")


def check_parts(archive: ZipFile, limits: Mapping[str, int]) -> None:
    """See that the XML parts of a document are of a size that their parser can hold, and define no entities.

    Args:
        archive: the document.
        limits: how many bytes the parts whose names begin so may have together; the longest beginning counts.

    Raises:
        RefusedError: they are not.

    """
    sizes = dict.fromkeys(limits, 0)
    for member in archive.infolist():
        group = max((start for start in limits if member.filename.startswith(start)), key=len, default=None)
        if group is None or not member.filename.lower().endswith((".xml", ".rels")):
            continue
        sizes[group] += member.file_size
        if sizes[group] > limits[group]:
            raise RefusedError("too_large", f"its parts {group}* unpack to over {limits[group]:,} bytes")
        # A chunk begins with the end of the one before, in which a definition may have begun.
        with archive.open(member) as stream:
            before = b""
            while chunk := stream.read(1 << 20):
                refuse_entities(member.filename, before + chunk)
                before = chunk[-32:]


def parse_xml(name: str, text: str) -> Any:
    r"""Parse XML as well as it goes and give its root; what HTML calls ``&nbsp;`` becomes the character.

    >>> parse_xml("a.opf", "<a><b>R&amp;D&nbsp;投入</b><c>").findtext("b")
    'R&D\xa0投入'

    Raises:
        RefusedError: it defines entities, or nothing of it can be read.

    """
    from lxml import etree

    content = _REFERENCE.sub(_named_character, text).encode("utf-8", "replace")
    refuse_entities(name, content)
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    root = etree.fromstring(content, parser)
    if root is None:
        raise RefusedError("bad_xml", f"{name} is no XML")
    return root


def _named_character(match: re.Match[str]) -> str:
    return match[0] if match[1] in _OF_XML else html5.get(match[1] + ";", match[0].replace("&", "&amp;"))
