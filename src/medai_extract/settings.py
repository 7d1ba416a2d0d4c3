"""Settings of a run: a TOML file, then environment variables, then options, the later ones winning."""

import hashlib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from medai_extract.errors import SettingsError

ENVIRONMENT_PREFIX = "MEDAI_EXTRACT_"


class Settings(BaseModel):
    """What a user may choose about the extraction itself; how it is run (workers, format) is not part of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    patterns: Path | None = Field(
        default=None, description="Folder of pattern files; the packaged ones if not given"
    )
    boilerplate: bool = Field(default=True, description="Whether boilerplate lines are dropped")
    names: bool = Field(
        default=True, description="Whether the name lists are used; without them only rules find names"
    )
    published_at: str | None = Field(
        default=None,
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="Publication date of articles that state none, YYYY-MM-DD",
    )

    def fingerprint(self) -> str:
        """Give a short hash of all that changes what is extracted (the patterns have one of their own)."""
        return hashlib.sha256(self.model_dump_json(exclude={"patterns"}).encode()).hexdigest()[:16]


def load_settings(
    path: Path | None = None, environment: Mapping[str, str] | None = None, **options: Any
) -> Settings:
    """Read settings from a TOML file, then ``MEDAI_EXTRACT_*`` variables, then ``options`` that are not None.

    Raises:
        SettingsError: the file cannot be read, or a name or value is wrong.

    >>> load_settings(environment={"MEDAI_EXTRACT_BOILERPLATE": "false"}).boilerplate
    False
    """
    chosen: dict[str, Any] = {}
    where = "settings"
    if path is not None:
        where = str(path)
        try:
            chosen |= tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read: {error}; give a TOML file") from error
    variables = os.environ if environment is None else environment
    chosen |= {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): text
        for name, text in variables.items()
        if name.startswith(ENVIRONMENT_PREFIX)
    }
    chosen |= {name: option for name, option in options.items() if option is not None}
    try:
        return Settings(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"{where}, {name}: {first['msg']}; known settings are {', '.join(Settings.model_fields)}"
        ) from error
