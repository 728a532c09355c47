"""What the probe process may use: memory, files, time and no network.

Containment of accidents, not a sandbox: a model that is not trusted must not be loaded at all.
Each limit is set where the system has it and left out elsewhere. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import resource

GB = 1 << 30

#: Share of the free memory that a job may take, and the least it gets: TensorFlow maps 1.5 GB on
#: import and trains from 2 GB up, counted as address space.
MEMORY_SHARE = 0.7
LEAST_MEMORY_GB = 4.0

#: Largest file a probe may write, in bytes. Probes write none; this bounds a runaway print.
LARGEST_FILE = GB

#: Seconds past its limit after which a job ends itself, should nobody outside do it.
ALARM_MARGIN = 5.0

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def isolate() -> None:
    """Set what holds for the whole process; to be called while it has one thread."""
    if sys.platform == "win32":
        return
    for limit, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, LARGEST_FILE)):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))
    leave_network()


def leave_network() -> bool:
    """Move into a network namespace without any interface (Linux); True when it worked.

    An ordinary user needs a user namespace for that; in it the process keeps its own user and
    group numbers, and file permissions are those of the user outside.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (OSError, AttributeError):
        return False
    if unshare(_CLONE_NEWNET) == 0:
        return True
    user, group = os.getuid(), os.getgid()
    if unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def limit_memory(gigabytes: float = 0.0) -> float:
    """Bound the address space of this process.

    Args:
        gigabytes: the limit in GB; 0 takes `MEMORY_SHARE` of what is free, `LEAST_MEMORY_GB` at
            the least.

    Returns:
        The limit in GB, also where the system cannot enforce it.
    """
    limit = gigabytes or max(LEAST_MEMORY_GB, MEMORY_SHARE * free_memory_gb())
    if sys.platform != "win32":
        with suppress(OSError, ValueError):
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            size = int(limit * GB)
            soft = size if hard == resource.RLIM_INFINITY else min(size, hard)
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return limit


def free_memory_gb() -> float:
    """GB that can be had without swapping, the limit of a container counted; 0 when not known."""
    free = _meminfo_available()
    room = _container_room()
    return min(free, room) if room is not None else free


def alarm(seconds: float | None) -> None:
    """End this process after `seconds`, whatever it is doing; None takes the alarm back."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, min(seconds, 1e8) if seconds else 0.0)


def _meminfo_available() -> float:
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) / (1 << 20)
    with suppress(OSError, ValueError, AttributeError):
        # Elsewhere half of the whole is the best that the standard library can tell.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GB / 2
    return 0.0


def _container_room() -> float | None:
    """GB left under the memory limit of the control group (version 2), None without one."""
    group = Path("/sys/fs/cgroup")
    try:
        most = (group / "memory.max").read_text().strip()
        used = (group / "memory.current").read_text()
        return None if most == "max" else max(0, int(most) - int(used)) / GB
    except (OSError, ValueError):
        return None
