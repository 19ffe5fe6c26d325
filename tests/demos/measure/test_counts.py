"""FLOPs, weights and bytes against counts that can be done by hand."""

import torch
from torch import nn
from torch.nn import functional

from course_lib.demos import measure


def test_fused_attention_is_counted_on_a_cpu() -> None:
    q = torch.ones(1, 2, 5, 4)
    by_hand = 2 * (
        2 * 2 * 5 * 5 * 4
    )  # two products of 5x4 by 4x5 for two heads, 2 FLOPs an entry of the sum
    assert measure.count_flops(lambda: functional.scaled_dot_product_attention(q, q, q)) == by_hand


def test_a_shared_matrix_counts_once() -> None:
    table = nn.Embedding(10, 4)
    head = nn.Linear(4, 10, bias=False)
    head.weight = table.weight
    pair = nn.ModuleList([table, head])
    assert measure.count_parameters(pair) == 40 and measure.weight_bytes(pair) == 160
    assert measure.weight_bytes(pair.to(torch.bfloat16)) == 80


def test_saved_bytes_of_a_product_and_an_activation() -> None:
    layer = nn.Linear(8, 16, bias=False)
    x = torch.ones(3, 8, requires_grad=True)  # so that the weights too are kept, for its gradient
    work = lambda: functional.gelu(layer(x)).sum()  # noqa: E731
    assert measure.saved_bytes(work, layer) == 4 * (
        3 * 8 + 3 * 16
    )  # the layer's input and GELU's input
    assert measure.saved_bytes(work) == 4 * (3 * 8 + 3 * 16 + 8 * 16)  # and the weights
