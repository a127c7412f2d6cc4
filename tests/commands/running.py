"""Commands as an operator meets them: what stands on the two streams, and the exit code."""

import json
from io import StringIO
from typing import Any, NamedTuple

from django.core.management import CommandError, call_command


class Run(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output must be JSON and nothing else."""
        return json.loads(self.out)


def run(*arguments: str) -> Run:
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except CommandError as error:
        # As BaseCommand.run_from_argv does.
        code = error.returncode
        err.write(f"{error}\n")
    except SystemExit as stop:
        code = stop.code
    return Run(code, out.getvalue(), err.getvalue())
