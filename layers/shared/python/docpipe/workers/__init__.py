"""Page workers: files are opened and pages read in processes of their own, so that a hostile one harms nothing else.

``page_workers`` is what the product uses, ``run`` one reading of many pages, ``pool`` and ``worker`` hold
the processes from the outside; ``protocol`` is what the two sides say to each other; ``main``, ``desk``
and ``limits`` run inside the process.
"""

from __future__ import annotations

from docpipe.workers.page_workers import PageWorkers
from docpipe.workers.worker import PageWorkersError

__all__ = ["PageWorkers", "PageWorkersError"]
