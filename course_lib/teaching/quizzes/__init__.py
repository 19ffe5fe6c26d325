"""Quick checks, and the misconceptions behind their wrong choices."""
