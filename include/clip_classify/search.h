// Search: a query as one vector, the images nearest to it, and which images are nearly the same.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace clip_classify {

/// A part of a query.
struct QueryTerm {
  std::span<const float> row;  ///< a unit row: of a text or an image
  double weight = 1.0;         ///< below 0: away from it
};

/// The weighted sum of rows of one width, made a unit row; empty where it has no direction, because the terms
/// cancel out.
std::vector<float> combine(std::span<const QueryTerm> terms);

/// One of a search's results.
struct Found {
  std::string path;
  std::size_t place = 0;    ///< among all images
  double similarity = 0.0;  ///< cosine, -1..1
};

/// The best of any number of images, which pass by once; no more are held than were asked for.
class BestImages {
 public:
  /// `query` is a unit row. `top_k` 0: all. Less similar ones than `threshold` are left out.
  BestImages(std::vector<float> query, std::size_t top_k, std::optional<double> threshold);

  /// What an image is called; nothing for one that is not to be found.
  using Name = std::function<std::optional<std::string>()>;

  /// `row` is a unit row, as wide as the query; of equally similar images the one with the lower `place`
  /// comes first. `name` is called only for one that is among the best so far.
  void add(std::size_t place, std::span<const float> row, const Name& name);

  /// Takes over what another one found for the same query.
  void merge(BestImages other);

  /// Best first.
  std::vector<Found> take();

 private:
  bool is_among_the_best(std::size_t place, double similarity) const;
  void keep(Found found);

  std::vector<float> query_;
  std::size_t top_k_;
  std::optional<double> threshold_;
  double least_;             ///< what is further from the query need not be looked at closely
  std::vector<Found> best_;  ///< a heap, the worst of them first, once there are top_k
};

/// Groups of images that are nearly the same. Each image is compared with the first of every group: where the
/// nearest of these is at least as similar as the threshold it belongs to that group (of equally near ones,
/// the earlier), else it begins one of its own. So every member is as similar to its group's first as was
/// asked for, which a chain of neighbours would not be. Holds the rows of firsts, and a bounded number more.
class NearDuplicates {
 public:
  NearDuplicates(std::size_t width, double threshold, int threads);
  ~NearDuplicates();

  /// The next image's unit row.
  void add(std::span<const float> row);

  /// Where an image belongs.
  struct Place {
    std::size_t first = 0;    ///< the place of its group's first; its own where it is that
    double similarity = 1.0;  ///< to the first
  };
  /// One for each image that was added, in order.
  std::vector<Place> finish();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace clip_classify
