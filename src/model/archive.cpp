#include "model/archive.h"

#include <caffe2/serialize/inline_container.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <torch/csrc/jit/operator_upgraders/upgraders_entry.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/csrc/jit/serialization/import_read.h>
#include <torch/csrc/jit/serialization/import_source.h>
#include <torch/csrc/jit/serialization/storage_context.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace clip_classify {
namespace {

using caffe2::serialize::PyTorchStreamReader;
using torch::jit::DeserializationStorageContext;

/// What is smaller is read: two pages would be mapped for it.
constexpr std::size_t kWorthMapping = std::size_t{1} << 16;
/// The alignment that libtorch gives tensors in memory, and in archives.
constexpr std::size_t kAlignment = 64;

class Reader : public caffe2::serialize::ReadAdapterInterface {
 public:
  Reader(std::shared_ptr<Descriptor> file, std::size_t size) : file_(std::move(file)), size_(size) {}

  std::size_t size() const override { return size_; }

  std::size_t read(std::uint64_t position, void* buffer, std::size_t count,
                   const char* /*what*/) const override {
    std::size_t done = 0;
    while (done < count) {
      const auto got = ::pread(file_->number(), static_cast<char*>(buffer) + done, count - done,
                               static_cast<off_t>(position + done));
      if (got < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category());
      }
      if (got == 0) {
        break;
      }
      done += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
    return done;
  }

 private:
  std::shared_ptr<Descriptor> file_;
  std::size_t size_;
};

struct Mapping {
  void* begin;
  std::size_t size;
};

void unmap(void* context) {
  const std::unique_ptr<Mapping> mapping(static_cast<Mapping*>(context));
  ::munmap(mapping->begin, mapping->size);
}

/// `size` bytes of the file from `position`; nothing where the system maps none.
c10::DataPtr map(int file, std::size_t position, std::size_t size) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto before = position % page;
  auto* const begin = ::mmap(nullptr, before + size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file,
                             static_cast<off_t>(position - before));
  if (begin == MAP_FAILED) {
    return {};
  }
  return {static_cast<char*>(begin) + before, new Mapping{begin, before + size}, unmap, torch::kCPU};
}

/// Whether the bytes of a record stand in the file as they are: a zip may hold them compressed.
bool is_stored(PyTorchStreamReader& reader, const Reader& file, const std::string& name) {
  constexpr std::size_t method = 8;  // of a local file header (PKWARE's APPNOTE, 4.3.7)
  std::array<char, method + 2> header{};
  file.read(reader.getRecordHeaderOffset(name), header.data(), header.size(), "header");
  return header[method] == 0 && header[method + 1] == 0;
}

/// What import_ir_module does for archives of torch::jit::save, with storages that need not be read.
class Loader {
 public:
  Loader(std::shared_ptr<Reader> file, int number)
      : file_(std::move(file)),
        number_(number),
        reader_(file_),
        source_(
            unit_, &constants_, [this](const std::string& qualifier) { return source_of(qualifier); },
            reader_.version()) {}

  torch::jit::Module load(torch::Device device) {
    torch::jit::populate_upgraders_graph_map();
    const auto constants = parse("constants", device).toTuple();
    constants_ = constants->elements().vec();
    return torch::jit::Module(parse("data", device).toObject());
  }

 private:
  c10::IValue parse(const std::string& name, torch::Device device) {
    const auto resolve = [this](const c10::QualifiedName& type) {
      return c10::StrongTypePtr(unit_, source_.loadType(type));
    };
    return torch::jit::readArchiveAndTensors(name, "", "", resolve, torch::jit::ObjLoaderFunc, device,
                                             reader_, torch::jit::Unpickler::defaultTypeParser,
                                             mapped(name + "/"));
  }

  std::shared_ptr<DeserializationStorageContext> mapped(const std::string& folder) {
    auto storages = std::make_shared<DeserializationStorageContext>();
    for (const auto& name : reader_.getAllRecords()) {
      if (!name.starts_with(folder)) {
        continue;
      }
      const auto size = reader_.getRecordSize(name);
      const auto position = reader_.getRecordOffset(name);
      if (size < kWorthMapping || position % kAlignment != 0 || position + size > file_->size() ||
          !is_stored(reader_, *file_, name)) {
        continue;
      }
      if (auto bytes = map(number_, position, size)) {
        storages->addStorage(name.substr(folder.size()),
                             c10::Storage(c10::Storage::use_byte_size_t(), size, std::move(bytes)));
      }
    }
    return storages;
  }

  std::shared_ptr<torch::jit::Source> source_of(const std::string& qualifier) {
    auto name = "code/" + qualifier + ".py";
    std::ranges::replace(name.begin(), name.end() - 3, '.', '/');
    if (!reader_.hasRecord(name)) {
      return nullptr;
    }
    const auto [text, size] = reader_.getRecord(name);
    return std::make_shared<torch::jit::Source>(std::string(static_cast<const char*>(text.get()), size), name,
                                                1);
  }

  std::shared_ptr<Reader> file_;
  int number_;
  PyTorchStreamReader reader_;
  std::shared_ptr<torch::jit::CompilationUnit> unit_ = std::make_shared<torch::jit::CompilationUnit>();
  std::vector<c10::IValue> constants_;
  torch::jit::SourceImporter source_;
};

}  // namespace

Archive::Archive(const std::string& path) : file_(std::make_shared<Descriptor>()) {
  if (open_source(path, *file_) < 0 || ::fstat(file_->number(), &state_) < 0) {
    throw std::system_error(errno, std::generic_category());
  }
}

torch::jit::Module Archive::load(torch::Device device) const {
  ::posix_fadvise(file_->number(), 0, 0, POSIX_FADV_WILLNEED);
  return Loader(std::make_shared<Reader>(file_, static_cast<std::size_t>(state_.st_size)), file_->number())
      .load(device);
}

bool Archive::changed() const {
  struct stat now {};
  return ::fstat(file_->number(), &now) < 0 || now.st_size != state_.st_size ||
         now.st_mtim.tv_sec != state_.st_mtim.tv_sec || now.st_mtim.tv_nsec != state_.st_mtim.tv_nsec;
}

}  // namespace clip_classify
