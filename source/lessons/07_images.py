# %% [markdown]
# # 07 · Images, and video
# *From noise to a picture: what a step costs, how many are needed, and what a moving picture does to the bill.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 2 of 3 | [lesson 03](03_attention.ipynb): attention's square; [lesson 06](06_serving.ipynb): sharing a card | A11 |

# %% [markdown]
# ## The question
# A chatbot writes a page of 500 tokens. An image model draws one picture. Which costs more, a picture or a page?

# %% ask_picture_or_page role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, claim, figures, fmt, in_short, ladder, machine_card, predict, predict_choice, predict_ranking, quiz, say, sources,
                                 table, verdict)

choices = ["the picture, 5 times or more", "the picture, up to 5 times", "the page, up to 5 times", "the page, 5 times or more"]
costs_more = predict_choice("picture_or_page_energy", "One person has an H100 alone. Llama 3 8B writes them a page of 500 tokens. Stable Diffusion 1.5, a far "
                            "smaller model, draws them one picture in 50 steps. Which takes more energy?", choices)

# %% [markdown]
# ## You will be able to
# 1. **Compute** the FLOPs of a picture from its steps and passes (exercise `picture_flops`).
# 2. **Compare** a picture with a page, for one reader and for many (`readers_to_flip`).
# 3. **Compute** how the cost grows with the side and the frames (`cost_at`).
# 4. **Measure** quality against steps, and **judge** how many are enough (`judge_steps`, `step_count`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import devices, findings, models, quantities
from course_lib.demos import images as demo, measure
from course_lib.estimators import flops, images, inference, parameters
from course_lib.estimators.energy import answers, runs

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_shared_reading")
quiz("recall_length_doubled")

# %% [markdown]
# ## Idea 1: what is a picture made of?
# A [diffusion model](../docs/glossary.md#diffusion-model) starts from pure noise. Each **step** shows the noisy picture to one network, which guesses the
# clean picture behind it. The step moves a little towards that guess, and the next step looks again.
#
# Most models also use [guidance](../docs/glossary.md#guidance): each step guesses twice, with your text and without it, and follows the difference. So
#
# FLOPs of refining = steps x passes a step x FLOPs of a pass.
#
# Once a picture, a text encoder runs before the first step, and a [decoder](../docs/glossary.md#decoder) after the last.
#
# Does that hold for a real program? This lesson's tiny model is plain PyTorch. Let PyTorch count whole drawings.

# %% count_passes
tiny = demo.Refiner()
runs_tried = [(steps, guidance) for guidance in (1.0, 1.5) for steps in (1, 16)]
counted = [measure.count_flops(lambda run=run: demo.sample(tiny, "digit", run[0], 1, run[1]))
           for run in runs_tried]

# %% tell_passes role="narration"
table([[str(steps), "yes" if guidance > 1 else "no", fmt(work, exact=True), fmt(work / counted[0], exact=True)]
       for (steps, guidance), work in zip(runs_tried, counted, strict=True)],
      ["steps", "guidance", "FLOPs, PyTorch's counter", "passes"], caption="One picture of the tiny model")

# %% [markdown]
# Now the two of the question. For the page, recall lesson 05: two FLOPs a weight for each token.

# %% one_pass
small, llama = models["SD 1.5"], models["llama-3-8b"]
one_pass = images.pass_flops(small).total
weights = images.parameters(small)

# %% guess_flops role="narration"
picture_over_page = predict("picture_over_page", f"The picture: 50 steps with guidance, {fmt(one_pass, 'FLOP')} a pass. The page: 500 tokens, {fmt(parameters.count(llama).total, 'weights')}. "
                            "How many times the page's FLOPs does the picture take?", "x")

# %% one_picture
picture = images.picture(small, steps=50)  # with guidance
page = flops.decode(llama, batch=1, context=list(range(500))).sum()
met = one_pass / 2 / weights  # positions that a weight meets in a pass

# %% tell_flops role="narration"
picture_over_page.reveal(picture.total / page, because=f"One pass is as much as if each of its {fmt(weights, 'weights')} met {fmt(met)} positions, and there "
                         f"are {picture.passes} passes. The page's weights, {fmt(parameters.count(llama).total / weights, 'x')} as many, meet 500 tokens, once.")

# %% [markdown]
# A rough product of the numbers above misses little: a token's embedding is looked up and not multiplied, and the picture has its text encoder and decoder.
#
# So by FLOPs it is the picture. But FLOPs are not seconds. A lone reader's token waits for the weights to be read (lesson 05), and a crowd shares that
# reading (lesson 06). A pass over a picture meets each weight with so many positions that arithmetic decides at once: nobody else is needed to fill the card.
#
# Take all three: FLOPs, seconds of the card, and the energy drawn meanwhile.

# %% three_currencies
h100, readers = devices["H100"], [1, 64]
ask = {"device": h100, "prompt": 1, "output": 500}
page_seconds = inference.estimate(llama, batch=readers, **ask).request_seconds / readers
page_ranges = [answers.token(llama, batch=count, **ask) for count in readers]  # for each token
page_joules = [500 * each.value for each in page_ranges]
picture_seconds = answers.diffusion_seconds(picture.total, device=h100).value
picture_range = answers.picture(small, 50, device=h100)
picture_joules = picture_range.value

# %% show_currencies role="narration"
over = [joules / picture_joules for joules in page_joules]
costs_more.reveal(ladder(over[0], {choices[0]: 0.2, choices[1]: 1, choices[2]: 5, choices[3]: None}),
                  because=f"The page keeps the card for {fmt(page_seconds[0], 's')}, the picture for {fmt(picture_seconds, 's')}.")
larger = lambda page, picture: f"the page, {fmt(page / picture, 'x')}" if page > picture else f"the picture, {fmt(picture / page, 'x')}"
table([["FLOPs", fmt(picture.total, "FLOP"), fmt(page, "FLOP"), fmt(page, "FLOP"), larger(page, picture.total), larger(page, picture.total)],
       ["seconds of the card", fmt(picture_seconds, "s"), *(fmt(each, "s") for each in page_seconds), *(larger(each, picture_seconds) for each in page_seconds)],
       ["energy", fmt(picture_joules / 3600, "Wh"), *(fmt(each / 3600, "Wh") for each in page_joules), *(larger(each, picture_joules) for each in page_joules)]],
      ["", "picture", "page, alone", "page, among 64", "more, alone", "more, among 64"], caption="Stable Diffusion 1.5 and Llama 3 8B on an H100")
say(f"Estimates have ranges. At their ends the page alone still takes {fmt(500 * page_ranges[0].low / picture_range.high, 'x')} the picture's energy, and among 64 the picture "
    f"{fmt(picture_range.low / (500 * page_ranges[1].high), 'x')} the page's.")

# %% [markdown]
# Would a crowd make pictures cheaper, too? Somebody measured it: FLUX.1, a larger model, draws one picture at a time, and eight together.

# %% pictures_together
one_alone, of_eight = findings["v012"].values  # joules for each picture

# %% tell_together role="narration"
say(f"Eight together take {fmt(1 - of_eight / one_alone, '%', 2)} less energy for each. A page among 64 takes {fmt(1 - page_joules[1] / page_joules[0], '%', 3)} less than a page alone.")
in_short(f"Of passes. FLOPs say that the picture costs more, {fmt(picture.total / page, 'x')}; for a lone reader the page takes **{fmt(over[0], 'x')}** the picture's energy; on a card "
         f"full of readers it is the picture again, {fmt(1 / over[1], 'x')}.")
quiz("guidance_price", steps="30")
quiz("crowd_draws")

# %% [markdown]
# ## Idea 2: how many steps are enough?
# Each step costs the same. Why not take a single one? Try it. The tiny model learns 16 glyphs, eight digits and eight letters. It sees a glyph mixed with noise, and
# the word "digit" or "letter", and learns to guess the glyph.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=10, times=False)

# %% train role="measured" seconds=6
losses = demo.train(tiny, steps=900)
average = demo.true_pictures()[0].mean(0)  # of the eight digits
blurs = demo.sample(tiny, "digit", steps=1, pictures=8, guidance=1)
to_average = float((blurs - average).square().mean().sqrt() / 2)
to_nearest = float(demo.distances(blurs, "digit").mean())

# %% show_one_step role="measured_narration"
figures.pictures({"true digits": demo.true_pictures()[0], "drawn in one step": blurs}, lightest=-1, title="One step from pure noise",
                 alt=f"True digits above; drawings of one step below are blurs, {fmt(to_nearest)} away from any digit.")
say(f"The blurs lie {fmt(to_average)} from the average of all digits, and {fmt(to_nearest)} from the nearest digit. (0 is a copy, 1 is ink for paper.)")

# %% [markdown]
# A failure that teaches. Asked for "a digit" with only noise to look at, the network guesses close to the average of all digits. A *small* step towards that blur leaves noise to look at,
# and the next guess can be sharper.
#
# How many steps are worth their price? Judge a drawing by its distance to the nearest glyph. Drawings from other noise, another **seed**, have another distance, so draw from five
# seeds. Some difference must be called too small to matter, a *tolerance*, and it must be named before the result is seen. Here it is 0.005, a two-hundredth of the way from paper to ink.
#
# A seed gives every number of steps the same noise, so step counts can also be compared seed by seed.

# %% guess_steps role="narration"
claim("A11")
ranges = ["1 or 2", "4", "8 to 16", "32 or 64"]
useful = predict_choice("useful_steps", "Tried: 1, 2, 4, 8, 12, 16, 32 and 64 steps. The smallest number whose mean distance is within 0.005 of the best?", ranges)

# %% judge role="measured" seconds=3
tried = [1, 2, 4, 8, 12, 16, 32, 64]
found = demo.judge(tiny, tried, seeds=range(5))
means = {count: sum(values) / len(values) for count, values in found.items()}
enough = demo.adequate(found, tolerance=0.005)
best = min(means, key=means.get)
apart = max(found[best]) - min(found[best])  # between seeds
closer = {few: sum(b < a for a, b in zip(found[few], found[more], strict=True))
          for few, more in ((enough, best), (32, 64))}

# %% show_steps role="measured_narration"
useful.reveal(ladder(enough, {ranges[0]: 2, ranges[1]: 4, ranges[2]: 16, ranges[3]: None}),
              because=f"It is {enough} here. {best} steps are best, closer than {enough} in {closer[enough]} of 5 seeds, but by less than the tolerance, and seeds differ by more ({fmt(apart)}). "
              f"64 steps are closer than 32 in {closer[32]} of 5.")
by_seed = list(found.values())
figures.lines(tried, {"mean of five seeds": list(means.values()), "best seed": [min(values) for values in by_seed], "worst seed": [max(values) for values in by_seed]},
    "steps (the cost is proportional)", "distance to a true glyph", log="x", title="The tiny model, here",
    alt=f"Distance falls from {fmt(means[1])} at 1 step to {fmt(means[enough])} at {enough} and {fmt(means[64])} at 64.")

# %% [markdown]
# A gain that every seed shares is no chance, yet it can be too small to pay for. Where seeds disagree, no gain is shown at all.
#
# Now look, rather than trust a number. All rows start from the same noise.

# %% draw_rows role="measured"
drawn = {count: demo.sample(tiny, "letter", count, pictures=8) for count in (1, 2, 4, 8, 64)}
many = demo.sample(tiny, "letter", enough)  # 24 drawings
different = demo.variety(many, "letter")  # one good letter, again and again, is no success
missed = 8 * (7 / 8) ** 24  # letters that 24 fair draws leave out, on average
repeated = picture.refining / picture.total  # Stable Diffusion 1.5, 50 steps

# %% show_rows role="measured_narration"
figures.pictures({f"steps: {count}": rows for count, rows in drawn.items()}, lightest=-1, title="The same noise, more steps",
                 alt=f"Letters drawn in 1, 2, 4, 8 and 64 steps: {fmt(means[1])} away from true glyphs at first, {fmt(means[64])} at last.")
say(f"24 drawings in {enough} steps show {different} of the 8 letters, so it is not one letter again and again. Fair draws leave out {fmt(missed, digits=1)} on average.")
others = {f"with a tolerance of {wide}": {"adequate_steps": demo.adequate(found, tolerance=wide)} for wide in (0.0025, 0.01, 0.02)}
verdict("A11", repeated_share=repeated, adequate_steps=enough, inputs=others, source="Stable Diffusion 1.5 counted from its architecture; the model trained in this lesson",
        instead=f"Making a picture repeats a step, and the repeated passes do {fmt(repeated, '%')} of the FLOPs of a classic model; how often depends on the model: {enough} were enough here, "
        f"{fmt(findings['v003'].value)} for one trained for few.")
quiz("steps_enough", low="32", high="64")

# %% [markdown]
# Large models are usually run with 20 to 50 steps. Many are [distilled](../docs/glossary.md#few-step-distillation): trained further so that few steps land where many
# did, mostly without guidance. Somebody pays for that training once. What does it save?

# %% guess_few role="narration"
few_gain = predict("few_steps_gain", "SDXL draws in 25 steps with guidance; with an adapter that was distilled, in 4 steps of one pass. Measured on an A100, how many times as fast is a "
                   "whole picture?", "x")

# %% few_steps
sdxl = models["SDXL"]
usual, distilled = images.picture(sdxl, 25), images.picture(sdxl, 4, guidance=False)
seconds_usual, seconds_distilled = findings["v004"].values  # measured

# %% show_few role="narration"
gain = {"passes": usual.passes / distilled.passes, "FLOPs, decoder included": usual.total / distilled.total, "seconds, measured": seconds_usual / seconds_distilled}
few_gain.reveal(gain["seconds, measured"], because=f"The passes shrink {fmt(gain['passes'], 'x')}. The decoder does not: it is {fmt(distilled.decoder / distilled.total, '%')} of what is left, which makes "
                f"{fmt(gain['FLOPs, decoder included'], 'x')}. Where the rest of the seconds went, the table does not tell.")
in_short(f"Few: **{enough}** of 64 here, and {fmt(findings['v003'].value)} for a distilled SDXL. With {fmt(gain['passes'], 'x')} fewer passes its pictures were {fmt(gain['seconds, measured'], 'x')} as fast.")

# %% [markdown]
# ## Idea 3: what does size cost?
# A U-Net, the network of Stable Diffusion, shrinks the picture level by level and grows it again. A pass has these parts:
#
# | part | works on |
# | --- | --- |
# | convolutions | each position and its neighbours |
# | projections and MLP | each position alone |
# | scores | each pair of positions |
# | attention to the text | each position with each token of the text; its keys and values are made once a pass |
# | time step | once a pass |

# %% guess_parts role="narration"
parts = ["time step", "convolutions", "attention to the text", "scores"]
growth = predict_ranking("resolution_parts", "From 512 to 1 024 pixels a side: order the parts by their growth, most first.", parts)

# %% parts_by_side
named = {"convolutions": "convolution", "scores": "self_attention",
         "attention to the text": "cross_attention", "time step": "conditioning"}
before, after = (images.pass_flops(small, side=side) for side in (64, 128))
factor = {part: after.by_name()[key] / before.by_name()[key] for part, key in named.items()}
whole = after.total / before.total

# %% sweep
pixels = [256, 512, 768, 1024, 1536, 2048]  # change this line
swept = images.pass_flops(small, side=[side // 8 for side in pixels])
series = {part: swept.by_name()[key] for part, key in named.items() if part != "time step"}
series["projections and MLP"] = swept.projections + swept.mlp
share = swept.self_attention / swept.total

# %% show_parts role="narration"
growth.reveal(sorted(parts, key=lambda part: -factor[part]), because="; ".join(f"{part} {fmt(factor[part], 'x')}" for part in sorted(parts, key=lambda part: -factor[part])) + f". The whole pass: {fmt(whole, 'x')}. "
              "The text's keys and values do not grow.")
figures.lines(pixels, series, "side of the picture (pixels)", "FLOPs of a pass", log="xy", y_unit="FLOP", title=f"Parts of a pass, {small.name}",
    alt=f"Scores between positions rise from {fmt(share[0], '%')} of a pass at {pixels[0]} pixels to {fmt(share[-1], '%')} at {pixels[-1]}.")
quiz("side_doubled")

# %% [markdown]
# The network never sees these pixels. An encoder learned to press each square of eight by eight pixels into one position, a [latent](../docs/glossary.md#latent). What does
# that save? Compare with networks for pixels that people really built. ADM puts attention only where the picture is small, and its network for 512 pixels is another one than that for 256: it has
# half the channels where the picture is largest ([its code](https://github.com/openai/guided-diffusion)).

# %% latents
at_256 = dict(zip(["ADM", "ADM-U", "LDM-4", "DiT-XL/2"], findings["v001"].values, strict=True))
at_512 = dict(zip(["ADM", "ADM-U", "DiT-XL/2"], findings["v002"].values, strict=True))
saved = {side: found["ADM"] / found["DiT-XL/2"] for side, found in ((256, at_256), (512, at_512))}

# %% show_latents role="narration"
kind = {"ADM": "pixels", "ADM-U": "pixels, in two stages", "LDM-4": "latents", "DiT-XL/2": "latents"}
table([[name, kind[name], fmt(2e9 * work, "FLOP"), fmt(2e9 * at_512[name], "FLOP") if name in at_512 else "not stated"] for name, work in at_256.items()],
      ["network", "works on", "a pass at 256 pixels", "at 512"], caption="As the paper of DiT states them, in multiply-adds, doubled here")
say(f"Latents save {fmt(saved[256], 'x')} at 256 pixels and {fmt(saved[512], 'x')} at 512, against a decoder that runs once.")

# %% [markdown]
# <!-- typed: definition -->
# Now let it move. A video model cuts the whole clip into tokens. Its encoder keeps the first frame and one for each four after it, and a token stands for 16 x 16 pixels:
#
# tokens = (1 + (frames - 1) / 4) x height / 16 x width / 16.
#
# And every token meets every other one, across the frames. The text's tokens stand in the same row.

# %% one_frame
hunyuan, text = models["HunyuanVideo"], images.video.TEXT["HunyuanVideo"]
frame = images.video.clip(hunyuan, 50, frames=1, height=720, width=1280)
pairs_of_one = frame.one_pass.self_attention / frame.one_pass.total

# %% guess_clip role="narration"
clip_guess = predict("clip_over_picture", f"HunyuanVideo draws one frame of 1 280 x 720 pixels: {fmt(frame.tokens)} tokens and {text} of text, and scores are {fmt(pairs_of_one, '%')} of a pass. Then "
                     "129 frames, in as many steps. How many times the FLOPs?", "x")

# %% clips
frames = [1, 17, 33, 65, 129]
clips = images.video.clip(hunyuan, 50, frames=frames, height=720, width=1280)
over_one = clips.total / clips.total[0]
pairs_share = clips.one_pass.self_attention / clips.one_pass.total

# %% show_clips role="narration"
clip_guess.reveal(over_one[-1], because=f"With the text there are {fmt((clips.tokens[-1] + text) / (clips.tokens[0] + text), 'x')} the tokens. Scores grow with their square, to "
                  f"{fmt(pairs_share[-1], '%')} of a pass.")
figures.lines(frames, {"FLOPs": over_one, "tokens": clips.tokens / clips.tokens[0], "frames": frames}, "frames", "times those of one frame", log="xy",
    title="HunyuanVideo, 1 280 x 720 pixels", alt=f"129 frames take {fmt(clips.tokens[-1] / clips.tokens[0], 'x')} the tokens and {fmt(over_one[-1], 'x')} the FLOPs of one.")
in_short(f"Twice the side is {fmt(whole, 'x')} the work: sixteen times the scores, four times most of the rest. Latents save {fmt(saved[512], 'x')} to {fmt(saved[256], 'x')}; a clip of 129 frames takes **{fmt(over_one[-1], 'x')}** "
         "the FLOPs of one frame.")

# %% [markdown]
# Put it all together: look for the crowd at which the order flips.

# %% explorer role="narration"
explorers.panel("images")

# %% [markdown]
# ## At full size
# Published models as they are usually run, against pages.

# %% full_size
wan = images.video.clip(models["Wan 2.1 1.3B"], 50, guidance=True, frames=81, height=480, width=832)
flux = images.picture(models["FLUX.1-dev"], 50, guidance=False)  # one pass a step, as published
work = {"SD 1.5, 50 steps": picture.total, "SDXL, 4 steps": distilled.total,
        "SDXL, 50 steps": images.picture(sdxl, 50).total, "FLUX.1, 50 steps": flux.total,
        "Wan 2.1 1.3B, 81 frames": wan.total, "HunyuanVideo, 129 frames": clips.total[-1]}
joules = {name: answers.diffusion(each, device=h100).value for name, each in work.items()}

# %% large_page
large = models["llama-3.1-405b"]
large_joules = 500 * answers.token(large, device=h100, devices=16, prompt=1, output=500).value

# %% show_full role="narration"
table([[name, fmt(each, "FLOP"), fmt(answers.diffusion_seconds(each, device=h100).value, "s"), fmt(joules[name] / 3600, "Wh"), fmt(joules[name] / page_joules[0], digits=2),
        fmt(joules[name] / page_joules[1], digits=2)] for name, each in work.items()],
      ["", "FLOPs", "seconds of an H100", "energy", "pages, alone", "pages, among 64"], caption="Pictures and clips, and how many pages of Llama 3 8B take the same energy")
say(f"A page of Llama 3.1 405B for a lone reader, on 16 cards: {fmt(large_joules / 3600, 'Wh')}, {fmt(large_joules / joules['SDXL, 50 steps'], 'x')} a picture of SDXL in 50 steps. So name models, steps "
    "and how full the card is.")

# %% [markdown]
# ## Where this estimate breaks
# First the count, against what makers and a paper state; then seconds on one card. The estimator takes one share of the peak for all diffusion networks. It was fitted to nine that drew
# pictures and themselves differ more than threefold in that share: a compromise.

# %% against_stated
dit, a100 = models["DiT-XL/2"], devices["A100 SXM 80GB"]
of_paper = images.video.clip(hunyuan, 50, frames=117, height=768, width=1280).total
pairs = {"DiT-XL/2, 512 pixels": (2e9 * at_512["DiT-XL/2"], images.pass_flops(dit, side=64).total),
         "HunyuanVideo, 117 frames": (findings["v006"].value * 1e15, of_paper)}

# %% against_seconds
timed = {"SDXL, 25 steps, A100": (seconds_usual, usual.total, a100),
         "SDXL, 4 steps, A100": (seconds_distilled, distilled.total, a100),
         "FLUX.1, 50 steps": (findings["v013"].values[0], flux.total, h100),
         "Wan 2.1 1.3B, 81 frames": (findings["v011"].values[0], wan.total, h100),
         "HunyuanVideo, 129 frames": (findings["v010"].values[0], clips.total[-1], h100),
         "HunyuanVideo, 117 frames": (findings["v007"].value, of_paper, h100)}
expected = {name: answers.diffusion_seconds(each, device=card)
            for name, (_, each, card) in timed.items()}

# %% against_energy
drawn_energy = {"FLUX.1, 50 steps": (findings["v012"].values[0], flux.total),
                "Wan 2.1 1.3B, 81 frames": (1000 * findings["v011"].values[1], wan.total),
                "HunyuanVideo, 129 frames": (1000 * findings["v010"].values[1], clips.total[-1])}
card_joules = {name: answers.diffusion(each, device=h100, site=runs.CARDS_ALONE).value
               for name, (_, each) in drawn_energy.items()}

# %% show_errors role="narration"
table([[name, fmt(stated, "FLOP"), fmt(ours, "FLOP"), fmt(ours / stated - 1, "%", 2)] for name, (stated, ours) in pairs.items()],
      ["", "stated", "counted", "error"], caption="FLOPs")
table([[name, fmt(seconds, "s"), fmt(expected[name].value, "s"), fmt(expected[name].value / seconds - 1, "%", 2)]
       for name, (seconds, *_) in timed.items()], ["", "measured", "estimate", "error"], caption="Seconds on one card; an H100 where none is named")
table([[name, fmt(metered / 3600, "Wh"), fmt(card_joules[name] / 3600, "Wh"), fmt(card_joules[name] / metered - 1, "%", 2)] for name, (metered, _) in drawn_energy.items()],
      ["", "measured", "estimate", "error"], caption="Energy of the card alone, without server and cooling")
worst = {name: expected[name].value / seconds for name, (seconds, *_) in timed.items()}
outside = sum(not expected[name].low <= seconds <= expected[name].high for name, (seconds, *_) in timed.items())
say(f"{outside} of {len(timed)} lie outside the estimate's range. The paper's clip came {fmt(worst['HunyuanVideo, 117 frames'], 'x')} as fast as estimated: its attention was measured at "
    f"{fmt(findings['v009'].value, '%')} of the peak.")

# %% [markdown]
# The FLOPs hold to a percent. The seconds do not: one share of the peak is too little for a long clip and too much for a few steps. The count leaves out norms and activations, and for most models the text encoder. It says nothing about taste. And a
# tiny model's number of steps is no rule for a large one.

# %% [markdown]
# ## Your bill
# The same money in pictures: what the answer, alone on a rented H100, and the run would buy.

# %% your_bill role="narration"
alone = inference.estimate(llama, device=h100, prompt=200, output=400)
run_seconds = quantities["llama-3-1-405b-hours"].value * 3600
bill("07", "pictures of Stable Diffusion 1.5 for the same money", answer=alone.request_seconds / picture_seconds, run=run_seconds / picture_seconds, unit="pictures")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `picture_flops` | 5 | easy | 1 |
# | `readers_to_flip` | 7 | hard | 2 |
# | `cost_at` | 6 | medium | 3 |
# | `judge_steps` | 7 | medium | 4 |
# | `step_count` | 5 | medium | 4 |
#
# [Open the exercises](../exercises/07_images.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured_narration"
say(f"""
**It depends on who shares the card. By FLOPs a picture costs {fmt(picture.total / page, 'x')} a page. For a lone reader the page takes {fmt(over[0], 'x')} the picture's energy; among 64 readers the
picture takes {fmt(1 / over[1], 'x')} the page's.**

1. A picture is steps x passes a step x a pass: {picture.passes} passes make {fmt(picture.refining, 'FLOP')} of refining.
2. A page gets cheaper with every reader on the card; a picture fills it alone.
3. Twice the side: {fmt(factor['convolutions'], 'x')} for convolutions, {fmt(factor['scores'], 'x')} for scores, {fmt(whole, 'x')} for a pass. A clip of 129 frames is {fmt(over_one[-1], 'x')} a frame.
4. Name a tolerance, then take the fewest steps that meet it over several seeds: {enough} here. Distilled SDXL: {fmt(findings['v003'].value)}.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
