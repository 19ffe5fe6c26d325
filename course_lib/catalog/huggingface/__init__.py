"""From a Hugging Face configuration to a `Transformer`."""
