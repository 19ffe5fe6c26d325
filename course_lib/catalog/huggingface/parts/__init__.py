"""Parts that families of Hugging Face models share."""
