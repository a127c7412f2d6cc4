"""Who may log in at all. What they may do then is people/roles.py, not Django's permissions."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from performance.people.models import User


class PortalBackend(ModelBackend):
    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """A demo account's password is public: with DEMO off it opens nothing."""
        if getattr(user, "is_demo", False) and not settings.DEMO:
            return False
        return super().user_can_authenticate(user)
