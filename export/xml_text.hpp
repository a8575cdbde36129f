#pragma once
// Text inside XML 1.0. What the standard's `Char` leaves out (section 2.2: most control characters, surrogates, U+FFFE,
// U+FFFF) can't stand there in any spelling, and becomes U+FFFD, as bytes that aren't UTF-8 do.

#include <string>
#include <string_view>

namespace evalbridge {

/// Between tags. No CDATA: a text may have `]]>` in it.
void append_xml_text(std::string& out, std::string_view text);
/// ` name="value"`. Line breaks and tabs are written as references, which a reader leaves as they are (section 3.3.3).
void append_xml_attribute(std::string& out, std::string_view name, std::string_view value);
/// A comment on a line of its own. It can't hold `--`, which is written `- -`.
void append_xml_comment(std::string& out, std::string_view text);

} // namespace evalbridge
