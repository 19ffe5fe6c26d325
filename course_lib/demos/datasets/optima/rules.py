"""The rules of the sweep over equal budgets, written down before it was run.

The question: a budget of FLOPs is given; how large a model, and how much text, give the lowest loss
on unseen text? And how do both grow with the budget?

- **Model.** The course's tiny GPT (`tiny_gpt`), two layers, two heads, pieces of 64 tokens; only
  the width differs. Depth stays, so that "larger" means one thing.
- **Budgets.** Three, each five times the one before. A run takes as many whole steps as come
  nearest to its budget by the course's own counter (`flops.training_step`): attention's square and
  the head included, tables that are only looked up left out.
- **Widths.** Seven a budget, chosen around a bottom guessed from a pilot at the first budget; each
  budget's widths reach to both sides of where it should then be.
- **Text.** Source code of Python's standard library, a token is a byte. No piece is read twice: the
  text is cut into pieces, these are shuffled by the seed and read once. A run that wants more text
  than there is, is refused. The last tenth is kept unseen.
- **Batch.** Four pieces, 256 tokens a step. A pilot at 100 GFLOP, widths 16 and 32, tried one to
  eight: half the batch, twice the steps lowered the loss by up to 0.05, at both widths by about the
  same. So more steps would still help a little, and shift the bottom little. The shortest run of
  the sweep takes 786 steps, one at a bottom some thousands.
- **Learning rate.** 0.128 / width; up in 20 steps, constant, from the middle on down to zero at the
  end of the run's own steps (`tiny_gpt.train`). Two to four rates were tried in the pilot for
  widths 8 to 64 and budgets of 40 to 200 GFLOP: the best of each lay between 0.09 and 0.4 over the
  width, in no clear order. No run of the sweep is tuned.
- **Loss.** On 1 024 fixed pieces (65 536 tokens) of the unseen text, spread evenly over it, in nats
  a byte.
- **Seeds.** Three a run: other first weights, other pieces in another order.
- **Fit.** As approach 2 of Hoffmann et al. (arXiv 2203.15556): a parabola through the mean losses
  of the seeds over the logarithm of the weights (those multiplied for each token: layers and head),
  for the five widths around the lowest. Its vertex is the optimum. A curve has a bottom if its
  lowest mean is at neither end of its widths and the vertex lies within the five. The text at the
  optimum is read off the runs' own tokens, by straight lines between logarithms.
- **Exponent.** The slope of the three optima's logarithms over the budgets'.
- **Ranges.** Each fit is made again with one of its five widths left out, and with one of the three
  seeds left out; smallest and largest vertex are the range of an optimum. For an exponent every
  combination of these fits over the three budgets is taken. It is no confidence interval.

What it cannot say: how depth should grow, what a tuned learning rate would change, and whether a
law seen over a factor of 25 in compute holds over a million million.
"""

from __future__ import annotations

LAYERS, HEADS, SEQ, BATCH = 2, 2, 64, 4
TOKENS_PER_STEP = BATCH * SEQ
RATE_TIMES_WIDTH = 0.128
"""Learning rate times width."""
CHECK_PIECES = 1024
"""Pieces of unseen text that a model is judged by."""
SEEDS = (0, 1, 2)
WIDTHS: dict[float, tuple[int, ...]] = {
    4e10: (6, 8, 10, 12, 16, 20, 28),
    2e11: (10, 12, 16, 20, 24, 32, 44),
    1e12: (20, 24, 28, 32, 40, 52, 72),
}
"""Widths tried, by budget in FLOPs."""
BUDGETS_FLOPS = tuple(WIDTHS)
FITTED = 5
"""Widths around the lowest that the parabola goes through."""
