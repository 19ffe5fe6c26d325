"""The rules of the long tuning, written down before it was run.

1. The base is `tuned.pretrained` after `BASE_STEPS` steps of source code.
2. Each way is tuned on the built-in help for each of `STEPS`, each time from the base, with its
   learning rate falling to zero within those steps.
3. A way's learning rate is the one of `RATES` with the lowest loss on unseen text after
   `TRIED_STEPS` steps with the seed `TRIED_SEED`, which no other run uses. All ways try the same.
4. Full tuning and LoRA are run with each of `SEEDS`; the two others, which answer side questions
   (fewer bits, a higher rank), with the first alone.
"""

from __future__ import annotations

BASE_STEPS = 1500
STEPS = (50, 200, 800)
SEEDS = (0, 1, 2)
RATES = (1e-3, 3e-3, 1e-2, 3e-2)
TRIED_STEPS, TRIED_SEED = 100, 9
WAYS = {
    "full tuning": ("full tuning", 8, SEEDS),
    "LoRA": ("LoRA", 8, SEEDS),
    "quantised LoRA": ("quantised LoRA", 8, SEEDS[:1]),
    "LoRA, rank 32": ("LoRA", 32, SEEDS[:1]),
}
"""By name: the way of `tuned.WAYS`, the rank of its adapter, and its seeds."""
