# %% [markdown]
# # 07 · Images
# *From noise to a picture, one pass at a time, and what each pass costs.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 2 of 3 | lessons 01 and 03: FLOPs, and attention's square | A11 |

# %% [markdown]
# ## The question
# A chatbot writes a page of 500 tokens. An image model draws one picture. Which costs more, a picture or a page?

# %% [markdown]
# ## You will be able to
# 1. **Compute** the FLOPs of a picture from its steps and passes (exercise `picture_flops`).
# 2. **Compute** how the cost grows with the resolution, part by part (`cost_at`).
# 3. **Measure** quality against steps over several seeds (`judge_steps`).
# 4. **Judge** which step count is enough (`step_count`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import devices, models, quantities
from course_lib.demos import images as demo, measure
from course_lib.estimators import energy, flops, hardware, images, inference, parameters
from course_lib.teaching import bill, claim, figures, fmt, predict, predict_choice, predict_ranking, quiz, say, sources, table, verdict

# %% [markdown]
# ## Recall

# %% recall
quiz("recall_first_or_next_token")
quiz("recall_length_doubled")

# %% [markdown]
# ## Idea 1: a picture is steps times guidance times one pass
# A [diffusion model](../docs/glossary.md#diffusion-model) starts from pure noise. Each **step** shows the noisy picture to one network, which guesses the
# clean picture behind it. The step moves a little towards that guess, and the next step looks again.
#
# Most models also use [guidance](../docs/glossary.md#guidance). Each step guesses twice, once with your text and once without, and follows the
# difference. So it is two passes through the network a step:
#
# FLOPs of refining = steps x passes a step x FLOPs a pass
#
# Here is the claim to test. Its rules are fixed before you see any number.

# %% claim_steps
claim("A11")

# %% [markdown]
# Stable Diffusion 1.5 is a small image model by today's measure. Llama 3 8B has many times its weights, and every token
# of the page passes through nearly all of them. The picture takes 50 steps, with guidance.

# %% guess_picture
small = models["SD 1.5"]
say(f"{small.name}: {fmt(images.parameters(small), 'weights')}, counted layer by layer. Llama 3 8B has "
    f"{fmt(parameters.count(models['llama-3-8b']).total / images.parameters(small), 'x')} as many.")
picture_over_page = predict("picture_over_page", "How many times the page's FLOPs does the picture take?", "x")

# %% [markdown]
# Change the marked line when you have seen the result.

# %% picture_over_page
steps = 50  # change this line
page = flops.decode(models["llama-3-8b"], batch=1, context=list(range(500))).sum()
one_pass, picture = images.pass_flops(small).total, images.picture(small, steps)
picture_over_page.reveal(picture.total / page)
say(f"One pass takes {fmt(one_pass, 'FLOP')}, and {steps} steps take {picture.passes} passes: "
    f"**{fmt(picture.refining, 'FLOP')}**. The page takes {fmt(page, 'FLOP')}.")

# %% [markdown]
# Why is a small model so dear? In a text each weight meets a token once. In a picture it meets every position, in
# every pass. Is a picture dearer than *any* page, then?

# %% guess_order
items = {"a page, Llama 3 8B": page}
items["a page, Llama 3.1 405B"] = flops.decode(models["llama-3.1-405b"], 1, list(range(500))).sum()
items["a picture, SD 1.5"] = picture.total
items["a picture, SDXL"] = images.picture(models["SDXL"], steps).total
order = predict_ranking("page_or_picture", "Put in order by FLOPs, dearest first.", list(items))

# %% order_revealed
ordered = sorted(items, key=items.get, reverse=True)
order.reveal(ordered)
figures.bars(
    ordered, [items[name] for name in ordered], x_label="FLOPs", unit="FLOP",
    mark=[name for name in ordered if "picture" in name], title="A picture or a page",
    alt=f"Dearest first: {', '.join(ordered)}; from {fmt(max(items.values()), 'FLOP')} to {fmt(page, 'FLOP')}.")

# %% [markdown]
# So the answer depends on the pair: a small model's picture outweighs a small model's page, and a frontier model's page
# outweighs that. Name both models, or the comparison says nothing.
#
# Two parts run only once a picture: a text encoder before the first step, and a
# [decoder](../docs/glossary.md#decoder) after the last.

# %% once_a_picture
parts = {"passes, repeated": picture.refining, "text encoder": picture.text_encoder, "decoder": picture.decoder}
table([[name, fmt(work, "FLOP"), fmt(work / picture.total, "%", 2)] for name, work in parts.items()],
      ["part", "FLOPs", "share"], caption=f"{small.name}, {steps} steps with guidance")
repeated_share = picture.refining / picture.total

# %% [markdown]
# Does the formula hold for a real program? The diffusion model of this lesson is small PyTorch code. Let PyTorch count
# a whole drawing.

# %% count_passes
refiner = demo.Refiner()
runs = [(count, guidance) for guidance in (1.0, 1.5) for count in (1, 4, 16)]
counted = [measure.count_flops(lambda run=run: demo.sample(refiner, "digit", run[0], 1, run[1])) for run in runs]
table([[str(count), "yes" if guidance > 1 else "no", fmt(work, exact=True), fmt(work / counted[0], exact=True)]
       for (count, guidance), work in zip(runs, counted, strict=True)],
      ["steps", "guidance", "FLOPs, PyTorch's counter", "passes"], caption="One picture of the tiny model")

# %% check_guidance
quiz("guidance_price", steps="30")

# %% [markdown]
# ## Idea 2: quality saturates, cost does not
# Why not take one step? Try it. The tiny model learns 16 glyphs that are drawn on the spot: eight digits and eight
# letters. It sees a glyph mixed with noise, and the word "digit" or "letter". It learns to guess the glyph.

# %% train role="measured"
losses = demo.train(refiner, steps=1200)
say(f"{len(losses)} training steps brought the loss from {fmt(losses[0])} to {fmt(sum(losses[-50:]) / 50)}.")

# %% one_step role="measured"
truth = {f"true {word}s": demo.true_pictures()[number] for number, word in enumerate(demo.WORDS)}
drawn = {f"{word}, one step": demo.sample(refiner, word, 1, pictures=8) for word in demo.WORDS}
blur = sum(demo.judge(refiner, [1])[1]) / 5
figures.pictures(
    truth | drawn, lightest=-1, title="One step from pure noise",
    alt=f"True glyphs above; below, one-step drawings are blurs, {fmt(blur)} away from any glyph on average.")

# %% [markdown]
# A failure, and an honest one. Asked for "a digit", with only noise to look at, the best guess is the average of all
# digits. A small step towards the blur tips the noise to one digit, and the next guess is sharper.
#
# Judge a drawing by its distance to the nearest true glyph: 0 is a copy, 1 is paper in place of ink. How many steps are
# worth their price?

# %% guess_useful
ranges = ["1 to 4", "5 to 32", "33 to 100", "more than 100"]
question = "The smallest step count whose mean distance is within 0.005 of the best, tried from 1 to 200?"
useful = predict_choice("useful_steps", question, ranges)

# %% judge role="measured"
tried = [1, 2, 4, 8, 16, 32, 64, 128, 200]  # change this line
found = demo.judge(refiner, tried, seeds=range(5))
means = {count: sum(values) / len(values) for count, values in found.items()}
cost = {count: count * counted[3] for count in tried}
table([[str(count), fmt(cost[count], "FLOP"), fmt(means[count]), f"{fmt(min(values))} to {fmt(max(values))}"]
       for count, values in found.items()],
      ["steps", "FLOPs a picture", "mean distance", "over five seeds"], caption="Cost against quality, with guidance")

# %% useful_revealed role="measured"
enough, best = demo.adequate(found, tolerance=0.005), min(means.values())
useful.reveal(ranges[sum(enough > limit for limit in (4, 32, 100))], f"It is {enough} here.")
by_seed = list(found.values())
figures.lines(
    tried, {"mean of five seeds": list(means.values()), "best seed": [min(values) for values in by_seed],
            "worst seed": [max(values) for values in by_seed]},
    "steps (the cost is proportional)", "distance to a true glyph", log="x", title="Quality saturates",
    alt=f"Distance falls from {fmt(means[1])} at 1 step to {fmt(means[enough])} at {enough} "
        f"and {fmt(means[200])} at 200.")

# %% [markdown]
# Now look, rather than trust a number. All rows start from the same noise.

# %% see_steps role="measured"
shown = [1, 2, 4, enough, 200]
rows = {f"steps: {count}": demo.sample(refiner, "letter", count, pictures=8) for count in dict.fromkeys(shown)}
figures.pictures(
    rows, lightest=-1, title="The same noise, more steps",
    alt=f"Letters drawn in {', '.join(map(str, dict.fromkeys(shown)))} steps: {fmt(means[1])} "
        f"away from true glyphs at first, {fmt(means[200])} at last.")

# %% [markdown]
# Why does it saturate? A step goes straight for a moment, but the path bends: the guess changes as the noise falls.
# Shorter steps follow the bend better, until what is left is the network's own error. No number of steps removes that.
# The bill knows no such end: twice the steps are twice the passes, whatever they bring.

# %% verdict_steps role="measured"
quiz("steps_enough", low="64", high="200")
others = {f"with a tolerance of {wide}": {"adequate_steps": demo.adequate(found, tolerance=wide)} for wide in (0.0025, 0.01, 0.02)}
verdict("A11", repeated_share=repeated_share, adequate_steps=enough, inputs=others,
        source="Stable Diffusion 1.5 counted from its architecture; the diffusion model trained in this lesson",
        instead=f"Making an image repeats a step, and repeated passes do {fmt(repeated_share, '%')} of the FLOPs; {enough} steps were enough here.")

# %% [markdown]
# ## Idea 3: resolution is a square, attention its square, and latents undo both
# A U-Net shrinks the picture level by level and grows it again. Its passes have these parts:
#
# | part | works on |
# | --- | --- |
# | convolution | each position and its neighbours |
# | projections, MLP | each position alone |
# | self-attention: scores and sums | each pair of positions |
# | cross-attention | each position with each token of the text; the text once |
# | conditioning | the time step, once a pass |
#
# Now draw 1 024 pixels a side in place of 512. Which part grows most?

# %% guess_parts
parts = ["conditioning", "convolution", "cross_attention", "self_attention"]
growth = predict_ranking("resolution_parts", "Twice the side: order by growth, the fastest first.", parts)

# %% parts_by_side
before, after = (images.pass_flops(small, side=side).by_name() for side in (64, 128))
factor = {part: after[part] / before[part] for part in before}
growth.reveal(sorted(parts, key=lambda part: -factor[part]))
table([[part, fmt(before[part], "FLOP"), fmt(after[part], "FLOP"), fmt(factor[part], "x")] for part in before],
      ["part", "512 pixels", "1 024 pixels", "factor"], caption=f"One pass of {small.name}")

# %% [markdown]
# Cross-attention stays just below the square: the text's own keys and values do not grow. The estimator takes arrays,
# so a sweep is one call.

# %% sweep
pixels = [256, 512, 768, 1024, 1536, 2048]  # change this line
swept = images.pass_flops(small, side=[pixel // 8 for pixel in pixels])
series = {name: work for name, work in swept.by_name().items() if name != "conditioning"}
share = swept.self_attention / swept.total
figures.lines(
    pixels, series, "side of the picture (pixels)", "FLOPs of a pass", log="xy", y_unit="FLOP",
    title=f"Parts of a pass, {small.name}",
    alt=f"Scores between positions rise from {fmt(share[0], '%')} of a pass at {pixels[0]} pixels to "
        f"{fmt(share[-1], '%')} at {pixels[-1]}.")

# %% [markdown]
# The sides above are pixels, but the network never sees pixels. It works on [latents](../docs/glossary.md#latent): an encoder learned to press
# each square of eight by eight pixels into one position. What if the same U-Net worked on the pixels themselves?

# %% guess_latents
question = "A picture of 512 pixels: FLOPs of a pass over its pixels, over those of a pass over its latents?"
without_latents = predict("without_latents", question, "x")

# %% latents
on_pixels, on_latents = (images.pass_flops(small, side=side) for side in (512, 64))
without_latents.reveal(on_pixels.total / on_latents.total)
say(f"Positions grow {fmt((512 / 64) ** 2, 'x')} and pairs of positions {fmt((512 / 64) ** 4, 'x')}. Scores go from "
    f"{fmt(on_latents.self_attention / on_latents.total, '%')} of a pass to "
    f"{fmt(on_pixels.self_attention / on_pixels.total, '%')}. The price of latents is one decoder run, "
    f"**{fmt(picture.decoder / on_latents.total)} passes**.")
quiz("side_doubled")

# %% [markdown]
# ## At full size
# Three published models, each at its own size. A *diffusion transformer* (DiT) has no convolutions between its blocks: it cuts
# the latents into patches, each a token.

# %% full_size
chosen = [models[name] for name in ("SD 1.5", "SDXL", "DiT-XL/2")]
bills = {model.name: images.picture(model, steps) for model in chosen}
table([[model.name, str(8 * model.latent_size), fmt(images.parameters(model)),
        fmt(images.pass_flops(model).total, "FLOP"),
        fmt(bills[model.name].total, "FLOP"), ", ".join(bills[model.name].left_out) or "nothing"] for model in chosen],
      ["model", "pixels", "weights", "a pass", "a picture", "left out"], caption=f"{steps} steps with guidance")
say(f"{small.name}: {small.source.text} ({small.source.date}; {small.source.evidence}). And your bill: pictures for the money of the answer, "
    "alone on a rented H100, and of the run.")

# %% own_bill
h100 = devices["H100"]
picture_seconds = bills[small.name].total / (energy.answers.picture_reached(h100).value * hardware.peak(h100))
alone = inference.estimate(models["llama-3-8b"], device=h100, prompt=200, output=400)
bill("07", "pictures of Stable Diffusion 1.5 for the same money", answer=alone.request_seconds / picture_seconds,
     run=quantities["llama-3-1-405b-hours"].value * 3600 / picture_seconds, unit="pictures")

# %% [markdown]
# ## Where this estimate breaks
# First the count itself, against what the makers of the diffusion transformer state. They count multiply-adds and
# call them FLOPs, so theirs is doubled here.

# %% against_published
dit = models["DiT-XL/2"]
stated = {side: 2 * macs for side, macs in dit.published_macs.items()}
ours = {side: images.pass_flops(dit, side=int(side.removesuffix("px")) // 8).total for side in stated}
table([[side, fmt(stated[side], "FLOP"), fmt(ours[side], "FLOP"), fmt(ours[side] / stated[side] - 1, "%", 2)]
       for side in stated], ["picture", "stated", "counted", "difference"], caption=f"One pass of {dit.name}")

# %% [markdown]
# Then time and variety. Are eight times the steps eight times the seconds? And distance has a blind spot: a model that
# draws one perfect digit over and over has a distance of zero. So count how many different glyphs come out, too.

# %% time_and_variety role="measured"
draw = lambda count: measure.time_call(lambda: demo.sample(refiner, "digit", count)).median_seconds
few, many = draw(16), draw(128)
say(f"Eight times the steps took {fmt(many / few, 'x')} the time here: off by {fmt(8 / (many / few) - 1, '%')}.")
strengths = (1, 1.5, 4, 16)
drawings = [demo.sample(refiner, "letter", enough, guidance=strength) for strength in strengths]
table([[fmt(strength), fmt(float(demo.distances(drawing, "letter").mean())), str(demo.variety(drawing, "letter"))]
       for strength, drawing in zip(strengths, drawings, strict=True)],
      ["guidance", "mean distance", "different letters"], caption="24 drawings of letters; there are 8")

# %% [markdown]
# The estimate assumes two full passes a step; some models are trained to fold guidance into one. It counts no norms and
# no activations, and says nothing about taste. And a tiny model's step count is no rule for a large one: models
# *distilled* for it draw in a few steps, with training that somebody paid for.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `picture_flops` | 5 | easy | 1 |
# | `cost_at` | 7 | medium | 2 |
# | `judge_steps` | 8 | medium | 3 |
# | `step_count` | 5 | medium | 4 |
#
# [Open the exercises](../exercises/07_images.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured"
say(f"""
1. A picture is steps x passes a step x a pass. At {steps} steps with guidance {small.name} takes
   {fmt(picture.total, 'FLOP')}, {fmt(picture.total / page, 'x')} a page of Llama 3 8B.
   A page of the 405B model takes {fmt(items['a page, Llama 3.1 405B'] / page, 'x')} that page.
2. Twice the side is {fmt(factor['convolution'], 'x')} for convolutions and {fmt(factor['self_attention'], 'x')} for scores.
   Latents save {fmt(on_pixels.total / on_latents.total, 'x')} a pass at 512 pixels.
3. Quality needs several seeds. The best mean here is {fmt(best)}; seeds at 200 steps lie between
   {fmt(min(found[200]))} and {fmt(max(found[200]))}.
4. Name a tolerance, then take the smallest count that meets it: {enough} steps here, one
   {fmt(200 / enough, digits=2)}th of the cost of 200.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
