#include "gateway/configuration.hpp"

#include "tests/support/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge;
using namespace std::chrono_literals;
using evalbridge::testing::scratch_folder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

struct toy_options final : vendor_options {
    secret token;
    std::vector<credential> credentials() const override { return {}; }
};

std::shared_ptr<const vendor_options> read_toy(const config::node& block) {
    auto out = std::make_shared<toy_options>();
    out->token = block.at("token").read_secret();
    return out;
}

std::unique_ptr<provider> make_nothing(provider_context, std::shared_ptr<const vendor_options>) { return nullptr; }

constexpr vendor_entry toy{"toy", "https://api.toy.test/v9/", read_toy, make_nothing};
constexpr vendor_entry homeless{
    "homeless", "", [](const config::node&) { return std::shared_ptr<const vendor_options>(); }, make_nothing};
constexpr const vendor_entry* known[] = {&toy, &homeless};

/// A configuration of these provider blocks, beside a secret file.
class ConfigurationFile : public ::testing::Test {
  protected:
    ConfigurationFile() { folder.write("token", "s3cret\n"); }

    std::variant<configuration, std::vector<config::fault>> load(const std::string& providers,
                                                                 const std::string& rest = "auth: none\n") {
        return load_configuration(folder.write("c.yaml", rest + "providers:\n" + providers), known);
    }
    configuration read(const std::string& providers) {
        auto loaded = load(providers);
        if (const auto* wrong = std::get_if<1>(&loaded)) {
            ADD_FAILURE() << config::to_string(wrong->front());
            return {};
        }
        return std::get<0>(std::move(loaded));
    }
    std::vector<std::string> faults(const std::string& providers, const std::string& rest = "auth: none\n") {
        const auto loaded = load(providers, rest);
        std::vector<std::string> out;
        if (const auto* wrong = std::get_if<1>(&loaded))
            for (const auto& each : *wrong)
                out.push_back(config::to_string(each).substr(folder.path().string().size() + 1));
        return out;
    }

    scratch_folder folder;
};

} // namespace

TEST_F(ConfigurationFile, GivesProvidersInTheirOrderWithTheirVendorsOptions) {
    folder.write("ca.pem", "-----BEGIN CERTIFICATE-----\n...");
    const auto c =
        read("  two:\n    vendor: toy\n    token: file:token\n    base_url: https://other.test:8443/x\n"
             "    ca_file: ca.pem\n    connect_timeout: 1s\n    attempt_timeout: 2s\n    max_connections: 3\n"
             "    max_body: 1MiB\n    idle_timeout: 4s\n    user_agent: mine/1\n    headers: {X-Team: evals}\n"
             "  one: {vendor: toy, token: 'file:token'}\n");
    ASSERT_EQ(c.providers.size(), 2u);
    const auto& two = c.providers[0];
    EXPECT_EQ(two.name, "two");
    EXPECT_EQ(two.vendor, &toy);
    EXPECT_EQ(two.upstream.url.host, "other.test");
    EXPECT_EQ(two.upstream.url.port, 8443);
    EXPECT_EQ(two.upstream.url.path, "/x");
    EXPECT_EQ(two.upstream.ca_file, (folder.path() / "ca.pem").string());
    EXPECT_EQ(two.upstream.connect_timeout, 1s);
    EXPECT_EQ(two.upstream.attempt_timeout, 2s);
    EXPECT_EQ(two.upstream.max_connections, 3u);
    EXPECT_EQ(two.upstream.max_body, 1u << 20);
    EXPECT_EQ(two.upstream.idle_timeout, 4s);
    EXPECT_EQ(two.upstream.user_agent, "mine/1");
    ASSERT_EQ(two.upstream.extra_fields.size(), 1u);
    EXPECT_EQ(two.upstream.extra_fields[0].value, "evals");
    EXPECT_EQ(dynamic_cast<const toy_options&>(*two.options).token.reveal(), "s3cret");
    EXPECT_EQ(c.providers[1].name, "one");
    EXPECT_EQ(c.providers[1].upstream.url.host, "api.toy.test"); // the vendor's own
}

TEST_F(ConfigurationFile, ReportsFaultsOfEveryPartAtOnceInOrder) {
    folder.write("m.yaml", "metrics:\n  m: {native: {tou: [x]}}\n");
    EXPECT_THAT(faults("  a: {vendor: tyo, anything: {x: 1}}\n"
                       "  b: {vendor: toy, token: literal, tokn: x}\n"
                       "  c: {vendor: homeless}\n"
                       "  Bad Name: {vendor: toy, token: file:none}\n",
                       "auth: none\nmetrics: m.yaml\nsever: {}\n"),
                ElementsAre(HasSubstr("c.yaml:3:1: unknown key `sever`; did you mean `server`?"),
                            HasSubstr("c.yaml:5:15: providers.a.vendor: no such vendor; did you mean `toy`?"),
                            HasSubstr("c.yaml:6:27: providers.b.token: a secret isn't written here itself"),
                            HasSubstr("c.yaml:6:36: unknown key `tokn`; did you mean `token`?"),
                            HasSubstr("c.yaml:7:3: providers.c: the key `base_url` is missing"),
                            HasSubstr("c.yaml:8:3: providers.Bad Name: a provider's name is of"),
                            HasSubstr("c.yaml:8:34: providers.Bad Name.token: the file"),
                            HasSubstr("m.yaml:2:16: metrics.m.native.tou: no such vendor; did you mean `toy`?")));
}

TEST_F(ConfigurationFile, NeedsAtLeastOneProvider) {
    EXPECT_THAT(faults("  {}\n"), ElementsAre(HasSubstr("providers: expected at least one")));
    EXPECT_THAT(faults("  [x]\n"), ElementsAre(HasSubstr("providers: expected a mapping, found a list")));
    EXPECT_THAT(faults("\n"), ElementsAre(HasSubstr("the key `providers` is missing")));
    EXPECT_THAT(faults("  a:\n"), ElementsAre(HasSubstr("providers.a: expected a mapping, found nothing")));
    EXPECT_THAT(faults("  a: {token: file:token}\n"),
                ElementsAre(HasSubstr("providers.a: the key `vendor` is missing")));
}

TEST_F(ConfigurationFile, TakesPlainHttpOnlyOnLoopbackOrWhenToldTo) {
    const auto with_url = [](const std::string& url, const std::string& more = "") {
        return "  a: {vendor: toy, token: file:token, base_url: \"" + url + "\"" + more + "}\n";
    };
    for (const auto* url : {"http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://a.test"})
        EXPECT_THAT(faults(with_url(url)), IsEmpty()) << url;
    EXPECT_THAT(faults(with_url("http://a.test")),
                ElementsAre(HasSubstr("plain http would send the credential unencrypted")));
    EXPECT_THAT(faults(with_url("http://10.0.0.1")), ElementsAre(HasSubstr("plain http")));
    EXPECT_THAT(faults(with_url("http://127.0.0.1.evil.test")), ElementsAre(HasSubstr("begins with an IPv4 address")));
    EXPECT_THAT(faults(with_url("http://a.test", ", allow_plain_http: true")), IsEmpty());
    for (const auto* url :
         {"ftp://a.test", "a.test", "https://u:p@a.test", "https://a.test/?q", "https://a.test:0", ""})
        EXPECT_THAT(faults(with_url(url)), ElementsAre(HasSubstr("providers.a.base_url: "))) << url;
}

TEST_F(ConfigurationFile, RefusesHeadersThatAreOursOrNotHeaders) {
    const auto with = [](const std::string& headers) {
        return "  a: {vendor: toy, token: file:token, headers: " + headers + "}\n";
    };
    EXPECT_THAT(faults(with("{X-Workspace: w1}")), IsEmpty());
    for (const auto* name : {"Host", "authorization", "Content-Length", "TRANSFER-ENCODING", "X-Api-Key", "Connection"})
        EXPECT_THAT(faults(with("{" + std::string(name) + ": x}")), ElementsAre(HasSubstr("the gateway sets this")))
            << name;
    EXPECT_THAT(faults(with("{'a b': x}")), ElementsAre(HasSubstr("not a header field's name")));
    EXPECT_THAT(faults(with("{X: \"a\\r\\nHost: b\"}")),
                ElementsAre(HasSubstr("printable ASCII"), HasSubstr("holds a control character")));
    EXPECT_THAT(faults(with("{X: ' a'}")), ElementsAre(HasSubstr("printable ASCII")));
    EXPECT_THAT(faults(with("{X-A: 1, x-a: 2}")), ElementsAre(HasSubstr("a second time")));
}

TEST_F(ConfigurationFile, RefusesACaFileThatHoldsNoCertificate) {
    folder.write("key.pem", "-----BEGIN PRIVATE KEY-----\n");
    const auto with = [](const std::string& file) {
        return "  a: {vendor: toy, token: file:token, ca_file: " + file + "}\n";
    };
    EXPECT_THAT(faults(with("key.pem")), ElementsAre(HasSubstr("holds no PEM certificate")));
    EXPECT_THAT(faults(with("none.pem")), ElementsAre(HasSubstr("can't be read: No such file")));
}

TEST_F(ConfigurationFile, ThatIsMissingIsOneFault) {
    const auto loaded = load_configuration(folder.path() / "none.yaml", known);
    ASSERT_EQ(loaded.index(), 1u);
    ASSERT_EQ(std::get<1>(loaded).size(), 1u);
    EXPECT_THAT(config::to_string(std::get<1>(loaded)[0]),
                HasSubstr("none.yaml: can't be read: No such file or directory"));
}

TEST(ShippedConfiguration, LoadsWithTheVendorsThatThereAre) {
    const std::filesystem::path shipped = std::filesystem::path(EVALBRIDGE_SOURCE_DIR) / "config";
    for (const auto* name :
         {"STASO_API_KEY", "DIGITALOCEAN_ACCESS_TOKEN", "SANDBOX_STASO_API_KEY", "SANDBOX_GRADIENT_TOKEN"})
        setenv(name, "a-credential-for-this-test", 1);
    for (const auto* file : {"example.yaml", "sandbox.yaml"}) {
        const auto loaded = load_configuration(shipped / file, vendors());
        if (const auto* wrong = std::get_if<1>(&loaded)) {
            ADD_FAILURE() << config::to_string(wrong->front());
            continue;
        }
        const auto& c = std::get<0>(loaded);
        EXPECT_EQ(c.providers.size(), 2u) << file;
        EXPECT_GT(c.settings.dictionary.definitions().size(), 20u) << file;
        EXPECT_EQ(c.settings.server.port, 8080) << file;
    }
}
