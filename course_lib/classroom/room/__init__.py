"""The room's guess: a small server for the predictions of one lesson, in a room without a net."""
