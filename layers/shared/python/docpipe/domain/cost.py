"""What a document cost, from what was measured while it was worked on.

Prices are those of us-east-1, on demand, first tier, November 2026: Lambda arm64
$0.0000133334 a GB-second and $0.20 a million requests; S3 PUT $0.005 a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass

MICROUSD_PER_GB_SECOND = 13.3334
MICROUSD_PER_REQUEST = 0.2
MICROUSD_PER_PUT = 5.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What one invocation used.

    Attributes:
        memory_mb: memory the function was given (1 GB = 1,024 MB on Lambda's bill).
        duration_ms: time it ran.
        puts: objects written to S3.
    """

    memory_mb: int
    duration_ms: int
    puts: int = 0

    @property
    def mb_ms(self) -> int:
        """Memory × time, MB·ms: the unit in which usage is added up, so that nothing is rounded away."""
        return self.memory_mb * self.duration_ms


def cost_microusd(*, mb_ms: int, invocations: int, puts: int) -> int:
    """Cost in millionths of a US dollar, rounded."""
    gb_seconds = mb_ms / 1_024 / 1_000
    return round(gb_seconds * MICROUSD_PER_GB_SECOND + invocations * MICROUSD_PER_REQUEST + puts * MICROUSD_PER_PUT)
