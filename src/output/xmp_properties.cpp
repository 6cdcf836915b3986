#include "output/xmp_properties.h"

#include <algorithm>

#include "text/utf8.h"

namespace clip_classify {
namespace {

using pugi::xml_attribute;
using pugi::xml_node;

struct Name {
  std::string_view prefix;
  std::string_view local;
};

Name split(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return {"", name};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

/// What a prefix is bound to at a node; empty where it is not.
std::string_view namespace_at(xml_node node, std::string_view prefix) {
  const std::string declaration = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
  for (; node; node = node.parent()) {
    if (const xml_attribute found = node.attribute(declaration.c_str())) return found.value();
  }
  return "";
}

bool is_attribute(xml_node owner, xml_attribute attribute, std::string_view space, std::string_view local) {
  const Name name = split(attribute.name());
  return name.local == local && !name.prefix.empty() && namespace_at(owner, name.prefix) == space;
}

/// The name of something inside `node`, whose namespace is declared there when it is not yet.
std::string name_inside(xml_node node, std::string_view space, std::string prefix, std::string_view local) {
  for (xml_node scope = node; scope; scope = scope.parent()) {
    for (const xml_attribute attribute : scope.attributes()) {
      const Name name = split(attribute.name());
      if (name.prefix == "xmlns" && attribute.value() == space && namespace_at(node, name.local) == space) {
        return std::string(name.local) + ":" + std::string(local);
      }
    }
  }
  while (!namespace_at(node, prefix).empty()) prefix += "_";
  node.append_attribute(("xmlns:" + prefix).c_str()) = std::string(space).c_str();
  return prefix + ":" + std::string(local);
}

xml_node append(xml_node node, std::string_view space, const std::string& prefix, std::string_view local) {
  return node.append_child(name_inside(node, space, prefix, local).c_str());
}

/// All that is written inside a node, trimmed.
std::string text_of(xml_node node) {
  struct Collector : pugi::xml_tree_walker {
    std::string text;
    bool for_each(xml_node& part) override {
      if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) text += part.value();
      return true;
    }
  } collector;
  node.traverse(collector);
  return std::string(utf8::trim(collector.text));
}

xml_node list_in(xml_node property) {
  return property.find_child([](xml_node node) {
    return is_element(node, kRdf, "Bag") || is_element(node, kRdf, "Seq") || is_element(node, kRdf, "Alt");
  });
}

}  // namespace

bool is_element(xml_node node, std::string_view space, std::string_view local) {
  const Name name = split(node.name());
  return name.local == local && namespace_at(node, name.prefix) == space;
}

XmpProperty::XmpProperty(xml_node rdf, std::string local) : rdf_(rdf), local_(std::move(local)) {
  for (const xml_node description : rdf.children()) {
    if (!is_element(description, kRdf, "Description")) continue;
    if (!description_) description_ = description;
    for (const xml_attribute attribute : description.attributes()) {
      if (!is_attribute(description, attribute, kDublinCore, local_)) continue;
      texts_.emplace_back(utf8::trim(attribute.value()));
      owner_ = description;
      attribute_ = attribute;
    }
    for (const xml_node node : description.children()) {
      if (!is_element(node, kDublinCore, local_)) continue;
      if (!element_) element_ = node;
      const xml_node list = list_in(node);
      if (!list) texts_.push_back(text_of(node));
      for (const xml_node item : list.children()) texts_.push_back(text_of(item));
    }
  }
}

bool XmpProperty::is_foreign() const {
  const auto is_structure = [](xml_node node) { return node.type() == pugi::node_element; };
  return !list_in(element_) && element_.find_child(is_structure);
}

xml_node XmpProperty::as_list(std::string_view kind) {
  if (!element_) {
    if (!description_) {
      description_ = append(rdf_, kRdf, "rdf", "Description");
      description_.append_attribute(name_inside(description_, kRdf, "rdf", "about").c_str()) = "";
    }
    element_ = append(attribute_ ? owner_ : description_, kDublinCore, "dc", local_);
    if (attribute_) {
      element_.text() = attribute_.value();
      owner_.remove_attribute(attribute_);
    }
  }
  if (const xml_node list = list_in(element_)) return list;
  const std::string text = text_of(element_);
  element_.remove_children();
  const xml_node list = append(element_, kRdf, "rdf", kind);
  if (!text.empty()) append_item(list, text);
  return list;
}

xml_node append_item(xml_node list, const std::string& text) {
  xml_node item = append(list, kRdf, "rdf", "li");
  item.text() = text.c_str();
  return item;
}

}  // namespace clip_classify
