"""Settings of a run: a TOML file, then environment variables, then options, the later ones winning."""

import hashlib
import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

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
        default=None, description="Publication date of articles that state none, YYYY-MM-DD"
    )

    @field_validator("published_at", mode="before")
    @classmethod
    def _read_day(cls, value: object) -> object:
        """Take a day as text, or as TOML has it."""
        day = value.isoformat() if isinstance(value, date) else value
        return check_day(day) if isinstance(day, str) else day

    def fingerprint(self) -> str:
        """Give a short hash of all that changes what is extracted (the patterns have one of their own)."""
        return hashlib.sha256(self.model_dump_json(exclude={"patterns"}).encode()).hexdigest()[:16]


def check_day(text: str) -> str:
    """Give a day back that is written ``YYYY-MM-DD``.

    Raises:
        ValueError: it is none, or written otherwise.

    >>> check_day("2025-02-30")
    Traceback (most recent call last):
    ValueError: '2025-02-30' is no day; write it YYYY-MM-DD, as in 2025-03-16
    """
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError(f"{text!r} is no day; write it YYYY-MM-DD, as in 2025-03-16")


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
    places: dict[str, str] = {}
    if path is not None:
        try:
            chosen = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read: {error}; give a TOML file") from error
        places = {name: f"{path}, {name}" for name in chosen}
    variables = os.environ if environment is None else environment
    for variable, text in variables.items():
        if variable.startswith(ENVIRONMENT_PREFIX):
            name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
            chosen[name], places[name] = text, f"environment, {variable}"
    for name, option in options.items():
        if option is not None:
            chosen[name], places[name] = option, f"settings, {name}"
    try:
        return Settings(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise SettingsError(f"{places.get(name, name)}: {_say_wrong(first)}") from error


def _say_wrong(error: ErrorDetails) -> str:
    """Give what is wrong with a setting and what to do, for somebody who does not know the library that found it."""
    given = error["input"]
    if error["type"] == "extra_forbidden":
        return f"is no setting; known are {', '.join(Settings.model_fields)}"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    wanted = {"bool": "true or false", "path": "the path of a folder", "string": "text in quotes"}
    kind = next((kind for start, kind in wanted.items() if error["type"].startswith(start)), error["msg"])
    return f"{given!r} will not do; give {kind}"
