"""Sessions of ONNX Runtime and OpenVINO, set up as their documentation says for few cores."""

from __future__ import annotations

from pathlib import Path


def onnx_session(folder: Path, part: str, precision: str, threads: int):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    file = folder / (f"{part}-int8.onnx" if precision == "int8" else f"{part}.onnx")
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def openvino_model(folder: Path, part: str, precision: str, threads: int, batch: int | None = None):
    """`batch` None leaves the size open. The text tower has no int8 of its own: NNCF was given images."""
    import openvino

    core = openvino.Core()
    quantized = precision == "int8" and part == "image"
    model = core.read_model(folder / "openvino-int8/image.xml" if quantized else folder / f"{part}.onnx")
    if batch is not None:
        model.reshape([batch, *list(model.inputs[0].partial_shape)[1:]])
    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32"}
    return core.compile_model(model, "CPU", settings)
