#include "clip_classify/loader.h"

#include <sys/resource.h>
#include <unistd.h>

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

/// The calling thread comes after the encoder's where cores are short: or of those that encode a batch
/// together the one beside which more is decoded would be waited for. No further behind, since other programs
/// come before it, too. (Measured on two cores: 3 makes folders up to 7 % faster; 10 makes them no faster
/// than that, but two and a half times slower beside two busy programs.)
void stand_behind() {
  constexpr int steps = 3;
  const auto thread = static_cast<id_t>(gettid());
  setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, thread) + steps);
}

}  // namespace

DecodeOptions decode_options(const ImageSpec& spec, DecodeOptions asked) {
  asked.alpha = spec.alpha;
  asked.apply_exif = asked.apply_exif && spec.exif;
  return asked;
}

/// The images between the source and the consumer, in the order of the inputs; `waiting` are those that no
/// worker has taken yet.
struct ImageLoader::Window {
  struct Slot {
    LoadedImage image;
    bool done = false;
    bool recalled() const { return !image.embedding.empty(); }
  };

  Window(InputSource given_source, const ImageSpec& given_spec, const LoaderOptions& options)
      : source(std::move(given_source)),
        spec(given_spec),
        decode(decode_options(spec, options.decode)),
        memory(options.memory),
        decoding_budget(options.decoding_budget),
        capacity(std::max<std::size_t>(options.window, 1)) {
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
    room.notify_all();
    work.notify_all();
    for (std::thread& thread : threads) {
      thread.join();
    }
  }

  void pull_inputs() {
    try {
      for (auto images = next_inputs(); !images.empty() && !stopped; images = next_inputs()) {
        if (memory != nullptr) {
          memory->recall_all(images);
        }
        push(std::move(images));
      }
    } catch (...) {
      fail();
    }
    const std::lock_guard lock(mutex);
    ended = true;
    work.notify_all();
    ready.notify_all();
  }

  /// As many as are looked up in the memory at once; those that arrive one by one are not waited for.
  std::vector<LoadedImage> next_inputs() {
    const std::size_t most = memory == nullptr || arrives_one_by_one ? 1 : kLookedUp;
    std::vector<LoadedImage> images;
    while (images.size() < most) {
      auto input = source.next();
      if (!input) {
        break;
      }
      images.push_back({std::move(*input)});
    }
    return images;
  }

  /// Waits for room, and gives up when stopped.
  void push(std::vector<LoadedImage> images) {
    std::unique_lock lock(mutex);
    for (auto& image : images) {
      Slot slot{std::move(image), false};
      slot.done = slot.image.input.error || slot.recalled();
      room.wait(lock,
                [&] { return stopped || (slot.recalled() ? recalled < kMostRecalled : fresh < capacity); });
      if (stopped) {
        return;
      }
      ++(slot.recalled() ? recalled : fresh);
      slots.push_back(std::move(slot));
      if (!slots.back().done) {
        waiting.push_back(&slots.back());
        work.notify_one();
      }
      tell_consumer();
    }
  }

  void decode_images() {
    stand_behind();
    std::unique_lock lock(mutex);
    while (true) {
      work.wait(lock, [&] { return !waiting.empty() || ended || stopped; });
      if (stopped || waiting.empty()) {
        return;
      }
      // A deque keeps its elements in place while others come and go at its ends.
      Slot& slot = *waiting.front();
      waiting.pop_front();
      lock.unlock();
      try {
        load(slot.image);
      } catch (...) {
        fail();
      }
      lock.lock();
      slot.done = true;
      if (slot.recalled()) {
        --fresh;
        ++recalled;
        room.notify_all();
      }
      tell_consumer();
    }
  }

  /// A share of the memory for pictures in work, held while this lives. One picture alone may take any
  /// amount.
  class Reserved {
   public:
    Reserved(Window& window, std::uint64_t bytes) : window_(window), bytes_(bytes) {
      std::unique_lock lock(window_.mutex);
      window_.budget.wait(lock, [&] {
        return window_.in_work == 0 || window_.in_work + bytes_ <= window_.decoding_budget || window_.stopped;
      });
      window_.in_work += bytes_;
    }
    ~Reserved() {
      const std::lock_guard lock(window_.mutex);
      window_.in_work -= bytes_;
      window_.budget.notify_all();
    }
    Reserved(const Reserved&) = delete;
    Reserved& operator=(const Reserved&) = delete;

   private:
    Window& window_;
    std::uint64_t bytes_;
  };

  /// Throws only what ends the run.
  void load(LoadedImage& image) {
    try {
      const auto bytes = source.read(image.input.path);
      if (memory != nullptr) {
        image.embedding = memory->recall(image.input.path, bytes, image.key);
      }
      if (image.embedding.empty()) {
        const Reserved share(*this, decoding_memory(bytes) + bytes.size());
        image.pixels = normalize_pixels(decode_resized(bytes, spec, decode), spec);
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input) {
        throw;
      }
      image.input.error = error;
    } catch (const std::bad_alloc&) {
      image.input.error = input_error("too_large", "not enough memory to read it");
    } catch (const std::exception&) {
      image.input.error = input_error("decode", "can't be prepared for the model");
    }
  }

  void fail() {
    const std::lock_guard lock(mutex);
    failure = std::current_exception();
  }

  /// Counts the images at the front that are done. (Amortised: each is looked at once.)
  void look_ahead() {
    for (; ahead < slots.size() && slots[ahead].done; ++ahead) {
      fresh_ahead += slots[ahead].recalled() ? 0 : 1;
    }
  }

  /// Whether next() has what it may hand over: everything asked for, or all there will be, or all there is
  /// room for, or, where inputs arrive one by one, all there is.
  bool has(std::size_t count) {
    look_ahead();
    const bool all = ahead == slots.size();
    const bool enough = ended || recalled >= kMostRecalled || (arrives_one_by_one && ahead > 0);
    return stopped || failure || fresh_ahead >= count || (all && enough);
  }

  /// A consumer that waits is woken only for what it waits for.
  void tell_consumer() {
    if (has(wanted)) {
      ready.notify_all();
    }
  }

  std::vector<LoadedImage> next(std::size_t count) {
    std::unique_lock lock(mutex);
    wanted = std::min(count, capacity);
    ready.wait(lock, [&] { return has(wanted); });
    if (failure) {
      std::rethrow_exception(failure);
    }
    std::vector<LoadedImage> images;
    for (std::size_t taken = 0; !stopped && ahead > 0 && taken < wanted; --ahead) {
      const bool known = slots.front().recalled();
      --(known ? recalled : fresh);
      fresh_ahead -= known ? 0 : 1;
      taken += known ? 0 : 1;
      images.push_back(std::move(slots.front().image));
      slots.pop_front();
    }
    room.notify_all();
    return images;
  }

  /// Most recalled images in memory at once: they are small, and handing them over one by one is not.
  static constexpr std::size_t kMostRecalled = 1024;
  static constexpr std::size_t kLookedUp = 256;

  InputSource source;
  ImageSpec spec;
  DecodeOptions decode;
  ImageMemory* memory;
  std::uint64_t decoding_budget;
  std::size_t capacity;
  bool arrives_one_by_one = source.arrives_on_stdin();

  std::mutex mutex;
  std::condition_variable room;    // for the thread that pulls inputs
  std::condition_variable work;    // for those that decode
  std::condition_variable budget;  // for those that decode, too
  std::condition_variable ready;   // for the consumer
  std::deque<Slot> slots;
  std::deque<Slot*> waiting;
  std::uint64_t in_work = 0;  // bytes of the pictures being decoded
  std::size_t recalled = 0;   // slots of images that need no encoder
  std::size_t fresh = 0;      // the others, whether done or not
  std::size_t ahead = 0;      // slots at the front that are done
  std::size_t fresh_ahead = 0;
  std::size_t wanted = 1;  // by the consumer
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
