#include "clip_classify/xmp_sidecar.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <pugixml.hpp>
#include <string_view>

#include "clip_classify/error.h"
#include "clip_classify/input.h"
#include "clip_classify/writer.h"
#include "output/xmp_properties.h"
#include "text/utf8.h"

namespace clip_classify {
namespace {

using pugi::xml_node;

constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

/// What a new sidecar begins as. The id is the XMP specification's.
constexpr auto kEmptyPacket =
    "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"clip-classify\">"
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/>"
    "</x:xmpmeta><?xpacket end=\"w\"?>";

Error sidecar_error(const std::string& path, const std::string& reason) {
  return input_error("sidecar", "the sidecar " + utf8::printable(path) + " " + reason);
}

std::string read_packet(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return kEmptyPacket;
    throw sidecar_error(path, std::string("can't be read: ") + std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) throw sidecar_error(path, "is not a regular file");
  try {
    const auto bytes = read_bytes(path, kMaxBytes);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  } catch (const Error& error) {
    throw sidecar_error(path, std::string("can't be read: ") + error.what());
  }
}

bool is_control(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
}

/// How long what stands at the front is, if it is of the kind in which an ampersand is only that.
std::size_t literal_size(std::string_view rest) {
  constexpr std::array<std::array<std::string_view, 2>, 3> kLiterals = {
      {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}}};
  for (const auto& [begin, end] : kLiterals) {
    if (rest.starts_with(begin)) return std::min(rest.find(end, begin.size()), rest.size());
  }
  return 1;
}

/// The text from an ampersand that begins no reference that XML alone knows.
std::string_view find_foreign_reference(std::string_view packet) {
  constexpr std::array<std::string_view, 5> kEntities = {"amp", "lt", "gt", "quot", "apos"};
  while (true) {
    packet.remove_prefix(std::min(packet.find_first_of("<&"), packet.size()));
    if (packet.empty()) return {};
    const std::string_view name = packet.substr(1, std::min(packet.find(';'), packet.size()) - 1);
    const bool known =
        name.starts_with('#') || std::find(kEntities.begin(), kEntities.end(), name) != kEntities.end();
    if (packet.front() == '&' && !known) return packet;
    packet.remove_prefix(literal_size(packet));
  }
}

/// What pugixml lets pass or stops at without a word.
void check_characters(std::string_view packet, const std::string& path) {
  if (!utf8::valid(packet)) throw sidecar_error(path, "is not UTF-8");
  if (std::any_of(packet.begin(), packet.end(), is_control)) {
    throw sidecar_error(path, "is not well-formed XML: it holds a control character");
  }
  if (const std::string_view stray = find_foreign_reference(packet); !stray.empty()) {
    throw sidecar_error(path,
                        "is not well-formed XML: unknown reference " + utf8::quoted(stray.substr(0, 12)));
  }
}

/// One element, and nothing around it but comments and instructions.
void check_document(const pugi::xml_document& document, const std::string& path) {
  int elements = 0;
  for (const xml_node node : document) {
    const std::string encoding = node.attribute("encoding").value();
    if (node.type() == pugi::node_declaration && !encoding.empty() && encoding != "UTF-8" &&
        encoding != "utf-8") {
      throw sidecar_error(path, "says that it is " + utf8::quoted(encoding) + " and not UTF-8");
    }
    if (node.type() == pugi::node_doctype) throw sidecar_error(path, "is not XMP: it has a document type");
    elements += node.type() == pugi::node_element ? 1 : 0;
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
      throw sidecar_error(path, "is not well-formed XML: there is text outside of its element");
    }
    if (elements > 1) {
      throw sidecar_error(path, "is not well-formed XML: there is more than one element in it");
    }
  }
}

/// The element with the properties.
xml_node find_rdf(const pugi::xml_document& document, const std::string& path) {
  const xml_node root = document.document_element();
  const auto is_rdf = [](xml_node node) { return is_element(node, kRdf, "RDF"); };
  const bool is_meta = is_element(root, kXmpMeta, "xmpmeta") || is_element(root, kXmpMeta, "xapmeta");
  const xml_node rdf = is_meta ? root.find_child(is_rdf) : root;
  if (!is_rdf(rdf)) throw sidecar_error(path, "is not XMP: it has no rdf:RDF");
  for (const char* property : {"subject", "description"}) {
    if (XmpProperty(rdf, property).is_foreign()) {
      throw sidecar_error(path,
                          std::string("is not XMP: dc:") + property + " is neither a list nor plain text");
    }
  }
  return rdf;
}

/// Valid UTF-8 of characters that XML knows, trimmed.
std::string for_xml(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const utf8::CodePoint point = utf8::decode(text);
    text.remove_prefix(point.size);
    const bool is_space = point.value == '\t' || point.value == '\n' || point.value == '\r';
    if ((point.value >= 0x20 || is_space) && point.value != 0xFFFE && point.value != 0xFFFF) {
      utf8::append(kept, point.value);
    }
  }
  return std::string(utf8::trim(kept));
}

bool add_subjects(xml_node rdf, const std::vector<std::string>& subjects) {
  bool added = false;
  for (const auto& given : subjects) {
    const std::string subject = for_xml(given);
    XmpProperty property(rdf, "subject");
    const auto& there = property.texts();
    if (subject.empty() || std::find(there.begin(), there.end(), subject) != there.end()) continue;
    append_item(property.as_list("Bag"), subject);
    added = true;
  }
  return added;
}

bool add_description(xml_node rdf, const std::string& given) {
  const std::string description = for_xml(given);
  XmpProperty property(rdf, "description");
  const auto& there = property.texts();
  const bool is_blank =
      std::all_of(there.begin(), there.end(), [](const auto& text) { return text.empty(); });
  if (description.empty() || !is_blank) return false;
  xml_node list = property.as_list("Alt");
  list.remove_children();
  append_item(list, description).append_attribute("xml:lang") = "x-default";
  return true;
}

class SinkWriter : public pugi::xml_writer {
 public:
  explicit SinkWriter(Sink& sink) : sink_(sink) {}
  void write(const void* data, std::size_t size) override {
    sink_.write({static_cast<const char*>(data), size});
  }

 private:
  Sink& sink_;
};

void write_packet(const pugi::xml_document& document, const std::string& path) {
  try {
    const auto sink = open_sink(path);
    SinkWriter writer(*sink);
    document.save(writer, " ", pugi::format_indent | pugi::format_no_declaration, pugi::encoding_utf8);
    sink->commit();
  } catch (const Error& error) {  // of this image, and no reason to end the run
    throw input_error("sidecar", std::string("the sidecar can't be written: ") + error.what());
  }
}

}  // namespace

std::string sidecar_path(const std::string& image) {
  return image + ".xmp";
}

bool write_sidecar(const std::string& image, const SidecarContent& content) {
  const std::string path = sidecar_path(image);
  const std::string packet = read_packet(path);
  check_characters(packet, path);
  pugi::xml_document document;
  // Blank text is kept where it may be a value; where it lays the file out, the file is laid out anew.
  const auto parsed = document.load_buffer(
      packet.data(), packet.size(), pugi::parse_full | pugi::parse_ws_pcdata_single | pugi::parse_fragment,
      pugi::encoding_utf8);
  if (!parsed) {
    throw sidecar_error(path, std::string("is not well-formed XML: ") + parsed.description() + " at byte " +
                                  std::to_string(parsed.offset));
  }
  check_document(document, path);
  const xml_node rdf = find_rdf(document, path);
  const bool has_subjects = add_subjects(rdf, content.subjects);
  const bool has_description = add_description(rdf, content.description);
  if (!has_subjects && !has_description) return false;
  write_packet(document, path);
  return true;
}

}  // namespace clip_classify
