// cv::imdecode with our errors and RGB out. (On a damaged file it writes to stderr by itself; the program
// closes that path.)
#include <array>
#include <limits>
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "image/decoders.h"
#include "image/opencv_module.h"

namespace clip_classify {
namespace {

/// One channel of 8 or 16 bits as 8: the high byte, as Pillow does it for 16-bit colour.
std::uint8_t to_8_bits(std::uint8_t value) {
  return value;
}
std::uint8_t to_8_bits(std::uint16_t value) {
  return static_cast<std::uint8_t>(value >> 8);
}

/// OpenCV's BGR(A) or gray rows to RGB.
template <typename Channel>
void copy_row(const Channel* source, int channels, int width, Alpha alpha, std::uint8_t* rgb) {
  for (int column = 0; column < width; ++column, source += channels, rgb += 3) {
    const bool coloured = channels >= 3;
    const std::array<std::uint8_t, 4> rgba = {to_8_bits(source[coloured ? 2 : 0]),
                                              to_8_bits(source[coloured]), to_8_bits(source[0]),
                                              channels == 4 ? to_8_bits(source[3]) : std::uint8_t{255}};
    drop_alpha(rgba.data(), rgb, 1, alpha);
  }
}

cv::Mat decode_quietly(Bytes file) {
  if (file.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw input_error("too_large", "a file of this format and over 2 GiB");
  }
  static std::once_flag silenced;
  std::call_once(silenced, [] { cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT); });
  const cv::Mat encoded(1, static_cast<int>(file.size()), CV_8UC1,
                        const_cast<std::byte*>(file.data()));  // NOLINT: imdecode only reads it
  try {
    return cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception& failure) {
    std::string reason = failure.err.substr(0, failure.err.find('\n'));
    if (failure.code == cv::Error::StsNotImplemented) {
      throw input_error("unsupported", "OpenCV can't decode this kind of file");
    }
    throw damaged(reason.empty() ? "OpenCV gives no reason" : reason);
  }
}

Image decode(Bytes file, const DecodeOptions& options) {
  const cv::Mat picture = decode_quietly(file);
  if (picture.empty()) {
    throw input_error("decode", "damaged, or of a kind that OpenCV can't decode");
  }
  const int channels = picture.channels();
  if ((picture.depth() != CV_8U && picture.depth() != CV_16U) || channels == 2 || channels > 4) {
    throw input_error("unsupported", "pixels that are not gray or colour of 8 or 16 bits");
  }
  Image image{picture.cols, picture.rows, {}};
  image.rgb.resize(static_cast<std::size_t>(picture.cols) * static_cast<std::size_t>(picture.rows) * 3);
  std::uint8_t* target = image.rgb.data();
  for (int row = 0; row < picture.rows; ++row, target += static_cast<std::ptrdiff_t>(picture.cols) * 3) {
    if (picture.depth() == CV_8U) {
      copy_row(picture.ptr<std::uint8_t>(row), channels, picture.cols, options.alpha, target);
    } else {
      copy_row(picture.ptr<std::uint16_t>(row), channels, picture.cols, options.alpha, target);
    }
  }
  return image;
}

std::string version() {
  return cv::getVersionString();
}

int put_line(Image* image, const std::string& text, int x, int y, int height) {
  constexpr int kThickness = 1;
  const double scale = cv::getFontScaleFromHeight(cv::FONT_HERSHEY_SIMPLEX, height, kThickness);
  if (image != nullptr) {
    cv::Mat picture(image->height, image->width, CV_8UC3, image->rgb.data());
    cv::putText(picture, text, {x, y}, cv::FONT_HERSHEY_SIMPLEX, scale, {31, 35, 40}, kThickness,
                cv::LINE_AA);
  }
  int baseline = 0;
  return cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, kThickness, &baseline).width;
}

}  // namespace

extern "C" const OpenCvModule clip_classify_opencv_module;
const OpenCvModule clip_classify_opencv_module{decode, version, put_line};

}  // namespace clip_classify
