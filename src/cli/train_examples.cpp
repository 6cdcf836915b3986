#include "cli/train_examples.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/table_images.h"
#include "cli/train_labels.h"
#include "text/utf8.h"

namespace clip_classify::cli {
namespace {

namespace fs = std::filesystem;

bool is_table(const std::string& path) {
  const auto extension = fs::path(path).extension().string();
  return extension == ".csv" || extension == ".tsv" || extension == ".tab" || extension == ".jsonl" ||
         extension == ".ndjson";
}

/// The folder that a file is in, "" for none that has a name.
std::string own_folder(const std::string& path) {
  std::error_code ignored;
  const auto folder = fs::absolute(path, ignored).lexically_normal().parent_path();
  return folder.filename().string();
}

/// A folder that was given, and the class folders in it.
struct Root {
  std::string path;                      ///< ends with '/'
  std::set<std::string> classes = {};    ///< with images in them
  std::vector<std::string> strays = {};  ///< images that are in none

  /// The first folder of what `image` has beyond the root, which it begins with; "" where it is right there.
  std::string class_of(const std::string& image) const {
    const auto slash = image.find('/', path.size());
    return slash == std::string::npos ? "" : image.substr(path.size(), slash - path.size());
  }
};

std::vector<Root> roots_of(const InputOptions& inputs) {
  std::vector<Root> roots;
  std::error_code ignored;
  for (const auto& path : inputs.paths) {
    if (fs::is_directory(path, ignored)) {
      roots.push_back({path.ends_with('/') ? path : path + "/"});
    }
  }
  return roots;
}

/// What stands in the class folders of `root` must be something.
void check_class_folders(const Root& root) {
  std::vector<std::string> empty;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root.path, ignored)) {
    const auto name = entry.path().filename().string();
    if (entry.is_directory(ignored) && !name.starts_with('.') && !root.classes.contains(name)) {
      empty.push_back(root.path + name);
    }
  }
  std::ranges::sort(empty);
  std::string list;
  for (const auto& folder : empty) {
    list += (list.empty() ? "" : ", ") + utf8::printable(folder);
  }
  if (!empty.empty()) {
    throw usage_error(list + ": no images in " +
                      (empty.size() == 1 ? "this class folder" : "these class folders") +
                      "; put some in or take " + (empty.size() == 1 ? "it" : "them") +
                      " away (--labels names labels without examples)");
  }
}

class Collector {
 public:
  Collector(const TrainOptions& options, Session& session) : options_(options), session_(session) {}

  TrainExamples take() {
    const auto& paths = options_.inputs.paths;
    if (std::ranges::any_of(paths, is_table)) {
      if (paths.size() > 1 || options_.inputs.files_from) {
        throw usage_error(utf8::printable(*std::ranges::find_if(paths, is_table)) +
                          ": a table of images and labels is given alone");
      }
      take_table(paths.front());
    } else if (std::ranges::any_of(paths, is_embedding_file)) {
      take_rows();
    } else {
      take_images();
    }
    found_.with_examples = labels_.size();
    if (found_.with_examples == 1) {
      throw usage_error("all images are of one label, " + utf8::quoted(labels_.name(0)) +
                        "; a classifier needs examples of two or more");
    }
    found_.labels =
        labels_.with(names_none(options_.labels) ? std::vector<Label>() : read_labels(options_.labels));
    return std::move(found_);
  }

 private:
  void add(const std::string& path, std::string_view label, const std::string& where) {
    found_.classes.push_back(labels_.add(label, where));
    found_.paths.push_back(path);
  }

  void add_by_folder(const std::string& path) {
    const auto folder = own_folder(path);
    if (folder.empty() || path == "-") {
      throw usage_error(utf8::printable(path) + ": lies in no folder that could be its label");
    }
    add(path, folder, utf8::printable(path));
  }

  void take_table(const std::string& path) {
    Table table(path, {image_column(), {.names = {"label", "class", "category"}}}, session_.stop_token());
    std::set<std::string> missing;
    std::size_t rows = 0;
    std::error_code ignored;
    for (auto row = table.next(); row; row = table.next(), ++rows) {
      const auto& image = row->text(0);
      if (!fs::is_regular_file(image, ignored) && missing.insert(image).second) {
        session_.console().error(row->where + ": " + utf8::printable(image) +
                                 (fs::exists(image, ignored) ? ": not a file" : ": no such file"));
      }
      add(image, row->text(1), row->where);
    }
    if (!missing.empty()) {
      throw usage_error(utf8::printable(path) + ": " + std::to_string(missing.size()) + " of the images in " +
                        std::to_string(rows) + " rows are missing; nothing was trained");
    }
    found_.inputs = options_.inputs;
    found_.inputs.paths = found_.paths;
  }

  void take_rows() {
    for (const auto& file : options_.inputs.paths) {
      const EmbeddingFile rows(file, session_.manifest());
      for (std::size_t row = 0; row < rows.rows(); ++row) {
        add_by_folder(rows.name(row));
      }
    }
    found_.inputs = options_.inputs;
  }

  void take_images() {
    auto roots = roots_of(options_.inputs);
    InputSource source(options_.inputs);
    for (auto input = source.next(); input; input = source.next()) {
      if (input->error) {
        throw usage_error(utf8::printable(input->path) + ": " + input->error->what());
      }
      take_image(input->path, roots);
    }
    for (auto& root : roots) {
      if (root.classes.empty()) {  // a class folder itself
        std::ranges::for_each(root.strays, [&](const auto& path) { add_by_folder(path); });
      } else {
        check_class_folders(root);
        tell_strays(root);
      }
    }
    found_.inputs = options_.inputs;
    found_.inputs.paths = found_.paths;
    found_.inputs.files_from.reset();
  }

  void take_image(const std::string& path, std::vector<Root>& roots) {
    const auto root = std::ranges::find_if(roots, [&](const Root& at) { return path.starts_with(at.path); });
    if (root == roots.end()) {
      add_by_folder(path);
      return;
    }
    if (const auto label = root->class_of(path); label.empty()) {
      root->strays.push_back(path);
    } else {
      root->classes.insert(label);
      add(path, label, root->path + label);
    }
  }

  void tell_strays(const Root& root) const {
    if (!root.strays.empty()) {
      session_.console().warning(
          utf8::printable(root.strays.front()) +
          (root.strays.size() == 1 ? "" : " and " + std::to_string(root.strays.size() - 1) + " more") +
          ": in no class folder, left out");
    }
  }

  const TrainOptions& options_;
  Session& session_;
  TrainLabels labels_;
  TrainExamples found_;
};

}  // namespace

TrainExamples find_examples(const TrainOptions& options, Session& session) {
  return Collector(options, session).take();
}

}  // namespace clip_classify::cli
