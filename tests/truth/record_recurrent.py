"""Records what transformers counts for families with recurrent layers or sparse attention; or
compares random configurations live.

python tests/truth/record_recurrent.py              writes tests/truth/counts_recurrent.json
python tests/truth/record_recurrent.py --check      compares the defaults tables
python tests/truth/record_recurrent.py --fuzz 500   compares 500 random configurations
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2])]

import configs_recurrent  # noqa: E402
import fuzz  # noqa: E402
import fuzz_recurrent  # noqa: E402
import measure  # noqa: E402
import measure_recurrent  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402

from course_lib.catalog.huggingface.defaults import recurrent, sparse  # noqa: E402
from course_lib.catalog.huggingface.defaults.table import NEEDED  # noqa: E402
from course_lib.catalog.huggingface.reading import from_hf_config  # noqa: E402
from course_lib.estimators import flops, memory, parameters  # noqa: E402
from course_lib.estimators.memory import cache  # noqa: E402

SEQ = 9


def ours(stated: dict[str, Any], seq: int) -> dict[str, int]:
    """The same counts by formula; products beside weights only where no layer has a state."""
    model = from_hf_config(stated)
    count, parts = parameters.count(model), flops.forward_parts(model, 1, seq)
    grown = memory.kv_cache(model, 1, seq + 1) - memory.kv_cache(model, 1, seq)
    found = {
        "total": count.total,
        "active": count.active,
        "weights": parts.weights,
        "kv_numbers_per_token": grown // 2,
        "state_bytes": cache.state_bytes(model),
    }
    stateless = all(kind.layer.recurrent is None for kind in model.layer_kinds)
    return found | ({"pairs": parts.attention_core + parts.state} if stateless else {})


def truth(stated: dict[str, Any], seq: int) -> dict[str, int]:
    """What can be counted: transformers builds some models that it cannot run, and some caches fail
    where no layer attends."""
    model = measure_recurrent.model_of(stated)
    found = measure_recurrent.parameters(model)
    # DeepSeek V4 keeps tokens apart until they are summed up: what one more adds is no constant.
    keeps = () if stated["model_type"] == "deepseek_v4" else (measure_recurrent.kept,)
    for part in (measure_recurrent.products, *keeps):
        try:
            found |= part(model, seq)
        except Exception as error:
            found["failed"] = f"{part.__name__}: {type(error).__name__} {str(error)[:60]}"
    return found


def compare(stated: dict[str, Any], seq: int) -> str:
    """How the formulas compare with transformers, in a word or in numbers."""
    try:
        theirs = truth(stated, seq)
    except Exception as error:
        theirs, reason = {}, f"{type(error).__name__} {str(error)[:150]}"
    try:
        mine = ours(stated, seq)
    except (ValueError, TypeError, KeyError) as error:
        if not theirs:
            return "refused by both"
        if str(error).startswith("num_attention_heads must divide hidden_size"):
            return "heads do not divide, refused here"  # some families round the width down
        return f"REFUSED {error}" if "failed" not in theirs else "cannot run, refused here"
    if not theirs:
        return f"transformers refuses ({reason})"
    if from_hf_config(stated).head_dim == 1:  # pairs are turned: broadcasting widens such heads
        theirs = {key: theirs[key] for key in ("total", "active")}
    wrong = {k: (mine[k], theirs[k]) for k in mine.keys() & theirs.keys() if mine[k] != theirs[k]}
    if wrong:
        return f"DIFFERENT {wrong} {theirs.get('failed', '')}"
    return f"same, {theirs['failed'].split(':')[0]} cannot run" if "failed" in theirs else "same"


def run_fuzz(count: int, seed: int) -> int:
    rng, start = random.Random(seed), time.time()
    tally: Counter[str] = Counter()
    families: Counter[str] = Counter()
    for index in range(count):
        stated = fuzz_recurrent.draw(rng)
        verdict = compare(stated, rng.randint(2, 9))
        tally[verdict.split()[0] if verdict[:3].isupper() else verdict] += 1
        families[stated["model_type"]] += verdict.startswith("same")
        if verdict[:3].isupper():
            print(index, verdict, json.dumps(stated), flush=True)
    print(dict(tally), f"{time.time() - start:.0f} s")
    print("same, by family:", dict(families))
    return tally["DIFFERENT"] + tally["REFUSED"]


def check_defaults() -> int:
    """Prints every default of the tables that differs from the installed transformers."""
    wrong = 0
    tables = {**recurrent.DEFAULTS, **sparse.DEFAULTS}
    spellings = {**recurrent.SPELLINGS, **sparse.SPELLINGS}
    for model_type, table in tables.items():
        kind = type(measure.configuration({"model_type": model_type}))
        declared = {field.name: field.default for field in dataclasses.fields(kind)}
        for field, default in table.items():
            names = spellings.get(model_type, {}).get(field, (field,))
            own = [name for name in names if name in declared]
            theirs = declared[own[0]] if own else "not declared"
            if theirs != (None if default is NEEDED else default):
                wrong += 1
                print(f"{model_type}.{field}: {default!r} here, {theirs!r} there")
    return wrong


def write(path: Path) -> None:
    """Records all configurations of `configs_recurrent` in three tellings, with their counts."""
    lines = [
        json.dumps(entry({"model_type": model_type, **fields}))
        for model_type, group in configs_recurrent.CONFIGS.items()
        for fields in group
    ]
    versions = {"transformers": transformers.__version__, "torch": torch.__version__.split("+")[0]}
    head = json.dumps({"versions": versions, "seq": SEQ})[:-1]
    text = f'{head}, "models": [\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(lines)} models written to {path}")


def entry(stated: dict[str, Any]) -> dict[str, Any]:
    """One configuration, told in three ways, and its counts."""
    counts = truth(stated, SEQ)
    counts.pop("failed", None)
    if stated["model_type"] in sparse.DEFAULTS:
        counts["causal_pairs"] = measure.mask_pairs(stated, SEQ)
    told = {way: _relevant(fuzz.dump(stated, way)) for way in ("full", "short")}
    return {"stated": stated, **told, "counts": counts}


def _relevant(config: dict[str, Any]) -> dict[str, Any]:
    """Without the fields of every configuration that say nothing about the model."""
    noise = {
        "id2label", "label2id", "problem_type", "architectures", "chunk_size_feed_forward", "dtype",
        "rope_parameters", "time_step_limit",
    }  # fmt: skip
    return {key: value for key, value in config.items() if key not in noise}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fuzz", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.check:
        check_defaults()
        return 0
    if options.fuzz:
        return int(run_fuzz(options.fuzz, options.seed) > 0)
    write(Path(__file__).with_name("counts_recurrent.json"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
