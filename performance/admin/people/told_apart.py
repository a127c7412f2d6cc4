"""People told apart where one of them is chosen: two may have the same name."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView

from performance.people.models import User


def told_apart(user: User) -> str:
    return f"{user.full_name}（{user.username}）" if user.full_name else user.username


class PeopleAutocomplete(AutocompleteJsonView):
    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        found: dict[str, str] = super().serialize_result(obj, to_field_name)
        return found | {"text": told_apart(obj)} if isinstance(obj, User) else found
