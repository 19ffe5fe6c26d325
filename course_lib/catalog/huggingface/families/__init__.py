"""What each family of Hugging Face models builds from its configuration."""
