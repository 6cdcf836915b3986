// Where in a picture an encoder saw a label: heat maps by hiding parts of it, and how far they can be
// believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/embeddings.h"
#include "clip_classify/image.h"

namespace clip_classify {

/// A number for each cell of a picture that is cut into `rows` by `columns` equal parts, row-major. It is how
/// much of a label's score the cell carries: positive where the score falls when the cell is hidden, negative
/// where it rises, in the score's own unit.
struct HeatMap {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;

  double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

/// How a map is made. Hidden pixels take the encoder's mean colour.
struct MapOptions {
  enum class Method {
    /// A square of `window` by `window` cells is hidden at every place that it fits in; a cell's value is the
    /// mean fall of the score over the squares that cover it (Zeiler and Fergus 2014).
    occlusion,
    /// Random masks of 7 by 7 soft blocks, half of them hidden (RISE, Petsiuk et al. 2018); a cell's value is
    /// the slope of the score over the share of the cell that is seen, so that it has the unit of
    /// occlusion's.
    rise,
    /// Integrated gradients (Sundararajan et al. 2017) from a picture that is hidden altogether, summed over
    /// the pixels of a cell: the cells' values add up to how far the score falls when all is hidden.
    gradient,
  };
  Method method = Method::occlusion;
  std::size_t grid = 10;    ///< rows and columns of a map
  std::size_t window = 3;   ///< occlusion: cells along a side of the square; at most `grid`
  std::size_t masks = 400;  ///< RISE: how many
  std::uint64_t seed = 0;   ///< RISE: the same seed, the same masks
  std::size_t steps = 32;   ///< gradient: pictures between the hidden and the whole one
};

/// Runs the image encoder: `count` prepared pictures back to back (see preprocess), a unit row for each.
/// Model::embed_images is one.
using EmbedPixels = std::function<Matrix(std::span<const float> pixels, std::size_t count)>;

/// Gradients through the image encoder: for each row of `weights` a matrix with a row for each picture, the
/// gradient of the row's dot product with the picture's unit embedding by the picture's numbers.
/// PixelGradients is one.
using EmbedGradients = std::function<std::vector<Matrix>(std::span<const float> pixels, std::size_t count,
                                                         const Matrix& weights)>;

/// A picture as the encoder takes it: 3 * height * width floats, channel-major.
struct PreparedPicture {
  std::span<const float> pixels;
  std::size_t height = 0;
  std::size_t width = 0;
};

/// How the encoder is run.
struct ExplanationRun {
  EmbedPixels embed;
  EmbedGradients gradients = {};  ///< needed for maps by gradient alone
  std::size_t batch = 16;         ///< most pictures at once
  /// Told how many versions of the picture are done; what it throws ends the work.
  std::function<void(std::size_t done, std::size_t total)> progress = {};
};

/// A map for each row of `weights`. A row's score is its dot product with the embedding: a similarity where
/// the row is a label's unit row. All rows share the same runs of the encoder, so many cost no more than one.
/// Throws Error (usage) for a grid of no cells or of more than the picture has pixels, for a window that is
/// larger than the grid, for no masks and for no steps.
std::vector<HeatMap> explain_picture(const PreparedPicture& picture, const Matrix& weights,
                                     const MapOptions& options, const ExplanationRun& run);

/// Each label's row less the mean of the others', so that a map tells what speaks for this label rather than
/// for any; a label that is alone keeps its row.
Matrix against_others(const Matrix& weights);

/// What becomes of a label's score while the cells of a map are hidden, or shown on an empty picture, one
/// after the other: the mean of the score over the curve (Petsiuk et al. 2018, there against a blurred
/// picture in the insertion). A map is right where deletion is below random order's, and insertion above.
struct Faithfulness {
  double deletion = 0.0;
  double insertion = 0.0;
  double random_deletion = 0.0;  ///< mean of `kRandomOrders` random orders
  double random_insertion = 0.0;
};

/// For each row of `weights` with its map. `seed`: of the random orders.
std::vector<Faithfulness> faithfulness(const PreparedPicture& picture, const Matrix& weights,
                                       std::span<const HeatMap> maps, std::uint64_t seed,
                                       const ExplanationRun& run);

/// A part of a picture, in pixels of the whole, which need not be whole ones.
struct Region {
  double x = 0.0;
  double y = 0.0;
  double width = 0.0;
  double height = 0.0;
};

/// What of a picture of this size, turned as it is shown, the encoder sees.
Region seen_region(int width, int height, const ImageSpec& spec);

/// `shown` with the map over it: red where the label's score falls when the place is hidden, blue where it
/// rises, the stronger the more, and the map's largest value in full colour. A map of zeros leaves it gray.
Image overlay(const Image& shown, const HeatMap& map);

/// The seen region of `image` as a picture whose longer side has `side` pixels, not distorted.
Image shown_region(const Image& image, const ImageSpec& spec, int side);

/// A map with what stands above its picture.
struct NamedMap {
  std::string name;
  std::string score;  ///< beside the name: "98.2%"
  HeatMap map;
};

/// The seen region of `image`, and beside it an overlay for each map under its name and score, as one
/// picture. Names that are not ASCII can't be drawn: their number stands in their place, counted from 1.
/// Throws Error (input, "unsupported") where OpenCV's module is not installed.
Image explanation_picture(const Image& image, const ImageSpec& spec, std::span<const NamedMap> maps);

/// The bytes of a PNG file. Throws Error (output) when they can't be made.
std::vector<std::byte> encode_png(const Image& image);

}  // namespace clip_classify
