#include "clip_classify/xmp_sidecar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "clip_classify/error.h"
#include "output/scratch_folder.h"
#include "output/xmp_files.h"

namespace clip_classify {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kFresh =
    "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"clip-classify\">\n"
    " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
    "  <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n"
    "   <dc:subject>\n"
    "    <rdf:Bag>\n"
    "     <rdf:li>cat</rdf:li>\n"
    "     <rdf:li>sofa</rdf:li>\n"
    "    </rdf:Bag>\n"
    "   </dc:subject>\n"
    "   <dc:description>\n"
    "    <rdf:Alt>\n"
    "     <rdf:li xml:lang=\"x-default\">a photo of a cat</rdf:li>\n"
    "    </rdf:Alt>\n"
    "   </dc:description>\n"
    "  </rdf:Description>\n"
    " </rdf:RDF>\n"
    "</x:xmpmeta>\n"
    "<?xpacket end=\"w\"?>\n";

const SidecarContent kCatContent{{"cat", "sofa"}, "a photo of a cat"};

class XmpSidecar : public testing::Test {
 protected:
  void put(std::string_view content) const { std::ofstream(sidecar(), std::ios::binary) << content; }
  bool write(const SidecarContent& content = kCatContent) const {
    return write_sidecar(image().string(), content);
  }
  std::string written() const { return content_of(sidecar()); }

  /// The file after writing `content` into a packet with this in its rdf:RDF.
  std::string merged(const std::string& rdf, const SidecarContent& content = kCatContent) const {
    put("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
        "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">" +
        rdf + "</rdf:RDF></x:xmpmeta>");
    write(content);
    return without_layout(written());
  }

  /// What the sidecar's error says when it holds this; checks that it is left as it is.
  std::string refusal(std::string_view content) const {
    put(content);
    try {
      write();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::input);
      EXPECT_EQ(error.code(), "sidecar");
      EXPECT_EQ(written(), content);
      EXPECT_THAT(folder_.names(), ElementsAre("a.jpg.xmp"));
      return error.what();
    }
    return "no error";
  }

  static std::string without_layout(const std::string& text) {
    std::string joined;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      const std::size_t first = std::min(text.find_first_not_of(' ', begin), end);
      joined += text.substr(first, end - first);
      begin = end + 1;
    }
    return joined;
  }

  fs::path image() const { return folder_ / "a.jpg"; }
  fs::path sidecar() const { return folder_ / "a.jpg.xmp"; }

  ScratchFolder folder_;
};

TEST_F(XmpSidecar, IsMadeBesideTheImage) {
  EXPECT_EQ(sidecar_path("folder/a.jpg"), "folder/a.jpg.xmp");
  EXPECT_TRUE(write());
  EXPECT_EQ(written(), kFresh);
  EXPECT_THAT(folder_.names(), ElementsAre("a.jpg.xmp"));
}

TEST_F(XmpSidecar, StaysWhenThereIsNothingNew) {
  EXPECT_FALSE(write({{}, ""}));
  EXPECT_FALSE(write({{" ", ""}, "\n"}));
  EXPECT_TRUE(folder_.names().empty());
  write();
  ::chmod(sidecar().c_str(), 0400);
  EXPECT_FALSE(write());
  EXPECT_FALSE(write({{"sofa", "sofa"}, "another sentence"}));
  EXPECT_EQ(written(), kFresh);
}

TEST_F(XmpSidecar, HoldsOnlyWhatIsGiven) {
  write({{"cat", " cat ", "dog"}, ""});
  EXPECT_THAT(written(), Not(HasSubstr("dc:description")));
  EXPECT_THAT(without_layout(written()),
              HasSubstr("<rdf:Bag><rdf:li>cat</rdf:li><rdf:li>dog</rdf:li></rdf:Bag>"));
  fs::remove(sidecar());
  write({{}, "a photo"});
  EXPECT_THAT(written(), Not(HasSubstr("dc:subject")));
}

TEST_F(XmpSidecar, EscapesTexts) {
  write({{"<b>\"Tom\" & 'Jerry'</b>", "K\xC3\xA4tzchen", "\xE7\x8C\xAB", "a\x01\xFF\xEF\xBF\xBE z"},
         "1 < 2 && 3 > 2"});
  EXPECT_THAT(written(), HasSubstr("<rdf:li>&lt;b&gt;\"Tom\" &amp; 'Jerry'&lt;/b&gt;</rdf:li>"));
  EXPECT_THAT(written(), HasSubstr("<rdf:li>K\xC3\xA4tzchen</rdf:li>"));
  EXPECT_THAT(written(), HasSubstr("<rdf:li>\xE7\x8C\xAB</rdf:li>"));
  EXPECT_THAT(written(), HasSubstr("<rdf:li>a\xEF\xBF\xBD z</rdf:li>"));
  EXPECT_THAT(written(), HasSubstr(">1 &lt; 2 &amp;&amp; 3 &gt; 2</rdf:li>"));
  EXPECT_FALSE(write({{"<b>\"Tom\" & 'Jerry'</b>"}, ""}));
}

TEST_F(XmpSidecar, MergesWithDigikams) {
  put(kDigikam);
  EXPECT_TRUE(write({{"cat", "Tom & Jerry", "sofa"}, "a photo of a cat"}));
  const std::string expected = without_layout(kDigikam).replace(without_layout(kDigikam).find("</rdf:Bag>"),
                                                                0, "<rdf:li>sofa</rdf:li>");
  std::string merged = without_layout(written());
  // Attributes that had lines of their own are on their element's.
  std::erase(merged, ' ');
  std::string wanted = expected;
  std::erase(wanted, ' ');
  EXPECT_EQ(merged, wanted);
  EXPECT_THAT(written(), HasSubstr("<digiKam:TagsList>\n    <rdf:Seq>\n     <rdf:li>Animals/cat</rdf:li>"));
}

TEST_F(XmpSidecar, MergesWithDarktables) {
  put(kDarktable);
  EXPECT_TRUE(write());
  std::string merged = without_layout(written()), wanted = without_layout(kDarktable);
  std::erase(merged, ' ');
  const std::string added =
      "<dc:subject><rdf:Bag><rdf:li>cat</rdf:li><rdf:li>sofa</rdf:li></rdf:Bag></dc:subject>"
      "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">a photo of a "
      "cat</rdf:li></rdf:Alt></dc:description>";
  wanted.insert(wanted.find("</rdf:Description>"), added);
  const std::string end_of_attributes = "darktable:history_end=\"1\"";
  wanted.insert(wanted.find(end_of_attributes) + end_of_attributes.size(),
                "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"");
  std::erase(wanted, ' ');
  EXPECT_EQ(merged, wanted);
  EXPECT_FALSE(write());
}

TEST_F(XmpSidecar, GoesByNamespacesAndNotByPrefixes) {
  put("<m:xmpmeta xmlns:m=\"adobe:ns:meta/\"><r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
      "<r:Description r:about=\"\" xmlns:d=\"http://purl.org/dc/elements/1.1/\" xmlns:dc=\"urn:other\">"
      "<dc:subject>not ours</dc:subject><d:subject><r:Bag><r:li>cat</r:li></r:Bag></d:subject>"
      "</r:Description></r:RDF></m:xmpmeta>");
  write();
  EXPECT_THAT(
      without_layout(written()),
      HasSubstr("<dc:subject>not ours</dc:subject><d:subject><r:Bag><r:li>cat</r:li><r:li>sofa</r:li></r:Bag>"
                "</d:subject><d:description><r:Alt><r:li xml:lang=\"x-default\">a photo of a cat</r:li>"));
  put("<RDF xmlns=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><Description about=\"\" "
      "xmlns:dc=\"urn:other\"/></RDF>");
  write({{"cat"}, ""});
  EXPECT_THAT(without_layout(written()), HasSubstr("xmlns:dc_=\"http://purl.org/dc/elements/1.1/\""));
  EXPECT_THAT(without_layout(written()), HasSubstr("<dc_:subject"));
  EXPECT_FALSE(write({{"cat"}, ""}));
}

TEST_F(XmpSidecar, FindsPropertiesInEveryDescription) {
  EXPECT_EQ(
      merged(
          "<rdf:Description rdf:about=\"\" dc:format=\"image/jpeg\"/>"
          "<rdf:Description><dc:subject><rdf:Seq><rdf:li>cat</rdf:li></rdf:Seq></dc:subject></"
          "rdf:Description>"
          "<rdf:Description><dc:description>mine</dc:description><dc:subject><rdf:Bag><rdf:li>sofa</rdf:li>"
          "</rdf:Bag></dc:subject></rdf:Description>",
          {{"cat", "sofa", "dog"}, "a photo"}),
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
      "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
      "<rdf:Description rdf:about=\"\" dc:format=\"image/jpeg\" />"
      "<rdf:Description><dc:subject><rdf:Seq><rdf:li>cat</rdf:li><rdf:li>dog</rdf:li></rdf:Seq></dc:subject>"
      "</rdf:Description><rdf:Description><dc:description>mine</dc:description><dc:subject><rdf:Bag>"
      "<rdf:li>sofa</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>");
}

TEST_F(XmpSidecar, TakesPlainTexts) {
  const std::string attributes = merged("<rdf:Description dc:subject=\"dog\" dc:description=\"mine\"/>");
  EXPECT_THAT(
      attributes,
      HasSubstr("<rdf:Description dc:description=\"mine\"><dc:subject><rdf:Bag><rdf:li>dog</rdf:li>"
                "<rdf:li>cat</rdf:li><rdf:li>sofa</rdf:li></rdf:Bag></dc:subject></rdf:Description>"));
  const std::string elements = merged("<rdf:Description><dc:subject>dog</dc:subject></rdf:Description>");
  EXPECT_THAT(elements, HasSubstr("<dc:subject><rdf:Bag><rdf:li>dog</rdf:li><rdf:li>cat</rdf:li>"));
}

TEST_F(XmpSidecar, FillsABlankDescription) {
  const std::string filled = "<rdf:Alt><rdf:li xml:lang=\"x-default\">a photo of a cat</rdf:li></rdf:Alt>";
  for (const std::string blank :
       {"<dc:description/>", "<dc:description> </dc:description>",
        "<dc:description><rdf:Alt/></dc:description>",
        "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\"/></rdf:Alt></dc:description>"}) {
    EXPECT_THAT(merged("<rdf:Description>" + blank + "</rdf:Description>"),
                HasSubstr("<dc:description>" + filled + "</dc:description>"));
  }
  EXPECT_THAT(merged("<rdf:Description dc:description=\"\"/>"),
              HasSubstr("<dc:description>" + filled + "</dc:description>"));
  EXPECT_THAT(merged(""), HasSubstr("<rdf:Description rdf:about=\"\"><dc:subject>"));
}

TEST_F(XmpSidecar, KeepsValuesThatAreBlankOrNested) {
  const std::string nested =
      "<dc:description><rdf:Alt><rdf:li "
      "rdf:parseType=\"Resource\"><rdf:value>mine</rdf:value></rdf:li></rdf:Alt>"
      "</dc:description>";
  EXPECT_THAT(merged("<rdf:Description>" + nested + "</rdf:Description>"), HasSubstr(nested));
  merged(
      "<rdf:Description><dc:source> </dc:source><dc:title><![CDATA[a & <b>]]></dc:title></rdf:Description>");
  EXPECT_THAT(written(), HasSubstr("<dc:source> </dc:source>"));
  EXPECT_THAT(written(), HasSubstr("<dc:title><![CDATA[a & <b>]]></dc:title>"));
}

TEST_F(XmpSidecar, IsRefusedAndLeftAsItIs) {
  EXPECT_EQ(
      refusal("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"),
      "the sidecar " + sidecar().string() + " is not well-formed XML: Start-end tags mismatch at byte 35");
  const std::string digikam = kDigikam;
  for (std::size_t size = 1; size < digikam.find("</x:xmpmeta>") + 12; size += 7) {
    EXPECT_THAT(refusal(digikam.substr(0, size)),
                AnyOf(HasSubstr("not well-formed XML"), HasSubstr("no rdf:RDF")));
  }
  EXPECT_THAT(refusal(digikam + "<more/>"), HasSubstr("more than one element"));
  EXPECT_THAT(refusal(digikam + "more"), HasSubstr("text outside of its element"));
  EXPECT_THAT(refusal(digikam + std::string(1, '\0') + "<more/>"), HasSubstr("a control character"));
  EXPECT_THAT(refusal(digikam + "<!-- caf\xE9 -->"), HasSubstr("is not UTF-8"));
  const auto with = [&](const std::string& text) {
    std::string changed = digikam;
    return changed.replace(changed.find("Our cat"), 7, text);
  };
  EXPECT_THAT(refusal(with("Tom & Jerry")), HasSubstr("unknown reference '& Jerry at h"));
  EXPECT_THAT(refusal(with("&uuml;")), HasSubstr("unknown reference"));
  EXPECT_THAT(refusal(with("<b>")), HasSubstr("is not well-formed XML"));
  EXPECT_THAT(refusal("<!DOCTYPE x [<!ENTITY a \"b\">]><x/>"), HasSubstr("has a document type"));
  EXPECT_THAT(refusal("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><x/>"),
              HasSubstr("'ISO-8859-1' and not UTF-8"));
  EXPECT_THAT(refusal("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), HasSubstr("it has no rdf:RDF"));
  EXPECT_THAT(refusal("<rdf:RDF xmlns:rdf=\"urn:other\"/>"), HasSubstr("it has no rdf:RDF"));
  EXPECT_THAT(refusal("plain text"), HasSubstr("is not well-formed XML"));
  EXPECT_THAT(refusal(""), HasSubstr("can't be read: the file is empty"));
  EXPECT_THAT(refusal("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description "
                      "xmlns:d=\"http://purl.org/dc/elements/1.1/\"><d:subject><d:x>y</d:x></d:subject>"
                      "</rdf:Description></rdf:RDF>"),
              HasSubstr("dc:subject is neither a list nor plain text"));
}

TEST_F(XmpSidecar, IsRefusedWhereItCanNotBeWritten) {
  const std::string image = folder_ / "none" / "a.jpg";
  try {
    write_sidecar(image, kCatContent);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_EQ(error.code(), "sidecar");
    EXPECT_THAT(error.what(), HasSubstr("can't be written: " + image + ".xmp: "));
  }
}

TEST_F(XmpSidecar, IsRefusedWhereItIsNoFile) {
  fs::create_directory(sidecar());
  EXPECT_THROW(write(), Error);
  fs::remove(sidecar());
  fs::create_symlink("a.jpg.xmp", sidecar());
  EXPECT_THROW(write(), Error);
  EXPECT_TRUE(fs::is_symlink(sidecar()));
}

TEST_F(XmpSidecar, IsWrittenThroughALink) {
  fs::create_directory(folder_ / "real");
  std::ofstream(folder_ / "real" / "kept.xmp") << kDigikam;
  ::chmod((folder_ / "real" / "kept.xmp").c_str(), 0640);
  fs::create_symlink("real/kept.xmp", sidecar());
  EXPECT_TRUE(write());
  EXPECT_TRUE(fs::is_symlink(sidecar()));
  EXPECT_THAT(content_of(folder_ / "real" / "kept.xmp"), HasSubstr("<rdf:li>sofa</rdf:li>"));
  struct stat status {};
  ::stat((folder_ / "real" / "kept.xmp").c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);

  fs::remove(sidecar());
  fs::create_symlink("real/new.xmp", sidecar());
  EXPECT_TRUE(write());
  EXPECT_EQ(content_of(folder_ / "real" / "new.xmp"), kFresh);
}

}  // namespace
}  // namespace clip_classify
