"""Every error that lineage raises on purpose.

The message of each is one line that says what, where and the cure; a command prints it and ends with
`exit_code`.

    LineageError                    anything below
    ├── UsageError            2     the call cannot be carried out as written
    │   ├── SettingsError     2     a settings file or value is wrong
    │   ├── RegistryError     2     the outlet registry contradicts itself
    │   └── OutputExistsError 2     a file would be overwritten
    ├── InputError            3     an input cannot be read at all
    └── SketchMismatchError   4     fingerprints made with other parameters
"""

from __future__ import annotations


class LineageError(Exception):
    """Anything that went wrong in a way that lineage foresaw. `exit_code` is the command's."""

    exit_code = 2


class UsageError(LineageError):
    """The call cannot be carried out as written."""


class SettingsError(UsageError):
    """A settings file or value is wrong: an unknown key, a value out of range, bad TOML."""


class RegistryError(UsageError):
    """The registry of outlets contradicts itself, or a registry file cannot be understood."""


class OutputExistsError(UsageError):
    """A file would be overwritten; `--force` allows it."""


class InputError(LineageError):
    """An input cannot be read at all (a single bad record is skipped and counted instead)."""

    exit_code = 3


class SketchMismatchError(LineageError):
    """Two sketches were made with different parameters; the message names both."""

    exit_code = 4
