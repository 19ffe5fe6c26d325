"""Records of models that are no decoder-only transformers: image models, encoder-decoders,
undisclosed ones.

Each keeps every number its source states, so that work can be counted from the architecture. None
stands for "not stated".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from course_lib import checks
from course_lib.catalog.record import check_fields
from course_lib.catalog.records.layer_parts import Experts
from course_lib.catalog.records.published import Published
from course_lib.catalog.records.source import Source


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedModel:
    """What the records of all kinds of model have in common."""

    name: str
    """Name as published."""
    family: str = ""
    """Model family."""
    year: int
    """Year of publication."""
    published: Published
    """Counts as published."""
    source: Source
    """Where the architecture stands."""
    notes: str = ""
    """What else to know."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DiffusionTransformer(PublishedModel):
    """A model of pictures or video made of transformer blocks over patches of a latent picture.

    >>> from course_lib.catalog import models
    >>> flux = models["FLUX.1-dev"]
    >>> flux.double_layers, flux.single_layers, flux.layers
    (19, 38, 57)
    """

    kind: str
    """dit: one stream of tokens; mmdit: blocks in which text and image have weights of their
    own."""
    makes: str = "pictures"
    """pictures or video."""
    single_layers: int = 0
    """Blocks with one set of weights for all tokens."""
    double_layers: int = 0
    """Blocks with one set of weights for the text and another for the image."""
    d_model: int
    """Width of the vector that stands for one token between blocks."""
    n_heads: int
    """Heads in a layer."""
    head_dim: int
    """Width of one head."""
    d_ff: int
    """Inner width of the MLP."""
    gated_mlp: bool = False
    """Three MLP matrices in place of two."""
    qkv_bias: bool | None = None
    """Biases on queries, keys and values."""
    o_bias: bool | None = None
    """Biases on the attention's output."""
    mlp_bias: bool | None = None
    """Biases in the MLP."""
    norm: str = ""
    """Kind of normalisation."""
    modulation: str = ""
    """How the time step steers the blocks."""
    cross_attention: bool = False
    """Whether the image tokens attend to the text in a cross-attention of its own."""
    patch_size: int | None = None
    """Side of a patch, in latent pixels."""
    latent_size: int | None = None
    """Side of the latent picture, in latent pixels."""
    latent_channels: int | None = None
    """Channels of the latent picture."""
    in_channels: int | None = None
    """Channels of one token at the input, where patches are packed beforehand."""
    context_dim: int | None = None
    """Width of the text encoder's tokens."""
    vector_dim: int | None = None
    """Width of the pooled text vector."""
    out_channels: int | None = None
    """Channels of the prediction for one latent pixel; twice `latent_channels` where a variance is
    predicted too."""
    time_channels: int | None = None
    """Sines and cosines that stand for a time step before the first map."""
    guidance_vector: bool = False
    """Whether the strength of guidance is an input, so that one pass a step does (FLUX.1-dev)."""
    classes: int | None = None
    """Labels that a picture can be asked for by; the table has one row more, for "no label"."""
    published_macs: Mapping[str, float] = field(default_factory=dict)
    """Multiply-adds of one pass by picture side ("256px"), as published; a FLOP count is twice
    that."""
    companion_params: Mapping[str, float] = field(default_factory=dict)
    """Parameters of the models that work beside it, as stated."""

    def __post_init__(self) -> None:
        check_fields(
            self,
            zero=("single_layers", "double_layers"),
            choices={"kind": ("dit", "mmdit"), "makes": ("pictures", "video")},
        )
        if self.layers == 0:
            raise ValueError(
                "single_layers must be at least 1 where there are no double_layers, got 0"
            )

    @property
    def layers(self) -> int:
        """Blocks in all."""
        return self.single_layers + self.double_layers


@dataclass(frozen=True, kw_only=True, eq=False)
class UNet(PublishedModel):
    """A convolutional image model with attention to the text, from fine to coarse and back.

    >>> from course_lib.catalog import models
    >>> models["SDXL"].model_channels, models["SDXL"].channel_multipliers
    (320, (1, 2, 4))
    """

    kind: str
    """unet."""
    model_channels: int
    """Channels at the finest level."""
    channel_multipliers: tuple[int, ...]
    """Channels of each level over `model_channels`, the finest first."""
    res_blocks: int
    """Residual blocks in a level on the way down (one more on the way up)."""
    attention_downsampling: tuple[int, ...]
    """Levels with attention, by how much they are downsampled: 1 is the finest."""
    transformer_depth: tuple[int, ...]
    """Transformer blocks in one attention of each level, the finest first, as configured; only the
    levels in `attention_downsampling` have attention."""
    n_heads: int | None = None
    """Heads, where their number is fixed and the width of a head varies with the level."""
    head_dim: int | None = None
    """Channels of one head, where the width is fixed and the number varies."""
    context_dim: int
    """Width of the text encoder's tokens."""
    vector_dim: int | None = None
    """Width of the vector of pooled text and picture size."""
    latent_size: int
    """Side of the latent picture, in latent pixels."""
    latent_channels: int
    """Channels of the latent picture, in and out."""
    companion_params: Mapping[str, float] = field(default_factory=dict)
    """Parameters of the models that work beside it, as stated."""

    def __post_init__(self) -> None:
        check_fields(self, choices={"kind": ("unet",)})
        if len(self.transformer_depth) != len(self.channel_multipliers):
            depth, levels = len(self.transformer_depth), len(self.channel_multipliers)
            raise ValueError(
                f"transformer_depth must have one number a level, got {depth} for {levels} levels"
            )
        if (self.n_heads is None) == (self.head_dim is None):
            raise ValueError("n_heads must be given where head_dim is not, and only there")


@dataclass(frozen=True, kw_only=True, eq=False)
class EncoderDecoder(PublishedModel):
    """A transformer in two stacks: one reads, the other writes and looks at what was read.

    >>> from course_lib.catalog import models
    >>> models["T5-11B"].encoder_layers, models["T5-11B"].d_ff
    (24, 65536)
    """

    kind: str
    """encoder-decoder."""
    encoder_layers: int
    """Blocks of the reading stack."""
    decoder_layers: int
    """Blocks of the writing stack."""
    d_model: int
    """Width of the vector that stands for one token between blocks."""
    n_heads: int
    """Heads in a layer."""
    n_kv_heads: int
    """Key-value heads in a layer."""
    head_dim: int
    """Width of one head."""
    d_ff: int
    """Inner width of the MLP."""
    vocab_rows: int
    """Rows of the embedding table, padding included."""
    max_positions: int
    """Context the model was trained with, in tokens."""
    gated_mlp: bool = False
    """Three MLP matrices in place of two."""
    tied_embeddings: bool = False
    """The head multiplies by the embedding table."""
    relative_bias: bool = False
    """Positions enter as a learned bias on the attention scores."""
    qkv_bias: bool = False
    """Biases on queries, keys and values."""
    o_bias: bool = False
    """Biases on the attention's output."""
    mlp_bias: bool = False
    """Biases in the MLP."""
    norm: str
    """Kind of normalisation."""
    encoder_norms_per_layer: int
    """Normalisations in one layer of the encoder."""
    decoder_norms_per_layer: int
    """Normalisations in one layer of the decoder."""
    experts: Experts | None = None
    """The mixture of experts in place of the MLP, in both stacks, where there is one."""

    def __post_init__(self) -> None:
        check_fields(self, choices={"kind": ("encoder-decoder",)})


@dataclass(frozen=True, kw_only=True, eq=False)
class UndisclosedModel(PublishedModel):
    """A model in use whose makers publish neither architecture nor size: it cannot be counted.

    >>> from course_lib.catalog import models
    >>> models["GPT-4"].published.total_params is None
    True
    """

    kind: str
    """undisclosed."""

    def __post_init__(self) -> None:
        check_fields(self, choices={"kind": ("undisclosed",)})
        checks.one_of("published.total_kind", self.published.total_kind, ("undisclosed",))
