// A rule asked of all enterprises of a county: as it was done, every enterprise's facts read and
// judged one after another, and from the census. The county is made up by a fixed seed in a
// throw-away database; every answer is compared. Times are this thread's processor time.
//
//   bench_census PACK [--firms N]
#include "domain/census/census.hpp"

#include "base/random.hpp"
#include "domain/party/party.hpp"
#include "engine/match/standings.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>

namespace bench {

struct Report {
    std::int64_t firms = 0;
    std::int64_t rules = 0;
    double one_by_one_ms = 0; // a rule, mean
    double start_ms = 0;
    double bytes_a_firm = 0;
    double ask_ms = 0;      // a rule, mean: read the census, decide, count
    double ask_most_ms = 0; // the slowest rule
    double nearly_ms = 0;   // the same with 2,000 misses looked at for a change
    double follow_1_us = 0; // and a version made
    double follow_1000_ms = 0;
    double quiet_write_us = 0; // by the clock, median
    double asked_write_us = 0; // while another thread asks without a pause
};
BOOST_DESCRIBE_STRUCT(
    Report,
    (),
    (firms,
     rules,
     one_by_one_ms,
     start_ms,
     bytes_a_firm,
     ask_ms,
     ask_most_ms,
     nearly_ms,
     follow_1_us,
     follow_1000_ms,
     quiet_write_us,
     asked_write_us))

namespace {

constexpr std::size_t firms_a_command = 500;
constexpr std::uint64_t missing_in = 4; // one value in so many is not known
constexpr std::size_t changes_most = 2'000;
constexpr std::size_t rules_most = 20;

// The same firms on every machine.
class Dice : public base::Random {
public:
    Dice()
        : base::Random(20261126) {}
};

rule::Value value_for(const rule::Attribute& attribute, base::Date today, Dice& dice) {
    const auto number = [&](std::uint64_t bound) {
        return static_cast<std::int64_t>(dice.below(bound));
    };
    const auto code = [&] { return attribute.choices[dice.below(attribute.choices.size())].code; };
    switch (attribute.type) {
    case rule::Type::boolean: return number(2) == 1;
    case rule::Type::integer: return number(200);
    case rule::Type::number: return static_cast<double>(number(1'000)) / 100;
    case rule::Type::text: return "文字" + std::to_string(number(1'000));
    case rule::Type::choice: return code();
    case rule::Type::date: return today.plus_days(-static_cast<std::int32_t>(number(6'000)));
    case rule::Type::duration: return rule::Duration::of_days(number(720));
    case rule::Type::money: return base::Money{number(20'000'000'000)};
    case rule::Type::rate: return base::Rate{number(1'000'000)};
    case rule::Type::text_list:
        return std::vector<std::string>{attribute.choices.empty() ? "text" : code()};
    case rule::Type::integer_list: return std::vector<std::int64_t>{number(100)};
    }
    base::bug("type out of range");
}

double clock_us(clockid_t which) {
    timespec spent{};
    base::ensure(::clock_gettime(which, &spent) == 0, "there is a clock");
    return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) / 1e3;
}

template <class F>
double cpu_ms(F&& work) {
    const auto before = clock_us(CLOCK_THREAD_CPUTIME_ID);
    work();
    return (clock_us(CLOCK_THREAD_CPUTIME_ID) - before) / 1e3;
}

class CensusBench {
public:
    CensusBench(const pack::Policy& policy, std::size_t firms)
        : policy_(policy)
        , database_(opened(clock_)) {
        census_.emplace(*database_, policy_);
        report_.firms = static_cast<std::int64_t>(firms);
        for (std::size_t from = 0; from < firms; from += firms_a_command)
            add(std::min(firms_a_command, firms - from));
        for (const auto& product : policy_.pack().products) {
            if (rules_.size() < rules_most) rules_.push_back(policy_.eligibility(product.code));
        }
        report_.rules = static_cast<std::int64_t>(rules_.size());
    }

    Report run() {
        one_by_one();
        report_.start_ms = cpu_ms([&] { look(); });
        census_->read([&](const store::Snapshot&, const census::Version& version) {
            report_.bytes_a_firm =
                static_cast<double>(version.table->bytes()) / static_cast<double>(firms_.size());
        });
        ask();
        follow();
        report_.quiet_write_us = write_us();
        asked_writes();
        return report_;
    }

private:
    static std::unique_ptr<store::Database> opened(const base::Clock& clock) {
        store::Schema schema;
        party::declare(schema);
        fact::declare(schema);
        loan::declare(schema);
        auto database = store::Database::open({.file = {}}, std::move(schema), clock);
        base::ensure(database.has_value(), "a throw-away database opens");
        return *std::move(database);
    }

    void add(std::size_t count) {
        write([&](store::Transaction& tx) {
            for (std::size_t i = 0; i < count; ++i) {
                party::Enterprise enterprise;
                enterprise.id = tx.new_id<base::Party>();
                enterprise.credit_code = std::to_string(enterprise.id.value);
                enterprise.name = "企业" + enterprise.credit_code;
                enterprise.industry = "3311";
                enterprise.founded =
                    today_.plus_days(-static_cast<std::int32_t>(dice_.below(6'000)));
                tx.publish(party::EnterpriseRegistered{enterprise}, enterprise.id);
                firms_.push_back(enterprise.id);
                learn(tx, enterprise.id);
            }
        });
    }

    // Everything the catalogue has, but for one value in four.
    void learn(store::Transaction& tx, base::Id<base::Party> firm) {
        fact::Learn learn{.enterprise = firm, .source = "bench", .as_of = today_, .data = {}};
        for (const auto& attribute : policy_.schema().attributes()) {
            if (fact::from_register(attribute.name) || dice_.below(missing_in) == 0) continue;
            learn.data.push_back(
                {.attribute = attribute.name,
                 .period = {},
                 .value = rule::to_json(value_for(attribute, today_, dice_))});
        }
        tx.publish(fact::Learned{.fact = std::move(learn), .import = {}}, firm);
    }

    template <class F>
    void write(F&& work) {
        const auto command = store::Command::internal("bench-" + std::to_string(++commands_));
        const auto done =
            database_->write(command, [&](store::Transaction& tx) -> base::Result<std::string> {
                work(tx);
                return std::string();
            });
        base::ensure(done.has_value(), "the command is taken");
    }

    void look() {
        census_->read([](const store::Snapshot&, const census::Version&) {});
    }

    void one_by_one() {
        held_.assign(rules_.size(), 0);
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            report_.one_by_one_ms += cpu_ms([&] {
                database_->read([&](const store::Snapshot& db) {
                    dossier::each(db, [&](const dossier::Dossier& dossier) {
                        const auto row = dossier::row(policy_, dossier);
                        if (rule::decide(*rules_[i], row, today_) == rule::Outcome::holds)
                            held_[i] += 1;
                    });
                });
            });
            measured_ += 1;
            if (report_.one_by_one_ms > 15'000) break;
        }
        report_.one_by_one_ms /= static_cast<double>(measured_);
    }

    void ask() {
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            const auto standings = [&](std::size_t most) {
                return cpu_ms([&] {
                    census_->read([&](const store::Snapshot&, const census::Version& version) {
                        match::Offer offer;
                        offer.eligibility = rules_[i];
                        const match::Standings all(*version.table, offer, today_, most);
                        const auto eligible = all.count(match::Standing::eligible);
                        base::ensure(
                            i >= measured_ || eligible == held_[i], "both ways answer the same");
                    });
                });
            };
            const auto taken = standings(0);
            report_.ask_ms += taken / static_cast<double>(rules_.size());
            report_.ask_most_ms = std::max(report_.ask_most_ms, taken);
            report_.nearly_ms += standings(changes_most) / static_cast<double>(rules_.size());
        }
    }

    void touch(std::size_t count) {
        write([&](store::Transaction& tx) {
            for (std::size_t i = 0; i < count; ++i)
                learn(tx, firms_[dice_.below(firms_.size())]);
        });
    }

    void follow() {
        std::vector<double> each;
        for (int i = 0; i < 15; ++i) {
            touch(1);
            each.push_back(cpu_ms([&] { look(); }) * 1e3);
        }
        std::ranges::nth_element(each, each.begin() + 7);
        report_.follow_1_us = each[7];
        touch(1'000);
        report_.follow_1000_ms = cpu_ms([&] { look(); });
    }

    double write_us() {
        std::vector<double> each;
        for (int i = 0; i < 400; ++i) {
            const auto before = clock_us(CLOCK_MONOTONIC);
            touch(1);
            each.push_back(clock_us(CLOCK_MONOTONIC) - before);
        }
        std::ranges::nth_element(each, each.begin() + 200);
        return each[200];
    }

    void asked_writes() {
        std::atomic<bool> stop = false;
        std::jthread reader([&] {
            while (!stop)
                look();
        });
        report_.asked_write_us = write_us();
        stop = true;
    }

    const pack::Policy& policy_;
    base::SystemClock clock_;
    base::Date today_ = base::Date::of(2024, 7, 15);
    std::unique_ptr<store::Database> database_;
    std::optional<census::Census> census_;
    Dice dice_;
    std::vector<base::Id<base::Party>> firms_;
    std::vector<const rule::Program*> rules_;
    std::vector<std::int64_t> held_; // by rule, one by one
    std::size_t measured_ = 0;       // rules taken one by one
    std::int64_t commands_ = 0;
    Report report_;
};

} // namespace
} // namespace bench

int main(int count, char** arguments) {
    if (count < 2) return 2;
    std::size_t firms = 100'000;
    for (int i = 2; i + 1 < count; ++i) {
        if (std::string_view(arguments[i]) == "--firms")
            firms = std::strtoull(arguments[i + 1], nullptr, 10);
    }
    const auto policy = pack::Policy::load(arguments[1]);
    if (!policy) return 1;
    bench::CensusBench bench(**policy, std::max<std::size_t>(firms, 1));
    std::puts(base::json::text(bench.run()).c_str());
    return 0;
}
