"""Who may log in at all. What they may do then is people/roles.py, not Django's permissions."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q

from performance.people.models import User


class PortalBackend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        """With the number of unread notices, which every page shows: in the same query."""
        unread = Count("notices", filter=Q(notices__read_at=None))
        user = User.objects.annotate(unread=unread).filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """A demo account's password is public: with DEMO off it opens nothing."""
        if getattr(user, "is_demo", False) and not settings.DEMO:
            return False
        return super().user_can_authenticate(user)
