"""One file a record: what a model, a device, a price and the other facts are made of."""
