#include "config/settings.hpp"

#include "tests/support/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge;
using namespace evalbridge::config;
using namespace std::chrono_literals;
using evalbridge::testing::scratch_folder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

namespace {

constexpr std::string_view digest_a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"; // of "a"
constexpr std::string_view digest_b = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"; // of "b"

struct read {
    config::settings settings;
    std::vector<std::string> faults;
};

read read_text(std::string text, std::string file_name = "c.yaml") {
    const auto document = document::parse(std::move(text), std::move(file_name),
                                          [](const std::string& name) -> std::optional<std::string> {
                                              if (name == "CURSOR_KEY")
                                                  return "0123456789abcdef";
                                              if (name == "SHORT")
                                                  return "0123456789abcde";
                                              return {};
                                          });
    read out;
    std::vector<fault> more;
    out.settings = read_settings(document.root(), more);
    for (const auto& each : document.finish())
        out.faults.push_back(to_string(each));
    for (const auto& each : more)
        out.faults.push_back(to_string(each));
    return out;
}

struct dictionary_read {
    metric_dictionary dictionary;
    std::vector<std::string> faults;
};

dictionary_read read_metrics(std::string text) {
    constexpr std::string_view vendors[] = {"alpha", "beta"};
    const auto document = document::parse(std::move(text), "m.yaml");
    dictionary_read out{read_dictionary(document.root(), vendors), {}};
    for (const auto& each : document.finish())
        out.faults.push_back(to_string(each));
    return out;
}

} // namespace

TEST(Settings, HaveDefaultsForEverythingButAuth) {
    const auto [settings, faults] = read_text("auth: none\n");
    EXPECT_THAT(faults, IsEmpty());
    EXPECT_EQ(settings.server.host, "127.0.0.1");
    EXPECT_EQ(settings.server.port, 8080);
    EXPECT_EQ(settings.server.max_deadline, 120s);
    EXPECT_TRUE(settings.keys.empty());
    EXPECT_EQ(settings.least_log, log_level::info);
    EXPECT_TRUE(settings.access_log);
    EXPECT_TRUE(settings.server.cursor_key.empty());
    EXPECT_THAT(read_text("server: {}\n").faults, ElementsAre("c.yaml:1:1: the key `auth` is missing"));
}

TEST(Settings, ReadEveryKey) {
    const auto [settings, faults] =
        read_text("server:\n  listen: '[::1]:0'\n  shards: 3\n  max_body: 2MiB\n  max_connections: 50\n"
                  "  header_timeout: 5s\n  body_timeout: 1m\n  idle_timeout: 2m\n  default_deadline: 10s\n"
                  "  max_deadline: 20s\n  drain_grace: 0\n  cursor_key: env:CURSOR_KEY\n"
                  "  max_in_flight: 7\n  max_queued: 0\n  max_queue_wait: 2s\n  max_waiting: 9\n  max_exports: 3\n  "
                  "spool: /var/spool\n  max_spool: 2MiB\n  max_wait: 90s\n"
                  "  heartbeat: 5s\n  drain_notice: 3s\n  metrics_need_key: true\n"
                  "  provider_share: 0.5\n"
                  "auth:\n  keys:\n    - {name: ci, sha256: " +
                  std::string(digest_a) + "}\n    - {name: dev, sha256: '" + std::string(digest_b) +
                  "'}\nlog: {level: warning, access: false}\n");
    EXPECT_THAT(faults, IsEmpty());
    EXPECT_EQ(settings.server.host, "::1");
    EXPECT_EQ(settings.server.port, 0);
    EXPECT_EQ(settings.server.shards, 3u);
    EXPECT_EQ(settings.server.max_body, 2u << 20);
    EXPECT_EQ(settings.server.max_connections, 50u);
    EXPECT_EQ(settings.server.header_timeout, 5s);
    EXPECT_EQ(settings.server.body_timeout, 60s);
    EXPECT_EQ(settings.server.idle_timeout, 120s);
    EXPECT_EQ(settings.server.default_deadline, 10s);
    EXPECT_EQ(settings.server.max_deadline, 20s);
    EXPECT_EQ(settings.server.drain_grace, 0s);
    EXPECT_EQ(settings.server.cursor_key.reveal(), "0123456789abcdef");
    EXPECT_EQ(settings.server.max_in_flight, 7u);
    EXPECT_EQ(settings.server.max_queued, 0u);
    EXPECT_EQ(settings.server.max_queue_wait, 2s);
    EXPECT_EQ(settings.server.provider_share, 0.5);
    EXPECT_EQ(settings.server.max_waiting, 9u);
    EXPECT_EQ(settings.server.max_exports, 3u);
    EXPECT_EQ(settings.server.spool, "/var/spool");
    EXPECT_EQ(settings.server.max_spool, 2u << 20);
    EXPECT_EQ(settings.server.max_wait, 90s);
    EXPECT_EQ(settings.server.heartbeat, 5s);
    EXPECT_EQ(settings.server.drain_notice, 3s);
    EXPECT_TRUE(settings.server.metrics_need_key);
    ASSERT_EQ(settings.keys.size(), 2u);
    EXPECT_EQ(settings.keys[0].name, "ci");
    EXPECT_EQ(settings.keys[0].digest, sha256("a"));
    EXPECT_EQ(settings.keys[1].digest, sha256("b"));
    EXPECT_EQ(settings.least_log, log_level::warning);
    EXPECT_FALSE(settings.access_log);
}

TEST(Settings, RefuseAListenAddressThatIsNotNumeric) {
    for (const std::string text :
         {"localhost:8080", "127.0.0.1", "'127.0.0.1:'", ":8080", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
          "'[127.0.0.1]:80'", "'[::1]'", "1.2.3:80", "127.0.0.1:80x", "8080", "'[]:1'"}) {
        const auto faults = read_text("auth: none\nserver:\n  listen: " + text + "\n").faults;
        EXPECT_THAT(faults, ElementsAre(HasSubstr("server.listen: expected a numeric address and a port"))) << text;
    }
}

TEST(Settings, RefuseAnOpenGatewayBeyondLoopback) {
    struct row {
        std::string listen;
        bool allowed;
    };
    const row rows[] = {
        {"127.0.0.1:1", true}, {"127.8.9.1:1", true}, {"'[::1]:1'", true},   {"'[::ffff:127.0.0.1]:1'", true},
        {"0.0.0.0:1", false},  {"'[::]:1'", false},   {"10.0.0.1:1", false}, {"'[::ffff:10.0.0.1]:1'", false}};
    for (const auto& each : rows) {
        const auto open = read_text("server: {listen: " + each.listen + "}\nauth: none\n").faults;
        EXPECT_EQ(open.empty(), each.allowed) << each.listen;
        if (!open.empty())
            EXPECT_THAT(open, ElementsAre(HasSubstr("c.yaml:2:7: auth: none is refused"))) << each.listen;
        const auto keyed = read_text("server: {listen: " + each.listen +
                                     "}\nauth: {keys: [{name: a, sha256: " + std::string(digest_a) + "}]}\n");
        EXPECT_THAT(keyed.faults, IsEmpty()) << each.listen;
    }
}

TEST(Settings, RefuseKeysThatCannotBeToldApart) {
    const std::string a(digest_a), b(digest_b);
    const auto faults = read_text("auth:\n  keys:\n"
                                  "    - {name: ci, sha256: " +
                                  a +
                                  "}\n"
                                  "    - {name: ci, sha256: " +
                                  b +
                                  "}\n"
                                  "    - {name: x, sha256: \"" +
                                  std::string("CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB") +
                                  "\"}\n"
                                  "    - {name: y, sha256: " +
                                  a.substr(1) +
                                  "}\n"
                                  "    - {name: z, sha256: g" +
                                  a.substr(1) +
                                  "}\n"
                                  "    - {name: 'Bad Name', sha256: '" +
                                  a.substr(0, 63) +
                                  "0'}\n"
                                  "    - {name: q}\n"
                                  "    - {sha256: '" +
                                  a.substr(0, 63) + "1', key: plain}\n")
                            .faults;
    EXPECT_THAT(faults, ElementsAre(HasSubstr("c.yaml:4:14: auth.keys[1].name: another key has this name"),
                                    HasSubstr("c.yaml:5:25: auth.keys[2].sha256: another key has this digest"),
                                    HasSubstr("c.yaml:6:25: auth.keys[3].sha256: expected the key's SHA-256"),
                                    HasSubstr("c.yaml:7:25: auth.keys[4].sha256: expected the key's SHA-256"),
                                    HasSubstr("c.yaml:8:14: auth.keys[5].name: expected a name"),
                                    HasSubstr("c.yaml:9:7: auth.keys[6]: the key `sha256` is missing"),
                                    HasSubstr("c.yaml:10:7: auth.keys[7]: the key `name` is missing"),
                                    HasSubstr("unknown key `key`")));
    EXPECT_THAT(read_text("auth: {keys: [{name: a, sha256: "
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}]}\n")
                    .faults,
                ElementsAre(HasSubstr("auth.keys[0].sha256: the digest of an empty key")));
    EXPECT_THAT(read_text("auth: {keys: []}\n").faults,
                ElementsAre(HasSubstr("auth.keys: no keys; write `auth: none`")));
    EXPECT_THAT(read_text("auth: nobody\n").faults, ElementsAre(HasSubstr("auth: expected `none` or a mapping")));
    EXPECT_THAT(read_text("auth: {}\n").faults, ElementsAre(HasSubstr("auth: the key `keys` is missing")));
    EXPECT_THAT(read_text("auth: [none]\n").faults, ElementsAre(HasSubstr("auth: expected a mapping, found a list")));
}

TEST(Settings, RefuseAWeakCursorKeyAndADeadlineOverItsMaximum) {
    EXPECT_THAT(read_text("auth: none\nserver: {cursor_key: env:SHORT}\n").faults,
                ElementsAre("c.yaml:2:22: server.cursor_key: shorter than 16 bytes"));
    EXPECT_THAT(read_text("auth: none\nserver: {default_deadline: 3m}\n").faults,
                ElementsAre(HasSubstr("server.default_deadline: out of bounds, 100ms to 2m")));
    EXPECT_EQ(read_text("auth: none\nserver: {max_deadline: 5s}\n").settings.server.default_deadline, 5s);
}

TEST(Settings, RefuseALogLevelThatThereIsNot) {
    EXPECT_THAT(read_text("auth: none\nlog: {level: warn}\n").faults,
                ElementsAre(HasSubstr("log.level: no such word; there is `debug`, `info`, `warning` and `error`")));
    EXPECT_THAT(read_text("auth: none\nlog: {level: eror, acess: true}\n").faults,
                ElementsAre(HasSubstr("did you mean `error`?"), HasSubstr("did you mean `access`?")));
}

TEST(Settings, ReadTheDictionaryBesideTheConfigurationWithItsOwnFaults) {
    const scratch_folder folder;
    folder.write("m.yaml", "metrics:\n  speed: {native: {alpha: [latency]}, colour: red}\n");
    const auto file = (folder.path() / "c.yaml").string();
    const auto [settings, faults] = read_text("auth: none\nmetrics: m.yaml\n", file);
    EXPECT_NE(settings.dictionary.find_canonical("speed"), nullptr);
    EXPECT_THAT(faults, ElementsAre(HasSubstr("m.yaml:2:39: unknown key `colour`")));

    EXPECT_THAT(
        read_text("auth: none\nmetrics: gone.yaml\n", file).faults,
        ElementsAre(::testing::AllOf(HasSubstr("c.yaml:2:10: metrics: "), HasSubstr("gone.yaml: can't be read"))));
    EXPECT_THAT(read_text("auth: none\nmetrics: {a: b}\n", file).faults,
                ElementsAre(HasSubstr("metrics: expected a text, found a mapping")));
}

TEST(Dictionary, ReadsADefinitionWhole) {
    const auto [dictionary, faults] = read_metrics("metrics:\n"
                                                   "  faithful:\n"
                                                   "    description: keeps to its sources\n"
                                                   "    kind: llm_judge\n"
                                                   "    unit: percent\n"
                                                   "    direction: higher_is_better\n"
                                                   "    range: [0, 100]\n"
                                                   "    threshold: {value: 80}\n"
                                                   "    native: {alpha: [Faithfulness, 'BLEU'], beta: [faith]}\n"
                                                   "  tone:\n"
                                                   "    threshold: {passing_texts: [joy, neutral]}\n"
                                                   "    native: {beta: [Tone]}\n");
    EXPECT_THAT(faults, IsEmpty());
    ASSERT_EQ(dictionary.definitions().size(), 2u);
    const auto& faithful = dictionary.definitions()[0];
    EXPECT_EQ(faithful.name, "faithful");
    EXPECT_EQ(faithful.description, "keeps to its sources");
    EXPECT_EQ(faithful.kind, metric_kind::llm_judge);
    EXPECT_EQ(faithful.traits.unit, "percent");
    EXPECT_EQ(faithful.traits.direction, score_direction::higher_is_better);
    EXPECT_EQ(faithful.traits.range->max, 100);
    EXPECT_EQ(faithful.traits.threshold->value, 80);
    EXPECT_THAT(faithful.native.at("alpha"), ElementsAre("Faithfulness", "BLEU"));
    const auto& tone = dictionary.definitions()[1];
    EXPECT_THAT(tone.traits.threshold->passing_texts, ElementsAre("joy", "neutral"));
    EXPECT_EQ(tone.kind, std::nullopt);
    EXPECT_EQ(dictionary.find("beta", "TONE"), &tone);
}

TEST(Dictionary, RefusesWhatCannotBeMeant) {
    struct row {
        std::string block;
        std::string fault;
    };
    const row rows[] = {
        {"{native: {alpha: [a]}, threshold: {value: 1}}",
         "m.threshold.value: a threshold needs the metric's `direction`"},
        {"{native: {alpha: [a]}, range: [1, 0]}", "m.range: the least has to be below the greatest"},
        {"{native: {alpha: [a]}, range: [1, 1]}", "m.range: the least has to be below the greatest"},
        {"{native: {alpha: [a]}, range: [1]}", "m.range: expected [least, greatest]"},
        {"{native: {alpha: [a]}, direction: lower_is_better, range: [0, 1], threshold: {value: 80}}",
         "m.threshold.value: outside the metric's range"},
        {"{native: {alpha: [a]}, threshold: {}}", "m.threshold: expected either `value` or `passing_texts`"},
        {"{native: {alpha: [a]}, direction: lower_is_better, threshold: {value: 1, passing_texts: [a]}}",
         "m.threshold: expected either `value` or `passing_texts`"},
        {"{native: {alpha: [a]}, threshold: {passing_texts: []}}",
         "m.threshold.passing_texts: expected at least one text"},
        {"{native: {alpha: [a]}, threshold: 5}", "m.threshold: expected a mapping"},
        {"{native: {alpha: [a]}, direction: up}", "m.direction: no such word; there is `higher_is_better`"},
        {"{native: {alpha: [a]}, kind: judge}", "m.kind: no such word; there is `programmatic`"},
        {"{native: {alpah: [a]}}", "m.native.alpah: no such vendor; did you mean `alpha`?"},
        {"{native: {alpha: a}}", "m.native.alpha: expected a list"},
        {"{native: {alpha: []}}", "m.native.alpha: no names; leave the vendor out"},
        {"{native: {alpha: ['']}}", "m.native.alpha[0]: empty"},
        {"{native: {alpha: [a, A]}}", "m.native.alpha[1]: listed twice"},
        {"{unit: ms}", "m: the key `native` is missing"},
        {"", "m: expected a mapping, found nothing"},
    };
    for (const auto& each : rows) {
        const auto faults = read_metrics("metrics:\n  m: " + each.block + "\n").faults;
        EXPECT_THAT(faults, ElementsAre(HasSubstr("metrics." + each.fault))) << each.block;
    }
}

TEST(Dictionary, RefusesANativeNameThatTwoMetricsClaim) {
    EXPECT_THAT(
        read_metrics("metrics:\n  a: {native: {alpha: [x], beta: [y]}}\n  b: {native: {alpha: [y, X]}}\n").faults,
        ElementsAre(HasSubstr("m.yaml:3:27: metrics.b.native.alpha[1]: listed for `a` already")));
    EXPECT_THAT(read_metrics("metrics:\n  'Bad Name': {native: {alpha: [x]}}\nother: 1\n").faults,
                ElementsAre(HasSubstr("a metric's name is of"), HasSubstr("unknown key `other`")));
    EXPECT_THAT(read_metrics("[]\n").faults, ElementsAre(HasSubstr("the document: expected a mapping, found a list")));
}
