"""Records what transformers counts of the later Gemmas, encoders and encoder-decoders; or compares
random configurations live.

python tests/truth/record_encoders.py             writes tests/truth/counts_encoders.json
python tests/truth/record_encoders.py --fuzz 300  compares 300 random configurations
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2])]

import fuzz_encoders  # noqa: E402
import measure_encoders  # noqa: E402

from course_lib.catalog.huggingface.reading import from_hf_config  # noqa: E402
from course_lib.estimators import flops, parameters  # noqa: E402
from course_lib.estimators.attention import kept_numbers  # noqa: E402

BATCH, SEQ = 2, 9


def ours(stated: dict[str, Any], batch: int, seq: int, wanted: Any) -> dict[str, int]:
    """The same counts by formula, those that are wanted."""
    model = from_hf_config(stated)
    count = parameters.count(model)
    made = {"total": count.total, "active": count.active}
    if "forward" in wanted:
        made["forward"] = flops.forward(model, batch, seq)
    if "training_full_recompute" in wanted:
        made["training_full_recompute"] = flops.training_step(model, batch, seq, recompute="full")
    if "decode" in wanted:
        made["decode"] = flops.decode(model, batch, seq)
        made["kept"] = seq * sum(k.count * kept_numbers(k.layer) for k in model.layer_kinds)
    if "pairs" in wanted:
        made["pairs"] = pairs(stated, seq)
    return {key: int(value) for key, value in made.items()}


def pairs(stated: dict[str, Any], seq: int) -> int:
    """Pairs of positions under the masks in all layers, from the FLOPs of each kind of layer."""
    model = from_hf_config(stated)
    total = 0
    for kind in model.layer_kinds:
        parts = flops.forward_parts(kind.layer, 1, seq, attention="causal")
        width = kind.layer.n_heads * (kind.layer.head_dim + kind.layer.value_width)
        total += kind.count * parts.attention_core // (2 * width)
    return total


def truth_of(stated: dict[str, Any], batch: int, seq: int) -> dict[str, int]:
    """What transformers counts, masks included where layers see different things."""
    counts = measure_encoders.everything(stated, batch, seq)
    if (
        stated["model_type"].startswith(("gemma", "modern", "t5gemma", "embedding"))
        and counts["total"] < 10**7
    ):
        counts["pairs"] = measure_encoders.mask_pairs(stated, seq)
    return counts


def compare(stated: dict[str, Any], batch: int, seq: int) -> str:
    """One word on how the formulas compare with transformers."""
    try:
        truth = truth_of(stated, batch, seq)
    except Exception as error:
        try:
            model = measure_encoders.model_of(stated)
        except Exception:
            return "transformers refuses"
        truth = measure_encoders.parameters(model)
        try:
            mine = ours(stated, batch, seq, truth)
        except ValueError:
            return "cannot run, refused here"
        if mine == truth:
            return f"same parameters, cannot run: {str(error)[:60]}"
        return f"DIFFERENT {mine}, {truth}"
    try:
        mine = ours(stated, batch, seq, truth)
    except (ValueError, TypeError, KeyError) as error:
        return f"REFUSED {error}"
    wrong = {key: (mine[key], truth[key]) for key in truth if mine[key] != truth[key]}
    return f"DIFFERENT {wrong}" if wrong else "same"


def run_fuzz(count: int, seed: int) -> int:
    """Compares so many random configurations, and prints those that differ."""
    rng, tally = random.Random(seed), Counter()
    for index in range(count):
        stated = fuzz_encoders.draw(rng)
        verdict = compare(stated, rng.randint(1, 3), rng.randint(2, 12))
        word = verdict.split()[0] if verdict[:3].isupper() else verdict
        tally[f"{word}"] += 1
        if verdict[:3].isupper():
            print(index, verdict, stated, flush=True)
    print(dict(tally))
    return tally["DIFFERENT"] + tally["REFUSED"]


def write(path: Path) -> None:
    """Records the configurations of `configs_encoders.py` with their counts, one a line."""
    import configs_encoders

    entries = []
    for model_type, group in configs_encoders.CONFIGS.items():
        for fields in group:
            stated = {"model_type": model_type, **fields}
            entries.append({"stated": stated, "counts": truth_of(stated, BATCH, SEQ)})
    lines = ",\n".join(json.dumps(one) for one in entries)
    head = json.dumps(
        {"transformers": measure_encoders.transformers.__version__, "batch": BATCH, "seq": SEQ}
    )[:-1]
    path.write_text(f'{head}, "models": [\n{lines}\n]}}\n', encoding="utf-8", newline="\n")
    print(f"{len(entries)} models written")


def main() -> int:
    """Reads the options and does it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fuzz", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.fuzz:
        return int(run_fuzz(options.fuzz, options.seed) > 0)
    write(Path(__file__).with_name("counts_encoders.json"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
