# %% [markdown]
# # 01 · Parameters
# *From the integers on a model card to the arithmetic behind every word.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 1 of 3 | [lesson 00](00_start_here.ipynb), and what a matrix product is | A01a, A01b, A01c, A02, A07 |

# %% [markdown]
# ## The question
# Kimi K2 was published as a model of a trillion [weights](../docs/glossary.md#weight). How many of them help to write one word?

# %% ask_kimi role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, case, claim, compare, figures, fmt, in_short, machine_card, predict, predict_choice,
                                 predict_ranking, quiz, say, shared, sources, table, verdict, verdicts)

in_use = predict("kimi_in_use", "Of Kimi K2's trillion weights, which share works on one word?", "%")

# %% [markdown]
# ## You will be able to
# 1. **Compute** a transformer's weights from its model card (exercises `block_weights`, `count_weights`).
# 2. **Compute** the arithmetic of a training run from the weights in use (`training_flops`).
# 3. **Measure** how closely time follows arithmetic (`step_timing`).
# 4. **Judge** a headline about the size of a model (`headline`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import Transformer, datasets, models
from course_lib.demos import corpus, measure, tiny_gpt
from course_lib.estimators import flops, inference, parameters

# %% [markdown]
# ## Recall
# Lesson 00 told an amount of work from a speed. Do you remember how?

# %% recall role="narration"
quiz("recall_rate")

# %% [markdown]
# ## Idea 1: where do the weights sit?
# A weight, or [parameter](../docs/glossary.md#parameter), is one entry of a matrix. So counting weights is multiplying the sides of rectangles.
#
# A [transformer](../docs/glossary.md#transformer) turns each token into `d_model` numbers and sends them up a stack of equal
# [layers](../docs/glossary.md#layer). A layer has two boxes:
#
# | box | matrices | shape of each |
# | --- | --- | --- |
# | [attention](../docs/glossary.md#attention) | query, output | `d_model` x (`n_heads` x `head_dim`) |
# | | key, value | `d_model` x (`n_kv_heads` x `head_dim`) |
# | [MLP](../docs/glossary.md#mlp) | up, down, and often a [gate](../docs/glossary.md#gate) | `d_model` x `d_ff` |
#
# Below the stack lies the [embedding](../docs/glossary.md#embedding) table, above it the [head](../docs/glossary.md#output-head): a row of `d_model` numbers for
# every token of the vocabulary. Many models *tie* them: one table does both jobs.

# %% a_card
llama = models["llama-3-8b"]
on_card = ("layers", "d_model", "n_heads", "n_kv_heads", "head_dim", "d_ff")
model_card = {name: getattr(llama, name) for name in on_card}

# %% show_card role="narration"
table([[name, fmt(value, exact=True)] for name, value in model_card.items()], ["on the card", "Llama 3 8B"])

# %% [markdown]
# Between the boxes stand [norms](../docs/glossary.md#normalisation). They bring each token's numbers back to a common size, with one weight
# for each of them: a vector, not a matrix.
#
# An old rule of thumb fits on a napkin: weights = 12 x layers x `d_model`². It was made for the GPT models of 2019.
# Try it on Llama 3 8B, whose count is published to the last weight.

# %% rule_of_thumb
rule = 12 * llama.layers * llama.d_model**2
truth = llama.published.total_params

# %% rule_fails role="narration"
say(f"The rule says {fmt(rule, 'weights')}, the published count {fmt(truth, 'weights')}: "
    f"**{fmt(rule / truth - 1, '%')}**. Something is lost. Before you look, commit yourself twice.")
attention_share = predict("attention_share", "Which share of Llama 3 8B's weights sits in attention?", "%",
                          case=llama.name)
suspects = ["the MLPs", "attention", "the embedding table and the head"]
bug = predict_choice("rule_bug", "Where does the rule lose the most weights?", suspects)

# %% [markdown]
# `parameters.count` multiplies out the table above, for any model of the catalog.

# %% count_one
model = models["llama-3-8b"]  # change this line: "gpt-2-xl", "gemma-2-9b", "mixtral-8x7b"
count = parameters.count(model)
parts = ("embedding", "attention", "mlp", "norm", "head")
shares = {part: getattr(count, part) / count.total for part in parts}

# %% show_count role="narration"
attention_share.reveal(shares["attention"], case=model.name, because=f"The MLPs hold {fmt(count.mlp / count.attention, 'x')} as many. "
                       f"A layer of {llama.name}, drawn to scale below, shows how that comes about.")
table([[part, fmt(getattr(count, part), exact=True), fmt(share, "%")] for part, share in shares.items()],
      ["part", "weights", "share"], caption=f"{model.name}: {fmt(count.total, exact=True)} weights")

# %% [markdown]
# In Llama 3 8B query and output are squares, because its heads together are as wide as the model. That is a habit, not a
# rule: in Gemma 2 9B they are wider. So trust `n_heads` x `head_dim`. Key and value are slim, because each of them
# [serves several query heads](../docs/glossary.md#grouped-query-attention). And the MLP is wide.

# %% one_layer
d, keys = llama.d_model, llama.n_kv_heads * llama.head_dim
attention = {"query": (d, d), "key": (d, keys), "value": (d, keys), "output": (d, d)}
mlp = dict.fromkeys(("gate", "up", "down"), (d, llama.d_ff))
ratio = parameters.mlp_matrix(llama, llama.d_ff) / parameters.attention_matrix(llama)

# %% drawn_to_scale role="narration"
figures.to_scale({"attention": attention, "MLP": mlp}, title="One layer of Llama 3 8B, drawn to scale",
    alt=f"Seven rectangles to scale: the MLP's three cover {fmt(ratio, 'x')} attention's four.")

# %% [markdown]
# Now the bug. The rule believes in four squares for attention, in two matrices four times as wide as the model for
# the MLP, and in nothing else.

# %% find_the_bug
square = llama.layers * llama.d_model**2
believed = {"attention": 4 * square, "mlp": 8 * square, "embedding": 0, "head": 0, "norm": 0}
in_llama = parameters.count(llama)
lost = {part: getattr(in_llama, part) - weights for part, weights in believed.items()}

# %% the_bug role="narration"
losses = dict(zip(suspects, (lost["mlp"], lost["attention"], lost["embedding"] + lost["head"]), strict=True))
culprit = max(losses, key=losses.get)
bug.reveal(culprit, because=f"{fmt(losses[culprit])} weights are lost there: three matrices in place of two, each "
           f"{fmt(llama.d_ff / d, 'x')} as wide as the model. For attention the rule counts {fmt(-lost['attention'])} too many.")
table([[part, fmt(believed[part]), fmt(getattr(in_llama, part)), fmt(lost[part])] for part in lost],
      ["part", "the rule", "counted", "lost"], caption="Weights of Llama 3 8B")

# %% [markdown]
# Is the count right? Do not take the formula's word for it. The tiny GPT of this course is a real PyTorch model,
# small enough to read in one sitting. Let PyTorch count its weights.

# %% tiny_count
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape())
by_pytorch = tiny_gpt.weights_by_part(gpt)
formula = parameters.count(gpt.model)

# %% show_tiny role="narration"
table([[part, fmt(weights, exact=True), fmt(getattr(formula, part), exact=True)] for part, weights in by_pytorch.items()],
      ["part", "PyTorch", "formula"], caption="Weights of the tiny GPT, whose table is tied: its head adds none")
in_short(f"In the MLPs: **{fmt(in_llama.mlp / in_llama.total, '%')}** of Llama 3 8B's weights, against "
         f"{fmt(in_llama.attention / in_llama.total, '%')} in attention.")
quiz("kv_heads")

# %% [markdown]
# ## Idea 2: what does width cost, and what depth?
# "Deep learning" makes one think of depth. A model can also grow in width, which is `d_model`, with heads and MLP
# in proportion.

# %% guess_width role="narration"
growth = ["stay the same", "double", "grow fourfold", "grow eightfold"]
curve = predict_choice("width_or_depth", "Double d_model, and heads and MLP with it. The layers' weights ...", growth)

# %% [markdown]
# Grow the tiny GPT both ways. The estimators take lists, so a sweep is one call.

# %% width_or_depth
factors = [1, 2, 4, 8, 16]  # change this line
deeper = parameters.count(tiny_gpt.shape(layers=[4 * factor for factor in factors]))
wider = parameters.count(tiny_gpt.shape(d_model=[128 * factor for factor in factors]))
grown = {"deeper": deeper.attention + deeper.mlp, "wider": wider.attention + wider.mlp}
relative = {name: weights / weights[0] for name, weights in grown.items()}

# %% show_growth role="narration"
doubled = parameters.count(tiny_gpt.shape(d_model=[128, 256]))
twice = doubled.attention + doubled.mlp
curve.reveal(dict(zip((1, 2, 4, 8), growth, strict=True))[round(twice[1] / twice[0])],
             because="Both sides of every matrix follow the width, so their product follows its square. Depth adds one "
             "more layer at a time.")
figures.lines(
    factors, relative, "factor on layers or width (x)", "weights in the layers (x)", log="xy",
    title="Growing the tiny GPT", alt="Factor on the weights at each factor on the size. "
    + "; ".join(f"{name}: {', '.join(map(fmt, ratios))}" for name, ratios in relative.items()))

# %% [markdown]
# Then why not go deep and slim? Take two models with nearly the same weights and nearly the same work, and time them in
# turn. First look how quiet your machine is.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=4)

# %% [markdown]
# Each model runs once before the clock counts. Such a *warm-up* is needed, for a first run can take longer. Then come
# seven runs of each; their median counts, and slowest over fastest is the spread. The two do not have exactly the
# same work, so compare the time for a GFLOP.

# %% same_weights_timed role="measured" seconds=2
inputs, targets = next(corpus.batches(corpus.tokens(), batch=32, seq=32))
deep, wide = tiny_gpt.shape(layers=48, d_model=64), tiny_gpt.shape(layers=3, d_model=256)
built = {"deep": tiny_gpt.TinyGPT(deep), "wide": tiny_gpt.TinyGPT(wide)}
works = {name: lambda gpt=each: gpt(inputs) for name, each in built.items()}
timed = measure.time_rounds(works, repeats=7)
work = {"deep": flops.forward(deep, 32, 32), "wide": flops.forward(wide, 32, 32)}
per_gflop = {name: [1e9 * run / work[name] for run in timed[name].runs_seconds] for name in built}
word = measure.clearly(per_gflop["wide"], per_gflop["deep"])

# %% tell_timed role="measured_narration"
gflop = {name: 1e9 * timed[name].seconds / work[name] for name in built}
table([[f"{name}, {shape.layers} layers of {shape.d_model}", fmt(parameters.count(shape).total), fmt(work[name], "FLOP"),
        fmt(timed[name].seconds, "s"), fmt(timed[name].spread, "x"), fmt(gflop[name], "s")]
       for name, shape in (("deep", deep), ("wide", wide))],
      ["model", "weights", "work", "median time", "slowest / fastest", "a GFLOP"])
shown = "So time is not FLOPs alone. Why, this does not show: lesson 04 measures what else takes time."
compare(word, faster=f"A GFLOP takes the wide model 1/{fmt(gflop['deep'] / gflop['wide'])} of the deep one's time here. {shown}",
        slower=f"A GFLOP takes the deep model 1/{fmt(gflop['wide'] / gflop['deep'])} of the wide one's time here. {shown}",
        unclear="The two times for a GFLOP do not differ clearly here, so this run does not show whether time is FLOPs alone.")

# %% answer_width role="narration"
two_deep = parameters.count(tiny_gpt.shape(layers=[4, 8]))
layered = two_deep.attention + two_deep.mlp
in_short(f"Width costs its square: twice as wide is **{fmt(twice[1] / twice[0], 'x')}** the weights in the layers. Depth "
         f"costs a line: twice as deep is {fmt(layered[1] / layered[0], 'x')}.")
quiz("depth_price")

# %% [markdown]
# ## Idea 3: what does a weight cost, used or idle?
# <!-- typed: definition -->
# In a matrix product every weight meets every token once: one multiplication, one addition. That is 2 FLOPs.
#
# The embedding table is not multiplied. A token's row is looked up, and the other rows are not touched. So the table costs no
# FLOPs, unless it is tied: then it is multiplied once, as the head. Counts of weights *in use* still hold it.
#
# Training repeats one [step](../docs/glossary.md#training-step): **forward** (score every possible next token), **loss** (how wrong?), **backward**
# (which way should each weight move?), **update** (move it). Going backward, the blame must reach the layer below, and
# each weight must learn its own share of it.

# %% guess_step role="narration"
step_ratio = predict("step_ratio", "A training step against its forward pass: how many times the FLOPs?", "x")

# %% claim_arithmetic role="narration"
claim("A02")

# %% count_step
forward = measure.count_flops(lambda: gpt(inputs))
step = measure.count_flops(lambda: tiny_gpt.loss(gpt, inputs, targets).backward())
by_formula = flops.forward(gpt.model, 32, 32), flops.training_step(gpt.model, 32, 32)

# %% show_step role="narration"
step_ratio.reveal(step / forward, because="Going backward, each product of the forward pass needs two: one passes the "
                  "blame on to the layer below, the other finds the gradient of the weights themselves.")
table([["forward", fmt(forward, exact=True), fmt(by_formula[0], exact=True)],
       ["step", fmt(step, exact=True), fmt(by_formula[1], exact=True)]],
      ["FLOPs of the", "PyTorch's counter", "formula"])

# %% [markdown]
# The counts agree to the last FLOP. For the claim, take out attention's products of tokens with tokens: they have no
# weights. And take the weights of matrix products alone: no norms, and no table that is only looked up.

# %% each_weight
multiplied = parameters.count(gpt.model, embeddings=False)  # tables that are looked up left out
between_tokens = flops.forward_parts(gpt.model, 32, 32).attention_core
each_weight = (forward - between_tokens) / inputs.numel() / (multiplied.total - multiplied.norm)

# %% verdict_arithmetic role="narration"
verdict("A02", forward_flops_per_weight=each_weight, backward_ratio=step / forward - 1,
        source="PyTorch's counter on the tiny GPT",
        instead=f"Every weight of a matrix product costs {fmt(each_weight, 'FLOP')} a token forward and "
        f"{fmt(each_weight * (step / forward - 1), 'FLOP')} for the gradients.")

# %% [markdown]
# And time? Does a step take as many times longer as it has more FLOPs?

# %% time_step role="measured" seconds=2
works = {"forward": lambda: gpt(inputs),
         "step": lambda: tiny_gpt.loss(gpt, inputs, targets).backward()}
spent = measure.time_rounds(works, repeats=7)
time_ratio = spent["step"].seconds / spent["forward"].seconds

# %% tell_step role="measured_narration"
say(f"Here a step takes **{fmt(time_ratio, 'x')}** the time of its forward pass (medians of {spent['step'].repeats}; slowest "
    f"over fastest {fmt(spent['step'].spread, 'x')} and {fmt(spent['forward'].spread, 'x')}), and {fmt(step / forward, 'x')} the FLOPs.")

# %% [markdown]
# Does every weight work for every token? In a [mixture of experts](../docs/glossary.md#mixture-of-experts) (MoE) many small MLPs, the experts, take the
# place of one. A [router](../docs/glossary.md#router) sends each token to a few of them.

# %% guess_mixture role="narration"
row = ["kimi-k2", "qwen3-235b-a22b", "mixtral-8x22b", "llama-3-70b"]
by_size = sorted((models[name].name for name in row), key=lambda name: -parameters.count(models[name]).total)
most_work = predict_ranking("dearest_token", "Three mixtures and a dense 70B, here by total weights. Order them by FLOPs for "
                            "one token, most first.", by_size)

# %% mixture_or_dense
names = ["kimi-k2", "qwen3-235b-a22b", "mixtral-8x22b", "llama-3-70b"]  # change this line
chosen = {models[name].name: models[name] for name in names}
counts = {name: parameters.count(model) for name, model in chosen.items()}
per_token = {name: flops.forward(model, batch=1, seq=1) for name, model in chosen.items()}

# %% show_mixture role="narration"
fixed = {name: flops.forward(models[name], batch=1, seq=1) for name in by_size}
most_work.reveal(sorted(fixed, key=fixed.get, reverse=True),
                 because="Only the weights in use count. The dense model has the fewest in all, but no idle experts.")
kimi, dense = parameters.count(models["kimi-k2"]), parameters.count(models["llama-3-70b"])
in_use.reveal(kimi.active / kimi.total,
              because=f"{fmt(kimi.active)} of {fmt(kimi.total)} weights. The experts that a word is not sent to stay idle.")
figures.stacked(
    list(counts), {"in use": [count.active for count in counts.values()],
                   "idle": [count.idle for count in counts.values()]},
    x_label="weights", title="Weights in use for one token",
    alt="In use for a token: " + "; ".join(f"{name} {fmt(count.active)}" for name, count in counts.items()))
in_short(f"A weight that is multiplied costs **{fmt(each_weight, 'FLOP')}** forward and twice that for its gradients; an idle one costs "
         f"only its room. So Kimi K2, with {fmt(kimi.total / dense.total, 'x')} the weights of a dense 70B, does "
         f"{fmt(fixed[models['kimi-k2'].name] / fixed[models['llama-3-70b'].name], 'x')} its work for a token.")
quiz("idle_experts")

# %% [markdown]
# Now build a model card of your own. Turn one number at a time, and watch the layer redraw.

# %% explorer role="narration"
explorers.panel("parameters")

# %% [markdown]
# ## At full size
# First the claims that a count decides. Count every decoder of the catalog. A size counts as published only where its
# maker says it.

# %% all_sizes
decoders = [model for model in models.values()
            if isinstance(model, Transformer) and model.year >= 2022]
totals = [parameters.count(model).total for model in decoders]
billions, trillions = (sum(total >= limit for total in totals) for limit in (1e9, 1e12))
deepest = max(decoders, key=lambda model: model.layers)

# %% published_sizes
three = ("llama-3-8b", "llama-3-70b", "llama-3.1-405b")
llamas = [models[name].published.total_params for name in three]
closed = [models[name].published.total_params for name in ("gpt-4", "gemini-1-0-ultra")]

# %% draw_sizes role="narration"
figures.scatter(
    [model.year for model in decoders], totals, "year of publication", "weights", names=[model.name for model in decoders],
    log="y", x_unit="year", mark=["OPT-175B", "Llama-3-8B", "Kimi-K2"], title="Weights of decoders published since 2022",
    alt=f"{len(decoders)} decoders by year: {billions} have a billion weights or more, {trillions} a trillion.")
nearest = min(llamas, key=lambda size: abs(size / 65e9 - 1))
stated_sizes = [size for size in closed if size]
verdicts(
    case("A01a", share_billion=billions / len(decoders), models_trillion=trillions, source="decoders of the catalog, counted",
         instead=f"Of {len(decoders)} decoders published since 2022, {fmt(billions / len(decoders), '%')} have a billion "
         f"weights or more, and {trillions} a trillion."),
    case("A01b", off=abs(nearest / 65e9 - 1), source="the makers' published sizes",
         instead=f"Llama 3 comes with {', '.join(fmt(size) for size in llamas)} weights."),
    case("A01c", published=len(stated_sizes), above=sum(size > 100e9 for size in stated_sizes),
         source="the makers' reports, as the catalog holds them",
         instead="The makers of GPT-4 and Gemini publish no size: nobody outside knows."),
    case("A07", deepest=deepest.layers, source="layers of the catalog's decoders",
         instead=f"{sum(model.layers >= 100 for model in decoders)} of {len(decoders)} decoders have 100 layers or more; the "
         f"deepest, {deepest.name}, has {deepest.layers}. A layer holds two boxes of several products, so count what you mean."),
)

# %% [markdown]
# Then the largest dense model whose training text is in the catalog. A [checkpoint](../docs/glossary.md#checkpoint) for use holds two bytes a weight.

# %% full_size
large, text = models["llama-3.1-405b"], datasets["llama-3-pre-training"]
weights = parameters.count(large)
run_flops = 6 * weights.active * text.tokens
looked_up = 1 - parameters.count(large, embeddings=False).total / weights.total

# %% tell_full_size role="narration"
say(f"**{large.name}** has {fmt(weights.total, 'weights')}, or {fmt(2 * weights.total, 'B')}. At 6 FLOPs for each weight and token, "
    f"{fmt(text.tokens, 'tokens')} ({text.source.text}, {text.source.date}) cost **{shared('run_flops', run_flops)}**. This usual rule "
    f"leaves attention's own products out, and counts the embedding table in: {fmt(looked_up, '%')} of the weights.")

# %% [markdown]
# ## Where this estimate breaks
# The count does not break: tests hold it against PyTorch models of many families, to the last weight, and against published
# counts. (Below, the sources say how well each of those is known.) Two uses of it do.
#
# First, [active weights](../docs/glossary.md#active-weights) are a convention. Some makers leave out the embedding table, and most round. This course
# counts the table in.

# %% stated_active
stated = {model.name: model.published.active_params for model in decoders
          if model.published.active_params}
counted = {name: parameters.count(models[name]).active for name in stated}
apart = {name: counted[name] / stated[name] - 1 for name in stated}

# %% show_stated role="narration"
far = sorted(apart, key=lambda name: -abs(apart[name]))
table([[name, fmt(stated[name]), fmt(counted[name]), fmt(apart[name], "%", 2)] for name in far[:6]],
      ["model", "stated", "counted", "difference"], caption=f"Active weights: the six of {len(far)} models furthest apart")
say(f"Half of all {len(far)} lie within {fmt(abs(apart[far[len(far) // 2]]), '%', 2)}.")

# %% [markdown]
# <!-- typed: definition -->
# Second, *2 FLOPs a weight* counts the embedding table in vain, as lesson 00 did. And it forgets attention's own products, which
# grow with the length of the text. How much, is lesson 03's question.

# %% rule_by_length
short, by_weights = 1024, 2 * parameters.count(llama, embeddings=False).total
in_vain = 2 * in_llama.total / by_weights - 1
missed = 1 - by_weights * short / flops.forward(llama, 1, short)

# %% tell_missed role="narration"
say(f"For Llama 3 8B the table adds {fmt(in_vain, '%')}. Without it, at {fmt(short, 'tokens', exact=True)} the rule misses {fmt(missed, '%')} of the "
    "forward FLOPs.")

# %% [markdown]
# ## Your bill
# <!-- typed: definition -->
# The course keeps one bill, of one *answer* (Llama 3 8B reads 200 tokens and writes 400) and one *run* (Llama 3.1 405B on
# its training text). Now you can fill in the weights and the FLOPs.

# %% your_bill
answer_flops = inference.answer_flops(llama, prompt=200, output=400)
training_flops = flops.training(large, text.tokens)

# %% show_bill role="narration"
bill("01", "weights in use", answer=in_llama.active, run=parameters.count(large).active)
shared("answer_flops", answer_flops), shared("run_flops", training_flops), shared("llama_3_8b_weights", in_llama.total)
bill("01", "FLOPs", answer=answer_flops, run=training_flops, unit="FLOP")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `block_weights` | 5 | easy | 1 |
# | `count_weights` | 9 | medium | 1 |
# | `training_flops` | 4 | easy | 2 |
# | `step_timing` | 6 | medium | 3 |
# | `headline` | 5 | medium | 4 |
#
# [Open the exercises](../exercises/01_parameters.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="narration"
say(f"""
**{fmt(kimi.active)} of Kimi K2's {fmt(kimi.total)} weights help to write a word: {fmt(kimi.active / kimi.total, '%')}.**

1. The integers of the card fix the count. {llama.name} has {fmt(in_llama.total, 'weights', exact=True)}, and
   {fmt(in_llama.mlp / in_llama.total, '%')} of them sit in the MLPs.
2. Training costs {fmt(step / forward * each_weight)} FLOPs for each weight that is multiplied and each token; the embedding table is only looked up.
3. Time follows FLOPs only roughly. A timing needs a warm-up, a median and its spread.
4. Ask a headline for the weights in use.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
