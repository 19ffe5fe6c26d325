"""`course plan --export`: the line that launches a plan with torchrun, torchtitan or vLLM.

Design choices:
- Only options that stand in the program's own documentation are written; a comment above the line
  says in which version's. What a plan cannot know (program, host, configuration, checkpoint) stands
  in capitals.
- What a program cannot do as planned is said in a comment, never passed over.
"""

from __future__ import annotations

from course_lib.estimators.memory.capacity import USABLE
from course_lib.estimators.parallelism.clusters import MACHINE
from course_lib.estimators.project import PlannedRun
from course_lib.estimators.serving.plan import Fleet, Load

TORCHRUN = "torchrun of PyTorch 2: docs.pytorch.org/docs/stable/elastic/run.html"
TORCHTITAN = "torchtitan 0.2: torchtitan/config/job_config.py"
VLLM = "vLLM 0.8: docs.vllm.ai/en/v0.8.5/serving/engine_args.html"
LONGEST = 8
"""An answer may be so many times as long as the mean: of exponential lengths 3 in 10 000 are
longer."""
DTYPES = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}
"""What vLLM calls the formats that need no quantisation."""


def training_line(program: str, run: PlannedRun) -> str:
    """The launch line of a training run, under its comments.

    Args:
        program: "torchrun" or "torchtitan".
        run: the run.
    """
    comments = [f"# {run.model}: {run.layout_words}"]
    if run.fits in ("does not fit", "may not fit"):
        comments.append(f"# this plan {run.fits}: course plan without --export says more")
    nodes, each = _machines(run.devices)
    if nodes > 1:
        comments.append(f"# to be run on each of {nodes} machines; HOST is one of them")
    if program == "torchrun":
        comments.append(f"# {TORCHRUN}; train.py must lay out the ranks as above")
        return "\n".join([*comments, f"{_torchrun(nodes, each)} train.py"])
    words, notes = _torchtitan(run)
    comments += [f"# {TORCHTITAN}; CONFIG.toml names model, tokenizer and text", *notes]
    line = f"{_torchrun(nodes, each)} -m torchtitan.train --job.config_file CONFIG.toml"
    return "\n".join([*comments, " \\\n  ".join([line, *words])])


def _machines(devices: int) -> tuple[int, int]:
    """Machines, and devices of each: as many as a machine has, or the most that divide them."""
    each = max(size for size in range(1, MACHINE + 1) if devices % size == 0)
    return devices // each, each


def _torchrun(nodes: int, each: int) -> str:
    if nodes == 1:
        return f"torchrun --standalone --nproc-per-node={each}"
    meeting = "--rdzv-id=JOB --rdzv-backend=c10d --rdzv-endpoint=HOST:29400"
    return f"torchrun --nnodes={nodes} --nproc-per-node={each} {meeting}"


def _torchtitan(run: PlannedRun) -> tuple[list[str], list[str]]:
    """Options of torchtitan, and what they cannot say."""
    sizes = {name: int(size) for name, size in run.layout.numbers().items()}
    notes = []
    # It shards (FSDP) or copies (DDP); what is shared is weights, too, unless they are kept.
    replicate, shard = (sizes["data"], 1) if sizes["zero"] == 0 else (1, sizes["data"])
    reshard = "always" if sizes["zero"] == 3 else "never"
    if sizes["zero"] == 1 and shard > 1:
        notes.append("# it has no ZeRO stage 1; sharding gradients too (stage 2) holds less")
    rounds = run.batch // (sizes["data"] * sizes["micro_batch"])
    piped = sizes["pipeline"] > 1
    # A pipeline cuts the local batch into micro-batches; without one they are accumulated.
    local = sizes["micro_batch"] * (rounds if piped else 1)
    options = {
        "training.local_batch_size": local,
        "training.global_batch_size": run.batch,
        "training.seq_len": run.seq,
        "training.steps": round(run.steps),
        "parallelism.data_parallel_replicate_degree": replicate,
        "parallelism.data_parallel_shard_degree": shard,
        "parallelism.fsdp_reshard_after_forward": reshard,
        "parallelism.tensor_parallel_degree": sizes["tensor"],
        "parallelism.pipeline_parallel_degree": sizes["pipeline"],
        "parallelism.context_parallel_degree": sizes["context"],
        "parallelism.expert_parallel_degree": sizes["expert"],
        "activation_checkpoint.mode": run.layout.recompute,
    }
    if piped:
        options["parallelism.pipeline_parallel_microbatch_size"] = sizes["micro_batch"]
        looped = sizes["interleave"] > 1
        options["parallelism.pipeline_parallel_schedule"] = "Interleaved1F1B" if looped else "1F1B"
    if run.format not in DTYPES:
        notes.append(f"# products in {run.format}: name the converter in CONFIG.toml")
    return [f"--{name}={value}" for name, value in options.items()], notes


def serving_line(
    model: str, device: str, load: Load, fleet: Fleet, format: str, longest: int
) -> str:
    """The launch line of one copy of a service, under its comments.

    Args:
        model: what to serve, as people call it.
        device: the card.
        load: what is asked.
        fleet: the cards.
        format: of the weights.
        longest: tokens that the model can take; 0 for no stated limit.
    """
    comments = [f"# {model} on {fleet.cards} x {device}, {fleet.group} for each copy"]
    if fleet.replicas > 1:
        comments.append(f"# one line for each of {fleet.replicas} copies, behind a balancer")
    comments.append(f"# {VLLM}; MODEL is the repository or the folder of the checkpoint")
    wanted = load.prompt + LONGEST * load.output
    if longest and wanted > longest:
        comments.append(f"# a text ends at {longest} tokens, the positions of {model}")
    options = {
        "tensor-parallel-size": fleet.group,
        "max-model-len": min(wanted, longest) if longest else wanted,
        "max-num-seqs": fleet.batch,
        "gpu-memory-utilization": USABLE,
    }
    words = [f"--{name} {value}" for name, value in options.items()]
    if format in DTYPES:
        words.append(f"--dtype {DTYPES[format]}")
    elif format == "fp8":
        words.append("--quantization fp8")
    else:
        comments.append(f"# weights in {format}: MODEL is a checkpoint that is quantised so")
    return "\n".join([*comments, f"vllm serve MODEL {' '.join(words)}"])
