"""What nobody can see is no text, however long it is."""

import pytest

from performance.library.plain import is_invisible


@pytest.mark.parametrize("text", ["", " \n\u3000", "\u200b\u2060\ufeff", "\u3164\u2800", "\u0301"])
def test_what_shows_nothing_is_invisible(text):
    assert is_invisible(text)


@pytest.mark.parametrize("text", ["。", "0", "\u200b字", "e\u0301", "❤\ufe0f"])
def test_what_shows_anything_is_not(text):
    assert not is_invisible(text)
