"""What scripts/make_shapes.py is made of."""
