"""What the commands for operators share: acting as a person, and reports on the two streams."""

import json
from typing import Any

from django.core.management import BaseCommand, CommandError

from performance.people.models import User


def person(username: str) -> User:
    """The active user a command acts as, with exactly that user's rights."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"没有可用的账号“{username}”。")
    return user


def print_json(command: BaseCommand, data: Any) -> None:
    """To standard output, alone; everything else goes to standard error."""
    command.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))
