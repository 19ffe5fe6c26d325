"""The catalog: published facts about models, devices, data sets, links, prices, electricity and
training runs.

The facts stand in TOML files under `facts/`, the only place where they are edited; each entry has
its source, date, kind and evidence. Each catalog is a read-only mapping that reads its file, or its
folder of files, at first use; its order is theirs.

>>> from course_lib.catalog import devices, models
>>> models["Llama 3 8B"].layers
32
>>> devices["H100"].power_watts
700
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course_lib.catalog.lookup import Catalog, touched
from course_lib.catalog.records.dataset import Dataset
from course_lib.catalog.records.device import Device
from course_lib.catalog.records.efficiency import Efficiency
from course_lib.catalog.records.finding import Finding
from course_lib.catalog.records.grid import Cooling, Grid
from course_lib.catalog.records.grid_day import GridDay
from course_lib.catalog.records.layer_parts import Experts, Indexer, LatentAttention
from course_lib.catalog.records.link import Link, Storage
from course_lib.catalog.records.other_models import (
    DiffusionTransformer,
    EncoderDecoder,
    UndisclosedModel,
    UNet,
)
from course_lib.catalog.records.price import Price
from course_lib.catalog.records.published import Published
from course_lib.catalog.records.quantity import Quantity
from course_lib.catalog.records.recurrent import Recurrent
from course_lib.catalog.records.run import Run
from course_lib.catalog.records.score import Score
from course_lib.catalog.records.source import Source
from course_lib.catalog.records.spread import Spread
from course_lib.catalog.records.stored import Stored
from course_lib.catalog.records.transformer import Transformer
from course_lib.catalog.rentals import COURSE_DATE, NeverRented, PriceCatalog, Rental

if TYPE_CHECKING:
    from course_lib.catalog.huggingface.reading import from_hf_config

_MODEL_KINDS = {
    "": Transformer,
    "dit": DiffusionTransformer,
    "mmdit": DiffusionTransformer,
    "unet": UNet,
    "encoder-decoder": EncoderDecoder,
    "undisclosed": UndisclosedModel,
}

models: Catalog[Any] = Catalog("models", _MODEL_KINDS)
"""Published models. Decoders, nearly all of them, are a `Transformer`; tell the others by
`isinstance`."""
devices: Catalog[Device] = Catalog("devices", Device)
"""Processors and accelerators."""
links: Catalog[Link] = Catalog("links", Link)
"""Links between devices and between machines, speeds one way."""
storage: Catalog[Storage] = Catalog("storage", Storage)
"""Disks and file systems."""
datasets: Catalog[Dataset] = Catalog("datasets", Dataset)
"""Training data, and what tokenizers make of text."""
runs: Catalog[Run] = Catalog("runs", Run)
"""Training runs and training benchmarks."""
prices: PriceCatalog = PriceCatalog("prices", Price, devices)
"""Dated prices: machine hours, tokens by API, electricity, storage, cards and whole systems, rooms,
people, data, sites. `prices.rental(device)` is the one price of an hour of a device."""
grids: Catalog[Grid] = Catalog("grids", Grid)
"""Carbon of electricity by country, cloud region and source of energy."""
cooling: Catalog[Cooling] = Catalog("cooling", Cooling)
"""Power usage effectiveness (PUE) of buildings and fleets."""
findings: Catalog[Finding] = Catalog("findings", Finding)
"""Published effects of one change: scaling efficiency, memory saved, speed and accuracy of fewer
bits; and what services, answers and long runs were seen to take."""
grid_days: Catalog[GridDay] = Catalog("grid_days", GridDay)
"""Carbon of electricity hour by hour, one published day of each grid."""
quantities: Catalog[Quantity] = Catalog("quantities", Quantity)
"""Water, embodied carbon, lifetimes, electricity of data centres and homes, travel."""

efficiency: Catalog[Efficiency] = Catalog("efficiency", Efficiency)
"""The constants of the estimators: what machines and programs reach, each with how it was found."""
spreads: Catalog[Spread] = Catalog("spreads", Spread)
"""How far estimates of each kind lie from published values, fitted without the rows' own group."""
validation: Catalog[Score] = Catalog("validation", Score)
"""Scores of the estimates on published measurements, by kind and by group."""

__all__ = [
    "COURSE_DATE",
    "Catalog",
    "Cooling",
    "Dataset",
    "Device",
    "DiffusionTransformer",
    "Efficiency",
    "EncoderDecoder",
    "Experts",
    "Finding",
    "Grid",
    "GridDay",
    "Indexer",
    "LatentAttention",
    "Link",
    "NeverRented",
    "Price",
    "Published",
    "Quantity",
    "Recurrent",
    "Rental",
    "Run",
    "Score",
    "Source",
    "Spread",
    "Storage",
    "Stored",
    "Transformer",
    "UNet",
    "UndisclosedModel",
    "cooling",
    "datasets",
    "devices",
    "efficiency",
    "findings",
    "from_hf_config",
    "grid_days",
    "grids",
    "links",
    "models",
    "prices",
    "quantities",
    "runs",
    "spreads",
    "storage",
    "touched",
    "validation",
]


def __getattr__(name: str) -> Any:
    """Import what is rarely needed at first use: `from_hf_config` and the rules of its families."""
    if name == "from_hf_config":
        from importlib import import_module

        return import_module("course_lib.catalog.huggingface.reading").from_hf_config
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
