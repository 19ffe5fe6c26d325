"""Models of the articles' kind, and the full runs that made them: what several claims count.

The three articles speak of today's large language models. So the population is fixed, once and for
every claim: decoders published since 2022 with a billion weights or more. Another population gives
another number; a lesson that counts says which one it took.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from course_lib.catalog import Run, Transformer, models
from course_lib.estimators import parameters

SINCE, WEIGHTS = 2022, 1e9
"""Year of publication and number of weights from which a decoder is of the articles' kind."""

__all__ = ["SINCE", "WEIGHTS", "decoders", "full_runs", "of_articles_kind"]


def of_articles_kind(among: Mapping[str, Any] = models) -> dict[str, Transformer]:
    """Decoders published since 2022 with a billion weights or more, by key.

    Args:
        among: models by key; the course's catalog, or one of `as_of`.

    >>> found = of_articles_kind()
    >>> "llama-3-8b" in found, "gpt-3-175b" in found, "pythia-70m" in found  # 2020; too small
    (True, False, False)
    """
    return {
        key: model
        for key, model in decoders(among).items()
        if model.year >= SINCE and int(parameters.count(model).total) >= WEIGHTS
    }


def decoders(among: Mapping[str, Any] = models) -> dict[str, Transformer]:
    """Every decoder, of any year and size, by key.

    >>> "gpt-3-175b" in decoders(), "t5-11b" in decoders()  # T5 has an encoder, too
    (True, False)
    """
    return {key: model for key, model in among.items() if isinstance(model, Transformer)}


def full_runs(
    runs: Mapping[str, Run], among: Mapping[str, Transformer]
) -> Iterator[tuple[Run, Transformer]]:
    """Each full training run of some models, with its model.

    A run whose model the catalog does not describe is not among them: nobody could count it.

    Args:
        runs: runs by key.
        among: the models that count, by key.

    >>> from course_lib.catalog import runs
    >>> found = {run.model for run, _ in full_runs(runs, of_articles_kind())}
    >>> "MPT-7B" in found, "GPT-3 175B" in found
    (True, False)
    """
    for run in runs.values():
        model = among.get(run.model_key or "")
        if run.kind == "full_run" and model is not None:
            yield run, model
