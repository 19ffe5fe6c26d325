"""How many weights a model has, and how many of them a token uses."""

from course_lib.estimators.parameters.layers import (
    attention_matrix,
    attention_params,
    expert_width,
    idle_params,
    indexer_matrix,
    key_value_matrix,
    latent_expansion,
    mixture_matrix,
    mlp_matrix,
    mlp_params,
    norm_params,
    routed_params,
    router_params,
    shared_width,
    state_params,
)
from course_lib.estimators.parameters.matrices import Matrix, of_layer
from course_lib.estimators.parameters.totals import ParameterCount, count, head_rows

__all__ = [
    "Matrix",
    "ParameterCount",
    "attention_matrix",
    "attention_params",
    "count",
    "expert_width",
    "head_rows",
    "idle_params",
    "indexer_matrix",
    "key_value_matrix",
    "latent_expansion",
    "mixture_matrix",
    "mlp_matrix",
    "mlp_params",
    "norm_params",
    "of_layer",
    "routed_params",
    "router_params",
    "shared_width",
    "state_params",
]
