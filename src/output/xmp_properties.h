// Keywords and captions in an XMP tree, by the names that RDF and its namespaces give them.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace clip_classify {

inline constexpr std::string_view kDublinCore = "http://purl.org/dc/elements/1.1/";
inline constexpr std::string_view kRdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
inline constexpr std::string_view kXmpMeta = "adobe:ns:meta/";

/// Whether an element has this name. Prefixes are the writing program's choice; what counts is the namespace
/// that one is bound to.
bool is_element(pugi::xml_node node, std::string_view space, std::string_view local);

/// A Dublin Core property of rdf:RDF, wherever it stands: there may be several rdf:Description, and a
/// property be an element in one or, where it is one plain text, an attribute.
class XmpProperty {
 public:
  XmpProperty(pugi::xml_node rdf, std::string local);

  /// Of every item, trimmed.
  const std::vector<std::string>& texts() const { return texts_; }

  /// Whether it holds a structure that is not a list, which XMP does not know.
  bool is_foreign() const;

  /// The property's list, made as rdf:`kind` where there is none, with the plain text there was. Not for one
  /// that is_foreign().
  pugi::xml_node as_list(std::string_view kind);

 private:
  pugi::xml_node rdf_;
  std::string local_;
  std::vector<std::string> texts_;
  pugi::xml_node description_;  ///< the first
  pugi::xml_node element_;      ///< the property's first
  pugi::xml_node owner_;        ///< of attribute_
  pugi::xml_attribute attribute_;
};

/// Adds an item at the end of a list.
pugi::xml_node append_item(pugi::xml_node list, const std::string& text);

}  // namespace clip_classify
