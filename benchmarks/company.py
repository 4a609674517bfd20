"""How much of the machine other programs used meanwhile: figures of a busy machine say little about ours."""

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

STAT = Path("/proc/stat")
IDLE = (3, 4)
"""The columns of the first line of /proc/stat in which processors waited: for work, and for a disk."""
USED = 8
"""The columns that count: user, nice, system, idle, iowait, irq, softirq, steal. Guests are in user already."""


@dataclass(frozen=True, slots=True)
class Company:
    """A moment: processor seconds used by everybody, by our finished processes, and the time on the wall."""

    busy: float
    ours: float
    wall: float

    @staticmethod
    def now() -> "Company | None":
        """Return this moment, None on a system that does not tell."""
        if not STAT.exists():
            return None
        ticks = [int(cell) for cell in STAT.read_text(encoding="ascii").splitlines()[0].split()[1 : USED + 1]]
        busy = sum(ticks) - sum(ticks[column] for column in IDLE)
        usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        ours = sum(one.ru_utime + one.ru_stime for one in usage)
        return Company(busy / os.sysconf("SC_CLK_TCK"), ours, time.monotonic())

    def until(self, later: "Company") -> float:
        """Return how many processors others kept busy on average from this moment to a later one."""
        others = (later.busy - self.busy) - (later.ours - self.ours)
        return max(others / (later.wall - self.wall), 0.0)
