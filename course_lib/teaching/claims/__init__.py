"""Popular claims: their cards, the rules that decide them, the verdicts."""
