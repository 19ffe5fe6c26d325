"""The rules of the trainings with short weights, written down before they were run.

The question: weights are kept in bf16 and nothing else is changed. Does training still work, does
it depend on the size of the updates, and is it the rounding of the updates that does the harm?

- **Model.** The course's tiny GPT (`tiny_gpt`), two layers, two heads, width 32, pieces of 64
  tokens.
- **Ways.** "fp32": nothing is rounded. "masters": weights are kept in fp32, the products see a copy
  rounded to bf16. "bf16": after every update the weights are rounded to the nearest bf16 number,
  and that is what is kept. "bf16 by chance": the same, but a weight between two bf16 numbers goes
  up with the probability of how far up it lies (stochastic rounding), so that nothing is lost in
  the mean.
- **All else is fp32** in every way: products, gradients, Adam's two means. So two ways differ in
  nothing but how weights are kept. (A training in bf16 throughout, as `mixed` does it, differs in
  more than that.)
- **Learning rate.** Two: 1e-3 and 1e-4; up in 20 steps, then constant. AdamW, betas 0.9 and 0.95,
  no weight decay. A pilot of 300 steps at 1e-4 and width 64 had shown the harm; 1e-3 was not tried
  before the runs, and no rate was chosen by its result.
- **Text.** As in `datasets.optima`: source code of Python's standard library, a token is a byte,
  four pieces a step, no piece twice, in an order shuffled by the seed.
- **Loss.** On 1 024 fixed pieces of unseen code, in nats a byte, after 150, 500, 1 000 and 2 000
  steps. Since the rate is constant, the first steps of a long run are a short run: the live point
  of the lesson is the first 150 steps of a run of the record.
- **Stuck.** At the same steps: of the weights whose gradient is not zero, the share that the step
  left as they were. It tells whether updates get lost, apart from the loss.
- **Seeds.** Two a run: other first weights, other pieces in another order.

What would count as harm: a loss more than 1 % above that of fp32, with both seeds on the same side.
That the rounding is the cause is shown if "masters" and "bf16 by chance" have little of it.

What it cannot say: how large the harm is in a large model, or at a rate that falls.
"""

from __future__ import annotations

LAYERS, HEADS, WIDTH, SEQ = 2, 2, 32, 64
WAYS = ("fp32", "masters", "bf16", "bf16 by chance")
RATES = (1e-4, 1e-3)
MARKS = (150, 500, 1000, 2000)
"""Steps after which loss and stuck share are kept; a run ends at the last."""
SEEDS = (0, 1)
WARM_UP_STEPS = 20
HARM = 0.01
"""Relative rise of the loss from which on it counts as harm."""
