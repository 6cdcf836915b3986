#include "clip_classify/loader.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace clip_classify {
namespace {

/// Threads started while this lives block every signal, so that a handler runs on one of the caller's.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

/// The images between the source and the consumer, in the order of the inputs; `waiting` are those that no
/// worker has taken yet.
struct ImageLoader::Window {
  struct Slot {
    LoadedImage image;
    bool done = false;
  };

  Window(InputSource given_source, const ImageSpec& given_spec, const LoaderOptions& options)
      : source(std::move(given_source)),
        spec(given_spec),
        decode(options.decode),
        capacity(std::max<std::size_t>(options.window, 1)),
        memory(options.memory) {
    decode.alpha = spec.alpha;
    decode.apply_exif = decode.apply_exif && spec.exif;
    const SignalsBlocked guard;
    try {
      threads.emplace_back([this] { pull_inputs(); });
      for (int index = 0; index < std::max(options.threads, 1); ++index) {
        threads.emplace_back([this] { decode_images(); });
      }
    } catch (...) {
      join();
      throw;
    }
  }

  ~Window() { join(); }

  void stop() noexcept {
    stopped = true;
    source.stop();
  }

  void join() {
    stop();
    { const std::lock_guard lock(mutex); }
    changed.notify_all();
    for (std::thread& thread : threads) {
      thread.join();
    }
  }

  void pull_inputs() {
    try {
      while (auto input = source.next()) {
        std::unique_lock lock(mutex);
        const bool failed = input->error.has_value();
        changed.wait(lock, [&] { return slots.size() < capacity || stopped; });
        if (stopped) {
          break;
        }
        slots.push_back({{std::move(*input), {}}, failed});
        if (!failed) {
          waiting.push_back(&slots.back());
        }
        changed.notify_all();
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    ended = true;
    changed.notify_all();
  }

  void decode_images() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return !waiting.empty() || ended || stopped; });
      if (stopped || waiting.empty()) {
        return;
      }
      // A deque keeps its elements in place while others come and go at its ends.
      Slot& slot = *waiting.front();
      waiting.pop_front();
      lock.unlock();
      load(slot.image);
      lock.lock();
      slot.done = true;
      changed.notify_all();
    }
  }

  /// A share of the memory for pictures in work, held while this lives. One picture alone may take any
  /// amount.
  class Reserved {
   public:
    Reserved(Window& window, std::uint64_t bytes) : window_(window), bytes_(bytes) {
      std::unique_lock lock(window_.mutex);
      window_.changed.wait(lock, [&] {
        return window_.in_work == 0 || window_.in_work + bytes_ <= window_.memory || window_.stopped;
      });
      window_.in_work += bytes_;
    }
    ~Reserved() {
      const std::lock_guard lock(window_.mutex);
      window_.in_work -= bytes_;
      window_.changed.notify_all();
    }
    Reserved(const Reserved&) = delete;
    Reserved& operator=(const Reserved&) = delete;

   private:
    Window& window_;
    std::uint64_t bytes_;
  };

  void load(LoadedImage& image) {
    try {
      const std::vector<std::byte> bytes = source.read(image.input.path);
      const Reserved memory(*this, decoding_memory(bytes) + bytes.size());
      image.pixels = normalize_pixels(decode_resized(bytes, spec, decode), spec);
    } catch (const Error& error) {
      image.input.error = error;
    } catch (const std::bad_alloc&) {
      image.input.error = input_error("too_large", "not enough memory to read it");
    } catch (const std::exception&) {
      image.input.error = input_error("decode", "can't be prepared for the model");
    }
  }

  /// Whether next() has what it may hand over: everything asked for, or all there will be, or, where inputs
  /// arrive one by one, all there is.
  bool ready(std::size_t count) const {
    if (stopped) {
      return true;
    }
    const std::size_t available = std::min(count, slots.size());
    const bool enough = available == count || ended || (available > 0 && arrives_one_by_one);
    return enough && std::all_of(slots.begin(), slots.begin() + static_cast<std::ptrdiff_t>(available),
                                 [](const Slot& slot) { return slot.done; });
  }

  std::vector<LoadedImage> next(std::size_t count) {
    count = std::min(count, capacity);
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return ready(count); });
    std::vector<LoadedImage> images;
    if (stopped) {
      return images;
    }
    while (images.size() < count && !slots.empty()) {
      images.push_back(std::move(slots.front().image));
      slots.pop_front();
    }
    if (images.empty() && failure) {
      std::rethrow_exception(failure);
    }
    changed.notify_all();
    return images;
  }

  InputSource source;
  ImageSpec spec;
  DecodeOptions decode;
  std::size_t capacity;
  std::uint64_t memory;
  bool arrives_one_by_one = source.arrives_on_stdin();

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Slot> slots;
  std::deque<Slot*> waiting;
  std::uint64_t in_work = 0;
  bool ended = false;
  std::atomic<bool> stopped = false;
  std::exception_ptr failure;
  std::vector<std::thread> threads;
};

ImageLoader::ImageLoader(InputSource source, ImageSpec spec, LoaderOptions options)
    : window_(std::make_unique<Window>(std::move(source), spec, options)) {}

ImageLoader::~ImageLoader() = default;

std::vector<LoadedImage> ImageLoader::next(std::size_t count) {
  return window_->next(count);
}

void ImageLoader::stop() noexcept {
  window_->stop();
}

}  // namespace clip_classify
