// The reader against an independent parser: on random documents they read the same, on random bytes they refuse the
// same.

#include "mapping/json_reader.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <random>

namespace evalbridge {
namespace {

namespace json = boost::json;

class random_json {
  public:
    explicit random_json(unsigned seed) : random_(seed) {}

    json::value value(int depth) {
        switch (random_() % (depth > 0 ? 8 : 6)) {
        case 0: return nullptr;
        case 1: return random_() % 2 == 0;
        case 2: return static_cast<std::int64_t>(random_()) >> (random_() % 64);
        case 3: return random_();
        case 4: return static_cast<double>(random_() % 100000) / 64;
        case 5: return json::value(text());
        default: return container(depth);
        }
    }
    json::value container(int depth) {
        if (random_() % 2 == 0) {
            json::array out;
            for (auto n = random_() % 6; n > 0; --n)
                out.push_back(value(depth - 1));
            return out;
        }
        json::object out;
        for (auto n = random_() % 6; n > 0; --n)
            out.insert_or_assign(text(), value(depth - 1));
        return out;
    }
    std::uint64_t next() { return random_(); }

  private:
    std::string text() {
        constexpr std::string_view pieces[] = {"a",    "id", "\"", "\\",         "/", "\n",
                                               "\x01", "é",  "€",  "\U0001F600", "[", "}"};
        std::string out;
        for (auto n = random_() % 5; n > 0; --n)
            out += pieces[random_() % std::size(pieces)];
        return out;
    }
    std::mt19937_64 random_;
};

/// `text` with whitespace where it may stand.
std::string spaced(std::string_view text, random_json& random) {
    std::string out;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' && !in_string)
            in_string = true;
        else if (c == '"')
            in_string = false;
        out += c;
        if (c == '\\')
            out += text[++i];
        else if (!in_string && std::string_view("{}[],:").find(c) != std::string_view::npos && random.next() % 3 == 0)
            out += " \n\t\r"[random.next() % 4];
    }
    return out;
}

void expect_same(json_reader& in, const json::value& value);

void expect_same(json_reader& in, const json::object& object) {
    ASSERT_TRUE(in.is_object());
    std::size_t count = 0;
    in.members([&](std::string_view name, json_reader& member) {
        ++count;
        ASSERT_TRUE(object.contains(name)) << name;
        expect_same(member, object.at(name));
    });
    EXPECT_EQ(count, object.size());
    // Again by name, last first.
    for (auto it = object.end(); it != object.begin();) {
        --it;
        auto member = in[it->key()];
        expect_same(member, it->value());
    }
    EXPECT_FALSE(in["not there"].present());
}

void expect_same(json_reader& in, const json::value& value) {
    switch (value.kind()) {
    case json::kind::null: EXPECT_EQ(in.type(), json_reader::kind::null); break;
    case json::kind::bool_: EXPECT_EQ(in.boolean(), value.get_bool()); break;
    case json::kind::int64: EXPECT_EQ(in.integer(), value.get_int64()); break;
    case json::kind::uint64: EXPECT_EQ(in.unsigned_integer(), value.get_uint64()); break;
    case json::kind::double_: EXPECT_EQ(in.number(), value.get_double()); break;
    case json::kind::string: EXPECT_EQ(in.string(), std::string_view(value.get_string())); break;
    case json::kind::object: expect_same(in, value.get_object()); break;
    case json::kind::array: {
        std::size_t at = 0;
        in.each([&](json_reader& element) {
            ASSERT_LT(at, value.get_array().size());
            expect_same(element, value.get_array()[at++]);
        });
        EXPECT_EQ(at, value.get_array().size());
        break;
    }
    }
    EXPECT_EQ(json::parse(in.raw()), value);
}

TEST(JsonReaderOracle, ReadsRandomDocumentsAsAnotherParserDoes) {
    random_json random(17);
    for (int i = 0; i < 1'500; ++i) {
        const auto value = random.container(5);
        const auto text = spaced(json::serialize(value), random);
        json_document document(text);
        auto root = document.root();
        expect_same(root, value);
        ASSERT_TRUE(document.finish().has_value()) << text << '\n' << document.finish().error().detail();
    }
}

TEST(JsonReaderOracle, RefusesRawTextsThatAnotherParserRefuses) {
    random_json random(19);
    constexpr std::string_view bytes = "{}[],:\"\\ue0-+.Etn \n\x01\xc3x";
    int valid = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto text = json::serialize(random.container(3));
        for (auto n = random.next() % 3; n > 0; --n) {
            const auto at = random.next() % text.size();
            switch (random.next() % 3) {
            case 0: text[at] = bytes[random.next() % bytes.size()]; break;
            case 1: text.erase(at, 1); break;
            default: text.insert(at, 1, bytes[random.next() % bytes.size()]);
            }
            if (text.empty())
                text = " ";
        }
        json::error_code ec;
        const auto value = json::parse(text, ec);
        json_document document(text);
        auto root = document.root();
        const auto raw = root.raw();
        const bool taken = document.finish().has_value();
        // Of what JSON's grammar allows, the other parser refuses huge exponents and half surrogate pairs.
        const bool stricter = ec == json::error::exponent_overflow || text.find("\\ud") != std::string::npos;
        if (!stricter) {
            EXPECT_EQ(taken, !ec && (value.is_object() || value.is_array())) << text;
        }
        if (taken && !ec) {
            ++valid;
            EXPECT_EQ(json::parse(raw), value);
        }
    }
    EXPECT_GT(valid, 5'000);
}

} // namespace
} // namespace evalbridge
