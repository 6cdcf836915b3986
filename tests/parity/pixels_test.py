"""Decoding, resizing and cropping in C++ beside Pillow's, on real photos of many formats and shapes.

Needs Pillow, NumPy, scikit-image (its packaged photos) and the built tool dump_pixels, named by
CLIP_CLASSIFY_DUMP_PIXELS or found in build/bin:

    CLIP_CLASSIFY_DUMP_PIXELS=build/bin/dump_pixels pytest tests/parity/pixels_test.py
"""

import os
import pathlib
import subprocess

import numpy as np
import pytest
from PIL import Image, ImageOps

skimage_data = pytest.importorskip("skimage.data")

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = os.environ.get("CLIP_CLASSIFY_DUMP_PIXELS", ROOT / "build" / "bin" / "dump_pixels")
PHOTOS = ["astronaut", "coffee"]


def run_tool(*words, **settings):
    done = subprocess.run(
        [TOOL, *map(str, words)], capture_output=True, env={**os.environ, **settings}, check=False
    )
    return done.returncode, done.stdout, done.stderr.decode()


def pixels_of(*words, **settings):
    status, output, message = run_tool(*words, **settings)
    assert status == 0, message
    size, _, data = output.partition(b"\n")
    width, height = map(int, size.split())
    return np.frombuffer(data, np.uint8).reshape(height, width, 3)


def pillow_pixels(path, exif=True):
    picture = Image.open(path)
    if exif:
        picture = ImageOps.exif_transpose(picture)
    return np.asarray(picture.convert("RGB"))


def worst(ours, theirs):
    assert ours.shape == theirs.shape
    return int(np.abs(ours.astype(int) - theirs.astype(int)).max())


def photo(name):
    return Image.fromarray(getattr(skimage_data, name)()[..., :3])


def with_alpha(picture):
    ramp = np.linspace(0, 255, picture.width).astype(np.uint8)
    picture = picture.copy()
    picture.putalpha(Image.fromarray(np.broadcast_to(ramp, picture.size[::-1]).copy()))
    return picture


# --- decoding ---------------------------------------------------------------------------------------------

JPEG_SETTINGS = {
    "444": {"subsampling": 0},
    "422": {"subsampling": 1},
    "420": {"subsampling": 2},
    "progressive": {"progressive": True},
    "low quality": {"quality": 10},
    "restart markers": {"restart_marker_blocks": 4},
    "rgb": {"keep_rgb": True, "subsampling": 0},
}


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("settings", JPEG_SETTINGS.values(), ids=JPEG_SETTINGS.keys())
def test_jpeg(tmp_path, name, settings):
    path = tmp_path / "photo.jpg"
    photo(name).save(path, **settings)
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (8, 8), (17, 33), (255, 3), (3, 255)])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_small_and_odd_jpegs(tmp_path, size, subsampling):
    path = tmp_path / "photo.jpg"
    photo("chelsea").resize(size).save(path, subsampling=subsampling)
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1


RGB_FILES = {
    "png": {},
    "webp": {"quality": 80},
    "lossless.webp": {"lossless": True},
    "bmp": {},
    "ppm": {},
    "tif": {},
    "lzw.tif": {"compression": "tiff_lzw"},
    "deflate.tif": {"compression": "tiff_adobe_deflate"},
    "packbits.tif": {"compression": "packbits"},
    "jp2": {"irreversible": False},
    "lossy.jp2": {"irreversible": True, "quality_layers": [20]},
    "j2k": {"irreversible": False, "no_jp2": True},
    "gif": {},
}


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("extension", RGB_FILES)
def test_colour(tmp_path, name, extension):
    path = tmp_path / f"photo.{extension}"
    photo(name).save(path, **RGB_FILES[extension])
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1


OTHER_MODES = [
    ("1", "png"), ("1", "bmp"), ("1", "pbm"), ("1", "tif"), ("1", "gif"),
    ("L", "png"), ("L", "jpg"), ("L", "bmp"), ("L", "pgm"), ("L", "tif"), ("L", "webp"), ("L", "jp2"), ("L", "gif"),
    ("P", "png"), ("P", "bmp"), ("P", "tif"), ("P", "gif"),
    ("LA", "png"), ("LA", "tif"),
    ("CMYK", "jpg"), ("CMYK", "tif"),
]  # fmt: skip


@pytest.mark.parametrize("mode, extension", OTHER_MODES)
def test_other_modes(tmp_path, mode, extension):
    path = tmp_path / f"photo.{extension}"
    source = with_alpha(photo("coffee")) if mode == "LA" else photo("coffee")
    source.convert(mode).save(path)
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_palettes_of_few_bits(tmp_path, bits):
    path = tmp_path / "photo.png"
    photo("chelsea").quantize(2**bits).save(path, bits=bits)
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1


@pytest.mark.parametrize("extension", ["png", "webp", "tif", "jp2", "bmp"])
def test_alpha_is_dropped_as_by_pillow(tmp_path, extension):
    path = tmp_path / f"photo.{extension}"
    options = {"lossless": True, "exact": True} if extension == "webp" else {}
    with_alpha(photo("astronaut")).save(path, **options)
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1


@pytest.mark.parametrize("extension", ["png", "webp", "tif", "jp2"])
def test_alpha_over_white(tmp_path, extension):
    path = tmp_path / f"photo.{extension}"
    options = {"lossless": True, "exact": True} if extension == "webp" else {}
    with_alpha(photo("astronaut")).save(path, **options)
    picture = Image.open(path).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    expected = np.asarray(Image.alpha_composite(white, picture).convert("RGB"))
    assert worst(pixels_of("decode", path, ALPHA="white"), expected) <= 1


@pytest.mark.parametrize("extension", ["png", "gif"])
def test_palette_with_a_transparent_colour(tmp_path, extension):
    path = tmp_path / f"photo.{extension}"
    picture = photo("chelsea").quantize(16)
    picture.save(path, transparency=3)
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1
    rgba = Image.open(path).convert("RGBA")
    expected = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    assert worst(pixels_of("decode", path, ALPHA="white"), np.asarray(expected)) <= 1


@pytest.mark.parametrize("extension", ["png", "tif"])
def test_16_bit_gray_gives_its_high_byte(tmp_path, extension):
    # A deliberate difference: Pillow clips everything over 255 to white.
    path = tmp_path / f"photo.{extension}"
    gray = np.asarray(photo("rocket").convert("L")).astype(np.uint16)
    Image.fromarray(gray * 256 + 77).save(path)
    assert worst(pixels_of("decode", path), np.repeat(gray[..., None], 3, axis=2)) == 0


@pytest.mark.parametrize("lossless", [True, False])
def test_first_frame_of_animated_webp(tmp_path, lossless):
    path = tmp_path / "photo.webp"
    frames = [photo("chelsea").resize((120, 90)), photo("chelsea").rotate(180).resize((120, 90))]
    frames[0].save(path, save_all=True, append_images=frames[1:], lossless=lossless)
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1


def test_first_frame_of_animated_gif(tmp_path):
    path = tmp_path / "photo.gif"
    frames = [photo("chelsea").rotate(angle) for angle in (0, 90, 180)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(tmp_path, extension, orientation):
    path = tmp_path / f"photo.{extension}"
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo("coffee").resize((61, 40)).save(path, exif=exif)
    assert worst(pixels_of("decode", path), pillow_pixels(path)) <= 1
    if extension != "tif":  # Pillow turns a TIFF while it decodes it, whether asked or not.
        assert worst(pixels_of("decode", path, EXIF="off"), pillow_pixels(path, exif=False)) <= 1


@pytest.mark.parametrize("extension", ["heic", "avif"])
def test_heif(tmp_path, extension):
    if extension == "heic":
        pytest.importorskip("pillow_heif").register_heif_opener()
    path = tmp_path / f"photo.{extension}"
    photo("coffee").save(path, quality=95)
    status, _, message = run_tool("decode", path)
    if status != 0 and message.startswith("unsupported"):
        pytest.skip(message)
    # Other versions of the codecs upsample chroma in other ways: close, not within 1.
    difference = pixels_of("decode", path).astype(int) - pillow_pixels(path)
    assert np.abs(difference).mean() < 1.5


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "tif", "bmp", "ppm", "jp2", "gif"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
def test_truncated_files_are_errors_as_in_pillow(tmp_path, extension, part):
    whole, cut = tmp_path / f"whole.{extension}", tmp_path / f"cut.{extension}"
    photo("chelsea").save(whole)
    data = whole.read_bytes()
    cut.write_bytes(data[: int(len(data) * part)])
    with pytest.raises((OSError, SyntaxError)):
        Image.open(cut).load()
    status, _, message = run_tool("decode", cut)
    # OpenCV's own chatter may stand before it.
    assert (status, message.splitlines()[-1].split(":")[0]) == (1, "decode")


# --- resizing and cropping --------------------------------------------------------------------------------

FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}


def pillow_shortest(picture, side, width, height, resample):
    """torchvision's Resize(side) and CenterCrop((height, width)) on a Pillow image."""
    short, long = sorted(picture.size)
    other = int(side * long / short)
    new = (side, other) if picture.width <= picture.height else (other, side)
    picture = picture.resize(new, resample)
    left, top = int(round((new[0] - width) / 2.0)), int(round((new[1] - height) / 2.0))
    return np.asarray(picture.crop((left, top, left + width, top + height)))


SHAPES = [(1, 1), (2, 3), (223, 224), (224, 224), (225, 226), (224, 500), (640, 427), (427, 641), (1000, 37),
          (1, 700), (4001, 3003)]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("filter_name", FILTERS)
@pytest.mark.parametrize("target", [(224, 224, 224), (232, 231, 200)], ids=str)
def test_shortest_side_and_crop(tmp_path, shape, filter_name, target):
    path = tmp_path / "photo.png"
    picture = photo("coffee").resize(shape)
    picture.save(path, compress_level=1)
    ours = pixels_of(*target, filter_name, path)
    assert worst(ours, pillow_shortest(picture, *target, FILTERS[filter_name])) <= 1


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("filter_name", FILTERS)
def test_squash(tmp_path, shape, filter_name):
    path = tmp_path / "photo.png"
    picture = photo("coffee").resize(shape)
    picture.save(path, compress_level=1)
    ours = pixels_of("squash", 256, 240, filter_name, path)
    assert worst(ours, np.asarray(picture.resize((256, 240), FILTERS[filter_name]))) <= 1


@pytest.mark.parametrize("name", PHOTOS)
def test_photo_from_file_to_crop(tmp_path, name):
    path = tmp_path / "photo.jpg"
    photo(name).save(path, quality=90)
    ours = pixels_of(224, 224, 224, "bicubic", path)
    theirs = pillow_shortest(Image.open(path).convert("RGB"), 224, 224, 224, Image.Resampling.BICUBIC)
    assert worst(ours, theirs) <= 2  # one for the decoder, one for the resize
    assert np.abs(ours.astype(int) - theirs).mean() < 0.02


@pytest.mark.parametrize("shape", [(1, 20000), (20000, 1), (3, 30000)], ids=str)
@pytest.mark.parametrize("filter_name", FILTERS)
def test_extreme_shapes_take_little_memory(tmp_path, shape, filter_name):
    path = tmp_path / "photo.png"
    picture = photo("coffee").resize(shape)
    picture.save(path)
    ours = pixels_of(224, 224, 224, filter_name, path)
    # What Pillow would show, from the middle of the picture alone: 2000 long is the same middle.
    middle = 2000
    box = [0, 0, *shape]
    long = 0 if shape[0] > shape[1] else 1
    box[long], box[long + 2] = shape[long] // 2 - middle // 2, shape[long] // 2 + middle // 2
    theirs = pillow_shortest(picture.crop(box), 224, 224, 224, FILTERS[filter_name])
    assert worst(ours, theirs) <= 1
