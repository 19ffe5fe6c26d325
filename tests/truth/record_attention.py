"""Records what transformers counts of the families that attend in every layer; or compares random
configurations live.

python tests/truth/record_attention.py             writes tests/truth/counts_attention.json
python tests/truth/record_attention.py --fuzz 300  compares 300 random configurations
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2])]

import configs_attention  # noqa: E402
import fuzz_attention  # noqa: E402
import measure_attention  # noqa: E402
import record  # noqa: E402

from course_lib.catalog.huggingface.reading import from_hf_config  # noqa: E402
from course_lib.estimators import memory  # noqa: E402

TURNED = dict.fromkeys(("persimmon", "glm", "glm4", "glm4_moe", "nemotron"), 0.5)
"""Part of a head that carries the rotary position, where it is not all of it."""


def compare(stated: dict[str, Any], batch: int, seq: int, masks: bool) -> str:
    """One word on how the formulas compare with transformers, caches of two tokens included."""
    verdict = record.compare(stated, batch, seq, only_parameters=False, masks=masks)
    if verdict != "same":
        return verdict
    model = from_hf_config(stated)
    if any(0 < kind.layer.sliding_window < 4 for kind in model.layer_kinds):
        return verdict
    kept, mine = measure_attention.cached_numbers(stated, 2), memory.kv_cache(model, 1, 2) // 2
    return verdict if kept == mine else f"DIFFERENT cache {mine}, {kept}"


def run_fuzz(count: int, seed: int, masks: bool, family: str) -> int:
    rng, tally, start = random.Random(seed), Counter(), time.time()
    families: Counter[str] = Counter()
    for index in range(count):
        stated = (
            fuzz_attention._told(rng, fuzz_attention.drawn(rng, family))
            if family
            else fuzz_attention.draw(rng)
        )
        verdict = compare(stated, rng.randint(1, 3), rng.randint(2, 8), masks)
        tally[" ".join(verdict.split()[:5])] += 1
        families[stated["model_type"]] += verdict == "same"
        if verdict.startswith(("DIFFERENT", "REFUSED")):
            print(index, verdict, stated, flush=True)
    print(dict(tally), f"{time.time() - start:.0f} s")
    if not family:
        never = sorted(set(fuzz_attention.FLAGS) - {name for name, n in families.items() if n})
        print("never the same:", *never)
    return sum(n for word, n in tally.items() if word.startswith(("DIFFERENT", "REFUSED")))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fuzz", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--masks", action="store_true")
    parser.add_argument("--family", default="")
    options = parser.parse_args()
    if options.fuzz:
        off = run_fuzz(options.fuzz, options.seed, options.masks, options.family)
        return int(off > 0)
    record.write(Path(__file__).with_name("counts_attention.json"), configs_attention.CONFIGS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
