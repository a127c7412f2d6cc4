"""What the commands for operators share: acting as a person, and reports on the two streams."""

import errno
import json
from typing import Any

from django.core.management import BaseCommand, CommandError

from performance.people.models import User

_REASONS = {
    errno.ENOENT: "文件或文件夹不存在",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是一个文件夹",
    errno.EEXIST: "已存在，请换一个文件名",
    errno.EACCES: "没有读写的权限",
    errno.EPERM: "没有读写的权限",
    errno.EROFS: "所在的磁盘只能读取",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "文件名过长",
}


def reason(error: OSError) -> str:
    """Why a file could not be opened, read or written, to be put behind a colon."""
    return _REASONS.get(error.errno or 0, f"系统不允许（错误号 {error.errno}）")


def person(username: str) -> User:
    """The active user a command acts as, with exactly that user's rights."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"没有可用的账号“{username}”。")
    return user


def print_json(command: BaseCommand, data: Any) -> None:
    """To standard output, alone; everything else goes to standard error."""
    command.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))
