"""Records what PyTorch and transformers count, for tests that have neither; or compares random
configurations live.

python tests/truth/record.py                 writes tests/truth/counts.json
python tests/truth/record.py --check         compares the defaults table with the installed
transformers python tests/truth/record.py --fuzz 500      compares 500 random configurations,
parameters and FLOPs python tests/truth/record.py --fuzz 5000 --parameters-only
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

import configs  # noqa: E402
import fuzz  # noqa: E402
import measure  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import CONFIG_MAPPING  # noqa: E402

from course_lib.catalog.huggingface.defaults import every as defaults  # noqa: E402
from course_lib.catalog.huggingface.reading import from_hf_config  # noqa: E402
from course_lib.catalog.records.transformer import Transformer  # noqa: E402
from course_lib.estimators import flops, parameters  # noqa: E402

BATCH, SEQ = 2, 9
NOT_AS_BUILT = {"llama4_text", "dbrx"}
"""Families whose own experts cannot be counted: Llama 4 sends every token through all of them, and
the counter cannot follow DBRX's."""


def ours(stated: dict[str, Any], batch: int, seq: int) -> dict[str, int]:
    """The same counts by formula."""
    model = from_hf_config(stated)
    count = parameters.count(model)
    return {
        "total": count.total,
        "active": count.active,
        "forward": flops.forward(model, batch, seq),
        "training": flops.training_step(model, batch, seq),
        "training_full_recompute": flops.training_step(model, batch, seq, recompute="full"),
        "decode": flops.decode(model, batch, seq),
    }


def compare(
    stated: dict[str, Any], batch: int, seq: int, only_parameters: bool, masks: bool
) -> str:
    """One word on how the formulas compare with transformers: same, refused by both, ... or what
    differs."""
    truth: dict[str, int] = {}
    try:
        model = measure.model_of(stated)
        truth["total"] = sum(p.numel() for p in model.parameters())
        if not only_parameters:
            truth = measure.everything(stated, batch, seq)
            if masks and truth["total"] < 10**7:  # real weights in memory
                truth["causal pairs"] = measure.mask_pairs(stated, seq)
    except Exception as error:
        reason = f"{type(error).__name__}: {str(error)[:80]}"
        if not truth:
            return "transformers refuses"
    else:
        reason = ""
    try:
        mine = ours(stated, batch, seq)
        mine["causal pairs"] = causal_pairs(stated, seq)
    except (ValueError, TypeError, KeyError) as error:
        if str(error).startswith("config must state no size") and _strays(stated):
            return "a stray size, refused here"
        if str(error).startswith("num_attention_heads must divide hidden_size"):
            return "heads do not divide, refused here"  # some families round the head width down
        return f"REFUSED {error}" if not reason and runs(stated) else "cannot run, refused here"
    if (
        turned_width(from_hf_config(stated)) == 1
    ):  # broadcasting then widens the heads: only parameters compare
        truth, reason = (
            {key: truth[key] for key in ("total", "active") if key in truth},
            "rotation of width 1",
        )
    wrong = {key: (mine[key], truth[key]) for key in truth if mine[key] != truth[key]}
    return (
        f"DIFFERENT {wrong}" if wrong else ("same parameters, cannot be run" if reason else "same")
    )


def _strays(stated: dict[str, Any]) -> bool:
    """Whether fields of other families stand in a configuration."""
    return any(stated.get(name) == value for name, value in fuzz.STRAYS.items())


def runs(stated: dict[str, Any]) -> bool:
    """Whether transformers can run the model at all; it builds some that it cannot run."""
    try:
        measure.forward(measure.model_of(stated), 1, 4)
    except Exception:
        return False
    return True


def turned_width(model: Transformer) -> int:
    """Width of the part of a head that carries the rotary position. Pairs are turned, so 1 makes no
    sense."""
    return int(model.head_dim * {"phi": 0.5, "gpt_neox": 0.25}.get(model.family, 1))


def causal_pairs(stated: dict[str, Any], seq: int) -> int:
    """Pairs of positions under the masks, from the FLOPs of the attention core."""
    model = from_hf_config(stated)
    key = model.head_dim if model.latent is None else model.latent.key_dim
    core = flops.forward_parts(model, 1, seq, attention="causal").attention_core
    return core // (2 * model.n_heads * (key + model.value_width))


def run_fuzz(count: int, seed: int, only_parameters: bool, masks: bool) -> int:
    rng, tally, start = random.Random(seed), Counter(), time.time()
    for index in range(count):
        stated = fuzz.draw(rng)
        verdict = compare(stated, rng.randint(1, 3), rng.randint(2, 8), only_parameters, masks)
        tally[verdict.split()[0] if verdict.isupper() else " ".join(verdict.split()[:5])] += 1
        if verdict.startswith(("DIFFERENT", "REFUSED")):
            print(index, verdict, stated, flush=True)
    print(dict(tally), f"{time.time() - start:.0f} s")
    return sum(n for word, n in tally.items() if word.startswith(("DIFFERENT", "REFUSED")))


def write(path: Path, families: dict[str, list[dict[str, Any]]]) -> None:
    """Records all configurations of some families, each as it stands there, in full and short, with
    its counts."""
    entries = [
        entry(model_type, stated) for model_type, group in families.items() for stated in group
    ]
    versions = {"transformers": transformers.__version__, "torch": torch.__version__.split("+")[0]}
    lines = ",\n".join(
        json.dumps(one) for one in entries
    )  # one line each, so that a change is easy to see
    head = json.dumps({"versions": versions, "batch": BATCH, "seq": SEQ})[:-1]
    path.write_text(f'{head}, "models": [\n{lines}\n]}}\n', encoding="utf-8", newline="\n")
    print(f"{len(entries)} models written to {path}")


def entry(model_type: str, fields: dict[str, Any]) -> dict[str, Any]:
    """One configuration, told in three ways, and its counts; experts are counted on real data as
    well."""
    stated = {"model_type": model_type, **fields}
    counts = measure.everything(stated, BATCH, SEQ) | {
        "causal_pairs": measure.mask_pairs(stated, SEQ)
    }
    if "Experts" in str(measure.model_of(stated)) and model_type not in NOT_AS_BUILT:
        real = measure.model_of(stated, device="cpu")
        assert measure.forward(real, BATCH, SEQ) == counts["forward"], stated
        assert measure.training(real, BATCH, SEQ) == counts["training"], stated
        assert measure.decode(real, BATCH, SEQ) == counts["decode"], stated
    told = {way: _relevant(fuzz.dump(stated, way)) for way in ("full", "short")}
    return {"stated": stated, **told, "counts": counts}


def _relevant(config: dict[str, Any]) -> dict[str, Any]:
    """Without the fields of every configuration that say nothing about the model, such as the
    labels of classes."""
    noise = (
        "id2label",
        "label2id",
        "problem_type",
        "architectures",
        "chunk_size_feed_forward",
        "dtype",
    )
    return {
        k: _relevant(v) if isinstance(v, dict) else v for k, v in config.items() if k not in noise
    }


def check_defaults() -> int:
    """Prints every default of the catalog's table that differs from the installed transformers."""
    wrong = 0
    for model_type, table in defaults.DEFAULTS.items():
        if model_type not in CONFIG_MAPPING:
            continue  # read, but published with code of its own
        names = defaults.SPELLINGS.get(model_type, {})
        declared = {
            field.name: field.default for field in dataclasses.fields(CONFIG_MAPPING[model_type])
        }
        for field, default in table.items():
            own = [name for name in names.get(field, (field,)) if name in declared]
            if not own:
                continue  # read where a file states it, but not declared
            theirs = declared[own[0]]
            if theirs != (None if default is defaults.NEEDED else default):
                wrong += 1
                print(
                    f"{model_type}.{field}: {default!r} here, "
                    f"{theirs!r} in transformers {transformers.__version__}"
                )
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fuzz", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--parameters-only", action="store_true")
    parser.add_argument("--masks", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.check:
        return int(check_defaults() > 0)
    if options.fuzz:
        return int(run_fuzz(options.fuzz, options.seed, options.parameters_only, options.masks) > 0)
    write(Path(__file__).with_name("counts.json"), configs.CONFIGS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
