"""What a student's machine may have measured, by exercise, so that no test measures again."""

from __future__ import annotations

from typing import Any

from course_lib import plain_data

MEASURED: dict[str, dict[str, Any]] = {
    "01_parameters": {
        "forward_ms": [9.1, 4.0, 4.1, 4.0, 4.2, 4.1],
        "step_ms": [21.0, 12.4, 12.9, 12.6, 12.7, 12.5],
    },
    "02_datasets": {
        "cuts": {
            "your text": ("Die Züge fahren später, sagt Ada.", list(range(17))),
            "English help": ("The trains leave later, Ada says to us.", list(range(9))),
        }
    },
    "03_attention": {
        "my_lengths": [128, 256, 512, 768, 1024],
        "my_seconds": [0.0002, 0.0007, 0.0026, 0.0056, 0.0098],
    },
    "04_hardware": {
        "my_products": {
            64: [0.00009, 0.00002, 0.00002, 0.00003, 0.00002],
            256: [0.0009, 0.0004, 0.0004, 0.0005, 0.0004],
            512: [0.0039, 0.0029, 0.0030, 0.0028, 0.0031],
        },
        "my_copies": [0.021, 0.014, 0.013, 0.014, 0.015],
    },
    "05_inference": {
        "my_lengths": [16, 48, 144],
        "my_cached": [0.021, 0.055, 0.160],
        "my_uncached": [0.031, 0.110, 0.480],
        "my_prefill": 0.004,
    },
    "06_serving": {"my_seconds": {2: 0.012, 16: 0.014, 128: 0.055}},
    "09_memory": {
        "runs": [
            {
                "step_seconds": [0.31, 0.22, 0.21],
                "forward_seconds": [0.11, 0.07, 0.07],
                "saved_bytes": 90e6,
                "peak_bytes": 150e6,
            },
            {
                "step_seconds": [0.38, 0.31, 0.30],
                "forward_seconds": [0.12, 0.08, 0.07],
                "saved_bytes": 21e6,
                "peak_bytes": 80e6,
            },
        ]
    },
    "11_thinking": {"my_rates": {1: 9e9, 128: 1.1e11}},
    "12_energy": {
        "mine": {
            8: [6.1, 0.21, 18.0, 30, 8, 0, 1],
            128: [9.2, 0.24, 18.0, 6, 128, 0, 1],
        }
    },
}
"""Exercise -> name -> value; those that are missing measure nothing that points hang on."""


def measured(exercise: str) -> dict[str, Any]:
    """The measurement as a notebook carries it."""
    values = MEASURED.get(exercise, {})
    return {name: plain_data.packed(value) for name, value in values.items()}
