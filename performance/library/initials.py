"""Pinyin initials of names, for finding an indicator by typing a few letters."""

import unicodedata
from functools import lru_cache
from typing import Any

from django.db import models
from pypinyin import Style, pinyin


def initials(text: str) -> str:
    """One group of letters per character that has any, each group all its readings: `,cz,d,`.

    The groups stand between commas, so that a search can ask for a run of characters whatever
    readings they have, without one string for every combination.
    """
    groups = filter(None, map(_letters, unicodedata.normalize("NFKC", text)))
    return "," + "".join(f"{group}," for group in groups)


def pattern(letters: str) -> str:
    """A regular expression, good on every database, that finds the letters as a run."""
    return "," + ",".join(f"[a-z]*{letter}[a-z]*" for letter in letters.lower()) + ","


@lru_cache(maxsize=8_192)
def _letters(character: str) -> str:
    """The first letters of all readings; a Latin letter is its own."""
    readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors="default")[0]
    letters = {reading[:1].lower() for reading in readings}
    return "".join(sorted(letter for letter in letters if "a" <= letter <= "z"))


class InitialsField(models.TextField):
    """The initials of `name`, written whenever a row is: by save, bulk_create and loads alike.

    Only a write of named columns (`update_fields`, `bulk_update`, `update`) of a new name has to
    write this one too.
    """

    def __init__(self, **kwargs: Any):
        super().__init__("拼音首字母", **kwargs | {"editable": False, "blank": True})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for given in ("verbose_name", "editable", "blank"):
            kwargs.pop(given, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = initials(getattr(model_instance, "name", ""))
        setattr(model_instance, self.attname, value)
        return value
