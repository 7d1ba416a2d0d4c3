"""The dataset in the formats of other tools, with the decisions of its reviewers, and annotations back from five of them.

Offsets are those each tool counts in: code points, or UTF-16 units where a tool runs in a browser and counts those.
"""

from medai_extract.export.annotated import Annotated, Annotation, read_annotated
from medai_extract.export.formats import FORMATS, export_dataset, read_annotations

__all__ = ["FORMATS", "Annotated", "Annotation", "export_dataset", "read_annotated", "read_annotations"]
