// A model folder at work: images and texts in, unit vectors of one space out.
#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "clip_classify/embeddings.h"
#include "clip_classify/manifest.h"

namespace clip_classify {

struct ModelOptions {
  std::string device = "auto";  ///< "auto" (CUDA where there is one), "cpu", "cuda" or "cuda:N"
  /// None: on the CPU int8 where the model was exported for it, else fp32; on CUDA fp16, else fp32.
  std::optional<Precision> precision = {};
  /// A folder that remembers which files had the right sums, so that they are not summed again while nobody
  /// touches them. Empty: nothing is remembered.
  std::filesystem::path checked_files = {};
  int threads = 0;  ///< that share a batch, or an image, on the CPU; 0: one for each core
};

/// What was done to an encoder's graph for the CPU at hand (0 where nothing matched, and on CUDA).
struct EncoderSummary {
  int fused_layers = 0;      ///< linear layers in fp32 or bf16 with what follows them
  int quantized_layers = 0;  ///< linear layers in int8
  int activations = 0;       ///< activation functions that became part of a layer
  int residuals = 0;         ///< additions that did
  int attentions = 0;        ///< that are computed by our own kernels where they run
  int patches = 0;           ///< convolutions that became linear layers of patches
  int first_token = 0;       ///< steps that are done for the class token only
  bool packed = false;       ///< whether the fused layers' weights are packed yet: after some images or texts
};

/// The two encoders and the tokenizer of a manifest. Each encoder is checked and loaded when it is first
/// needed. Not safe to share between threads, but for this: one may embed images while another does all else.
class Model {
 public:
  /// Throws Error (model) for a device that is not there and a precision that the model does not run in.
  explicit Model(Manifest manifest, const ModelOptions& options = {});
  ~Model();
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;

  const Manifest& manifest() const;

  /// How many threads share a batch on the CPU.
  int threads() const;

  /// What the image encoder computes in. bf16 and fp16 without instructions for them are fp32 with weights so
  /// rounded.
  Precision precision() const;

  /// What the text encoder computes in: fp32 on the CPU.
  Precision text_precision() const;

  /// Loads the image encoder now rather than with the first image. May run in another thread while texts are
  /// embedded.
  void load_image_encoder();

  /// Loads both encoders now, at the same time.
  void load_encoders();

  /// Loads the encoder if it is not loaded yet.
  EncoderSummary image_encoder_summary();
  EncoderSummary text_encoder_summary();

  /// `pixels` holds `count` preprocessed images back to back (see preprocess). Returns `count` unit rows.
  /// Throws Error (model) when the encoder fails or its output is not [count, embedding_width] and finite.
  Matrix embed_images(std::span<const float> pixels, std::size_t count);

  /// Begins embed_images(), after what was begun before, and returns. While the last images of a batch are
  /// encoded the threads that are done go on with the next, so with two begun at a time none is ever idle.
  /// What embed_images() throws, get() throws. The model must outlive the future's last use.
  std::future<Matrix> start_embedding_images(std::vector<float> pixels, std::size_t count);

  /// What each text becomes for the text encoder, before padding.
  std::vector<Tokens> tokenize(std::span<const std::string> texts) const;

  /// One unit row for each token sequence, in order; any number of them, run in bounded batches. `on_batch`
  /// is told how many are done after each; what it throws ends the work.
  Matrix embed_tokens(std::span<const Tokens> sequences,
                      const std::function<void(std::size_t done)>& on_batch = {});

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Keeps the memory that is freed, up to blocks of 32 MB: for programs, whose every batch asks for the same
/// blocks again. Given back, they come as pages that the system clears first, for up to half of a run's time.
/// One pool for all threads, so that each does not keep its own. Does nothing where it is not glibc's.
void keep_freed_memory();

/// "libtorch 2.13.0", CPU capability and CUDA, for --version.
std::vector<std::string> runtime_description();

}  // namespace clip_classify
