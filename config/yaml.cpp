// YAML's events into a tree. Only the part of YAML that means one thing is taken: anchors, aliases, tags, keys that
// aren't plain texts and further documents are refused. yaml-cpp 0.7 by itself takes duplicate keys (the first wins),
// and its aliases would let a small file unfold without bound.

#include "base/utf8.hpp"
#include "config/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_set>

namespace evalbridge::config {
namespace {

struct refused {
    place at;
    std::string message;
};

place place_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

/// Whether the text begins with a quote that is never closed. yaml-cpp takes the end of the file for the closing one,
/// and so every setting behind it for a part of the text.
bool is_open_quote(std::string_view text) {
    if (!text.starts_with('"') && !text.starts_with('\''))
        return false; // a block scalar
    const char quote = text.front();
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"')
            ++i;
        else if (text[i] == quote && quote == '\'' && text.substr(i + 1).starts_with(quote))
            ++i; // '' inside single quotes is one
        else if (text[i] == quote)
            return false;
    }
    return true;
}

class tree_builder final : public YAML::EventHandler {
  public:
    tree_builder(std::string_view text, tree& into) : text_(text), tree_(into) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1)
            throw refused{place_of(mark), "a second document; a configuration file is one"};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        if (expects_key())
            throw refused{place_of(mark), "a key is missing"};
        add(mark, entry_kind::null);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor(mark, 1); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        if (tag == "!" && is_open_quote(text_.substr(static_cast<std::size_t>(mark.pos))))
            throw refused{place_of(mark), "not YAML: the quote is never closed"};
        if (expects_key()) {
            open_.back().key = value;
            open_.back().key_at = place_of(mark);
            return;
        }
        auto& made = add(mark, entry_kind::scalar);
        made.text = value;
        made.quoted = tag == "!"; // what the scanner calls every scalar that isn't plain
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open_value(mark, tag, anchor, entry_kind::sequence);
    }
    void OnSequenceEnd() override { open_.pop_back(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open_value(mark, tag, anchor, entry_kind::mapping);
    }
    void OnMapEnd() override { open_.pop_back(); }

  private:
    struct frame {
        std::size_t index;
        std::optional<std::string> key; ///< a mapping's key that waits for its value
        place key_at;
        std::unordered_set<std::string> keys;
    };

    static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0)
            throw refused{place_of(mark), "anchors and aliases are not taken here; write the value out"};
    }
    static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?" && tag != "!")
            throw refused{place_of(mark), "tags are not taken here; types follow from the key"};
    }
    bool expects_key() const {
        return !open_.empty() && tree_.entries[open_.back().index].kind == entry_kind::mapping && !open_.back().key;
    }

    void open_value(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, entry_kind kind) {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        if (expects_key())
            throw refused{place_of(mark), "a key has to be a text"};
        if (open_.size() >= max_document_depth)
            throw refused{place_of(mark), "nested deeper than " + std::to_string(max_document_depth) + " levels"};
        add(mark, kind);
        open_.push_back({tree_.entries.size() - 1, {}, {}, {}});
    }

    entry& add(const YAML::Mark& mark, entry_kind kind) {
        if (tree_.entries.size() >= max_document_entries)
            throw refused{place_of(mark), "more than " + std::to_string(max_document_entries) + " values"};
        const auto index = tree_.entries.size();
        auto& made = tree_.entries.emplace_back();
        made.kind = kind;
        made.at = place_of(mark);
        if (open_.empty())
            return made;
        auto& within = open_.back();
        made.parent = within.index;
        auto& parent = tree_.entries[within.index];
        if (parent.kind == entry_kind::sequence) {
            parent.children.push_back(index);
            return made;
        }
        made.key = std::move(*within.key);
        within.key.reset();
        made.key_at = within.key_at;
        if (kind != entry_kind::scalar)
            made.at = made.key_at; // a block's own mark is that of its first line, an absent value's the next token's
        if (within.keys.insert(made.key).second)
            parent.children.push_back(index);
        else
            tree_.fail(made.key_at, "the key " + in_quotes(made.key) + " is here a second time");
        return made;
    }

    std::string_view text_;
    tree& tree_;
    std::vector<frame> open_;
    int documents_ = 0;
};

std::optional<refused> unreadable(std::string_view text) {
    place at{1, 1};
    for (std::size_t i = 0; i < text.size();) {
        const auto next = decode_utf8(text, i);
        if (!next.valid)
            return refused{at, "not UTF-8"};
        if (next.code == '\n')
            at = {at.line + 1, 0};
        else if (is_control(next.code) && next.code != '\t' && next.code != '\r' && next.code != 0x85)
            return refused{at, "a control character"};
        i += next.size;
        ++at.column;
    }
    return {};
}

} // namespace

void parse_yaml(const std::string& text, tree& into) {
    const auto give_up = [&](place at, std::string message) {
        into.entries.clear();
        into.fail(at, std::move(message));
    };
    if (text.size() > max_document_bytes)
        return give_up({}, "larger than " + std::to_string(max_document_bytes) + " bytes");
    if (auto wrong = unreadable(text))
        return give_up(wrong->at, std::move(wrong->message));
    std::istringstream in(text);
    try {
        YAML::Parser parser(in);
        tree_builder builder(text, into);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const refused& wrong) {
        return give_up(wrong.at, wrong.message);
    } catch (const YAML::Exception& wrong) {
        return give_up(place_of(wrong.mark), "not YAML: " + wrong.msg);
    }
    if (into.entries.empty())
        into.fail({}, "the file is empty");
}

} // namespace evalbridge::config
