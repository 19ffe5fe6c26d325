"""What a configuration means where it says nothing: the defaults and spellings of each family."""
