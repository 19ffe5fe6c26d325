"""A U-Net and a diffusion transformer of plain PyTorch modules: the truth that the estimator is
held against.

They follow the code of Stable Diffusion and of DiT in what they hold and multiply. Built on meta
tensors only.
"""

import torch
from torch import nn
from torch.nn import functional

from course_lib.catalog.records.other_models import DiffusionTransformer, UNet


class Res(nn.Module):
    """A residual block with the time vector added between its convolutions."""

    def __init__(self, inputs: int, outputs: int, time: int) -> None:
        super().__init__()
        self.before, self.after = nn.GroupNorm(4, inputs), nn.GroupNorm(4, outputs)
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.time = nn.Linear(time, outputs)
        self.around = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: torch.Tensor, time: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        hidden = self.first(self.before(x)) + self.time(time)[:, :, None, None]
        return self.around(x) + self.second(self.after(hidden))


class Attention(nn.Module):
    """One head is enough: the number of heads changes neither weights nor FLOPs."""

    def __init__(self, width: int, context: int) -> None:
        super().__init__()
        self.query = nn.Linear(width, width, bias=False)
        self.key, self.value = (nn.Linear(context, width, bias=False) for _ in range(2))
        self.output = nn.Linear(width, width)

    def forward(self, x: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        scores = self.query(x) @ self.key(context).mT
        return self.output(scores.softmax(-1) @ self.value(context))


class TextBlock(nn.Module):
    """Self-attention, attention to the text, GEGLU."""

    def __init__(self, width: int, context: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own, self.text = Attention(width, width), Attention(width, context)
        self.up, self.down = nn.Linear(width, 8 * width), nn.Linear(4 * width, width)

    def forward(self, x: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        x = x + self.own(self.norms[0](x), x)
        x = x + self.text(self.norms[1](x), text)
        value, gate = self.up(self.norms[2](x)).chunk(2, -1)
        return x + self.down(value * functional.gelu(gate))


class Spatial(nn.Module):
    """Transformer blocks over the positions of a picture."""

    def __init__(self, width: int, context: int, depth: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(4, width)
        self.into, self.out = nn.Linear(width, width), nn.Linear(width, width)
        self.blocks = nn.ModuleList(TextBlock(width, context) for _ in range(depth))

    def forward(self, x: torch.Tensor, time: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        flat = self.into(self.norm(x).flatten(2).mT)
        for block in self.blocks:
            flat = block(flat, text)
        return x + self.out(flat).mT.unflatten(2, x.shape[2:])


class PlainUNet(nn.Module):
    """The whole network, level by level."""

    def __init__(self, model: UNet) -> None:
        super().__init__()
        first, time = model.model_channels, 4 * model.model_channels
        self.first = nn.Conv2d(model.latent_channels, first, 3, padding=1)
        self.time = nn.Sequential(nn.Linear(first, time), nn.SiLU(), nn.Linear(time, time))
        self.vector = None
        if model.vector_dim:
            self.vector = nn.Sequential(
                nn.Linear(model.vector_dim, time), nn.SiLU(), nn.Linear(time, time)
            )
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        widths = [first * multiplier for multiplier in model.channel_multipliers]
        last, kept, now = len(widths) - 1, [first], first

        def stage(inputs: int, level: int) -> nn.ModuleList:
            parts: list[nn.Module] = [Res(inputs, widths[level], time)]
            if 2**level in model.attention_downsampling:
                parts.append(
                    Spatial(widths[level], model.context_dim, model.transformer_depth[level])
                )
            return nn.ModuleList(parts)

        for level, width in enumerate(widths):
            for _ in range(model.res_blocks):
                self.down.append(stage(now, level))
                now = width
                kept.append(now)
            if level < last:
                self.down.append(nn.Conv2d(now, now, 3, stride=2, padding=1))
                kept.append(now)
        deep = Spatial(now, model.context_dim, model.transformer_depth[-1])
        self.middle = nn.ModuleList([Res(now, now, time), deep, Res(now, now, time)])
        for level in range(last, -1, -1):
            for block in range(model.res_blocks + 1):
                parts = stage(now + kept.pop(), level)
                now = widths[level]
                if level and block == model.res_blocks:
                    parts.append(nn.Conv2d(now, now, 3, padding=1))
                self.up.append(parts)
        self.norm = nn.GroupNorm(4, now)
        self.last = nn.Conv2d(now, model.latent_channels, 3, padding=1)

    def forward(
        self, x: torch.Tensor, text: torch.Tensor, vector: torch.Tensor | None
    ) -> torch.Tensor:
        steps = torch.empty(len(x), self.first.out_channels, device=x.device)
        time = self.time(steps) + (0 if self.vector is None else self.vector(vector))
        x = self.first(x)
        kept = [x]
        for parts in self.down:
            x = parts(x) if isinstance(parts, nn.Conv2d) else run(parts, x, time, text)
            kept.append(x)
        x = run(self.middle, x, time, text)
        for parts in self.up:
            x = run(parts, torch.cat([x, kept.pop()], 1), time, text)
        return self.last(self.norm(x))


def run(
    parts: nn.ModuleList, x: torch.Tensor, time: torch.Tensor, text: torch.Tensor
) -> torch.Tensor:
    """A residual block, attention, and the convolution after doubling the picture, as far as there
    are such."""
    for part in parts:
        doubled = isinstance(part, nn.Conv2d)
        x = part(functional.interpolate(x, scale_factor=2)) if doubled else part(x, time, text)
    return x


class DiTBlock(nn.Module):
    """Attention and MLP, each scaled, shifted and gated by the condition."""

    def __init__(self, model: DiffusionTransformer) -> None:
        super().__init__()
        d = model.d_model
        self.qkv, self.output = nn.Linear(d, 3 * d, bias=bool(model.qkv_bias)), nn.Linear(d, d)
        self.up, self.down, self.modulation = (
            nn.Linear(d, model.d_ff),
            nn.Linear(model.d_ff, d),
            nn.Linear(d, 6 * d),
        )

    def forward(self, x: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        shift, scale, gate, shift2, scale2, gate2 = self.modulation(condition)[:, None].chunk(6, -1)
        query, key, value = self.qkv(x * (1 + scale) + shift).chunk(3, -1)
        x = x + gate * self.output((query @ key.mT).softmax(-1) @ value)
        return x + gate2 * self.down(functional.gelu(self.up(x * (1 + scale2) + shift2)))


class DiT(nn.Module):
    """Patches in, patches out, steered by time step and label."""

    def __init__(self, model: DiffusionTransformer) -> None:
        super().__init__()
        d, patch = model.d_model, model.patch_size
        self.model, self.patches = model, nn.Conv2d(model.latent_channels, d, patch, stride=patch)
        self.positions = nn.Parameter(torch.empty((model.latent_size // patch) ** 2, d))
        self.time = nn.Sequential(nn.Linear(model.time_channels, d), nn.SiLU(), nn.Linear(d, d))
        self.labels = nn.Embedding(model.classes + 1, d)
        self.blocks = nn.ModuleList(DiTBlock(model) for _ in range(model.layers))
        self.modulation, self.last = (
            nn.Linear(d, 2 * d),
            nn.Linear(d, patch**2 * model.out_channels),
        )

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        steps = torch.empty(len(x), self.model.time_channels, device=x.device)
        condition = self.time(steps) + self.labels(labels)
        tokens = self.patches(x).flatten(2).mT + self.positions
        for block in self.blocks:
            tokens = block(tokens, condition)
        shift, scale = self.modulation(condition)[:, None].chunk(2, -1)
        return self.last(tokens * (1 + scale) + shift)
