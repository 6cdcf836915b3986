"""The tests here import what scripts/export_model.py is made of."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from export import torchvision_operators  # noqa: E402

torchvision_operators.declare()
