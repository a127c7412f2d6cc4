"""Comparing names as people do. Pure."""

import unicodedata


def plain(text: str) -> str:
    """Width and white space do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split())
