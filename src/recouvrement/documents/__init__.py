"""TOML documents read from text: entries, where each stands, and all that is wrong at once."""

from recouvrement.documents.gathering import Gathering, Places, Said
from recouvrement.documents.lines import Lines, Path, document_of, is_endless, lines_of

__all__ = [
    "Gathering",
    "Lines",
    "Path",
    "Places",
    "Said",
    "document_of",
    "is_endless",
    "lines_of",
]
