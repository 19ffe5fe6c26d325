"""What is kept below the first layer and above the last one: token ids, norms, and the logits,
often the largest single tensor of a step.

A vocabulary of 128 256 and 16 384 tokens make logits of 8.4 GB in fp32. How many copies of them a
loss holds at once is a matter of code (`conventions.LOSSES`).
"""

from __future__ import annotations

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Flags, Number
from course_lib.estimators.memory.activations import norm
from course_lib.estimators.memory.conventions import Convention
from course_lib.estimators.memory.stages import pick, share
from course_lib.estimators.memory.states import FORMAT_BYTES


def kept(
    model: Transformer,
    tokens: Number,
    convention: Convention,
    first: Flags,
    last: Flags,
    tensor: Number = 1,
    sequence_parallel: bool = False,
) -> Number:
    """Bytes of so many tokens below the first layer (`first`) and above the last one (`last`).

    Kept on one device.

    >>> gpt = Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=100)
    >>> kept(gpt, 10, Convention(), first=False, last=True)  # targets, norm in and out, softmax
    6640
    """
    d, ranks = model.d_model, tensor if sequence_parallel else 1
    # The 8 are a token id in int64; above the layers, the target has as many.
    below = share(
        tokens * (8 + convention.mask * d + model.embedding_norm * norm(model, convention, d)),
        ranks,
    )
    head_input = convention.input_bytes("head") * model.table_width
    above = share(tokens * (8 + head_input + model.final_norm * norm(model, convention, d)), ranks)
    return pick(first, below, 0) + pick(last, above + logits(model, tokens, convention, tensor), 0)


def gradients(
    model: Transformer, tokens: Number, convention: Convention, tensor: Number = 1
) -> Number:
    """Bytes of the gradients that a loss makes of the softmax, as many copies as its code holds.

    Plain PyTorch's backward pass has the gradient of the chosen logarithms and that of the logits
    at once; where tensor ranks share the vocabulary a sum stands between them.

    >>> gpt = Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=100)
    >>> [gradients(gpt, 10, Convention(loss=loss)) // 4000 for loss in ("fused", "eager")]
    [1, 2]
    """
    one = logits(model, tokens, convention, tensor)
    # 0 or 1, in the shape of a sweep
    return one if convention.loss == "fused" else (2 + checks.smaller(tensor - 1, 1)) * one


def logits(
    model: Transformer, tokens: Number, convention: Convention, tensor: Number = 1
) -> Number:
    """Bytes of the softmax over the vocabulary, which the loss keeps; tensor ranks share it.

    >>> gpt = Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=100)
    >>> logits(gpt, 10, Convention())
    4000
    """
    tokens, tensor = checks.positive("tokens", tokens, zero=True), checks.whole("tensor", tensor)
    return share(tokens * model.vocab_rows * FORMAT_BYTES[convention.logits_format], tensor)
