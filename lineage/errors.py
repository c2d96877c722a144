"""Every error that lineage raises on purpose.

The message of each is one line that says what, where and the cure; a command prints it and ends with
`exit_code`.

    LineageError                    anything below
    ├── UsageError            2     the call cannot be carried out as written
    │   ├── SettingsError     2     a settings file or value is wrong
    │   ├── RegistryError     2     the outlet registry contradicts itself
    │   └── OutputExistsError 2     a file would be overwritten
    ├── InputError            3     an input cannot be read at all
    ├── SketchMismatchError   4     fingerprints made with other parameters
    └── ArchiveError          4     an archive cannot be used as asked
        ├── ArchiveLockedError 4    another process is writing to it
        ├── ArchiveDamagedError 4   what is read is not what was written
        ├── ArchiveMismatchError 4  it was made by another version or with other settings
        └── ArchiveWriteError 4     nothing can be written: no space, no permission
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


class ArchiveError(LineageError):
    """An archive cannot be used as asked."""

    exit_code = 4


class ArchiveLockedError(ArchiveError):
    """Another process is writing to the archive; only one may at a time."""


class ArchiveDamagedError(ArchiveError):
    """What is read from an archive is not what was written to it."""


class ArchiveMismatchError(ArchiveError):
    """An archive was made by another version or with other settings; the message names both."""


class ArchiveWriteError(ArchiveError):
    """An archive cannot be written to: no space left, no permission, an error of the disk."""
