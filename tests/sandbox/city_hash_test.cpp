#include "sandbox/city_hash.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace evalbridge::sandbox;

namespace {

struct vector {
    std::string_view text;
    std::uint64_t hash;
};

// The first two are ClickHouse's own (clickhouse.com/docs/native-protocol/hash), the others are what independent
// implementations of v1.0.2 agree on, chosen so that every length class of the algorithm is there.
constexpr vector vectors[] = {
    {"Moscow", 12507901496292878638u},
    {"How can you write a big system without C++?  -Paul Glick", 6237945311650045625u},
    {"", 11160318154034397263u},
    {"1", 11413460447292444913u},
    {"12", 12074748272894662792u},
    {"abc", 4220206313085259313u},
    {"1234", 11914632649014994877u},
    {"12345678", 7177601938557627951u},
    {"123456789", 12390271160407166709u},
    {"1234567890abcdef", 10283158570132023530u},
    {"4RNfAbDSysH78xK5s", 16686325262955297357u},
    {"abc-123", 7454780622048510380u},
    {"4b2f1e0a-7c36-4b9e-8c12-93a2b8d4e0f1", 1008109846638695757u},
    {"00000000-0000-0000-0000-000000000001", 14327512838999986089u},
    {"7zxsqkZNsEoNfRz83hct4HH5ytE3SFvx0MX9ACbDDBZhtUcR30pGvmJIPAoXwJCq", 12341453991847893643u},
    {"DSDXf2J5gvPZWtzo4qdrdbXw6qGKkVuzrV7zEZA3x6xNnGdQdSTr7YocaJWpgDgzq", 12363235829494951337u},
    {"DMqhuXQxgAmJ9EOkT1n2lpzu7YD6zKc6ESSDWfJfohaQDwu0ba61bfGMiuS5GXpr0bIVcCtLwRtIVGmK", 12512298373611890505u},
};

} // namespace

TEST(CityHash, GivesThePublishedValuesOfVersionOneZeroTwo) {
    for (const auto& [text, hash] : vectors)
        EXPECT_EQ(city_hash_64(text), hash) << text;
}

TEST(CityHash, IsNotTodaysCityHash) { EXPECT_NE(city_hash_64("Moscow"), 5992710078453357409u); }

TEST(CityHash, SamplesByTheHashModuloOneHundred) {
    EXPECT_FALSE(is_sampled("abc-123", 80)); // bucket 80
    EXPECT_TRUE(is_sampled("abc-123", 81));
    EXPECT_TRUE(is_sampled("trace-1", 27)); // bucket 26
    EXPECT_FALSE(is_sampled("trace-1", 26));
    EXPECT_TRUE(is_sampled("anything", 100));
}

TEST(CityHash, SpreadsATenthOfManyIdsOverATenPercentSample) {
    int kept = 0;
    for (int i = 0; i < 20000; ++i)
        kept += is_sampled("trace-" + std::to_string(i), 10);
    EXPECT_NEAR(kept, 2000, 150);
}
