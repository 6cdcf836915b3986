"""What scripts/export_model.py is made of: a model of the CLIP family in, a folder for clip-classify out."""
