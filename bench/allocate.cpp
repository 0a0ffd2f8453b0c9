// Seconds that an allocation round takes: needs of made-up firms to institutions' quotas, proved
// and beside COIN-OR CLP on the same problem where it is installed. Seconds are of processor time.
//
//   bench_allocate [--needs N] [--quotas N] [--turns N] [--clp] [--json]
#include "base/json.hpp"
#include "engine/allocate/certificate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#ifdef WITH_CLP
#include <coin/Clp_C_Interface.h>
#endif

namespace bench {

struct Figure {
    std::string what; // share of the pairs that are allowed
    std::int64_t needs = 0;
    std::int64_t quotas = 0;
    std::int64_t pairs = 0;
    double solve_s = 0;   // the best of the turns
    double certify_s = 0; // checking the proof
    std::int64_t served = 0;
    std::int64_t total = 0;
    std::optional<double> clp_s;
    std::optional<std::int64_t> clp_total;
};
BOOST_DESCRIBE_STRUCT(
    Figure, (), (what, needs, quotas, pairs, solve_s, certify_s, served, total, clp_s, clp_total))

struct Report {
    std::vector<Figure> figures;
};
BOOST_DESCRIBE_STRUCT(Report, (), (figures))

namespace {

using allocate::Problem;

struct Settings {
    std::int64_t needs = 10'000;
    std::int64_t quotas = 300;
    int turns = 3;
    bool clp = false;
    bool json = false;
};

// splitmix64: the same problem on every machine.
class Dice {
public:
    std::int64_t below(std::int64_t bound) {
        state_ += 0x9e3779b97f4a7c15;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
        return static_cast<std::int64_t>(
            (mixed ^ (mixed >> 31U)) % static_cast<std::uint64_t>(bound));
    }

private:
    std::uint64_t state_ = 20211011;
};

double cpu_s() {
    timespec spent{};
    base::ensure(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0, "a thread has a clock");
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

// Ten products an institution; towns with floors; each product's places are a tenth scarcer than
// the needs; a pair's cost is its yearly rate plus how badly the two suit each other, in ppm.
Problem make_problem(const Settings& settings, std::int64_t percent) {
    Dice dice;
    Problem problem;
    const auto institutions = std::max<std::int64_t>(1, settings.quotas / 10);
    const auto places = settings.needs * 9 / 10 / settings.quotas + 1;
    for (std::int64_t i = 0; i < 9; ++i)
        problem.need_groups.push_back(
            {.id = i,
             .parent = allocate::no_group,
             .bounds = {.floor = settings.needs / 20, .ceiling = {}}});
    for (std::int64_t i = 0; i < institutions; ++i)
        problem.quota_groups.push_back(
            {.id = i,
             .parent = allocate::no_group,
             .bounds = {.floor = places * 2, .ceiling = places * 9}});
    std::vector<std::int64_t> rates;
    for (std::int64_t i = 0; i < settings.quotas; ++i) {
        problem.quotas.push_back(
            {.id = i,
             .group = static_cast<std::int32_t>(i % institutions),
             .bounds = {.floor = 0, .ceiling = 1 + dice.below(2 * places)}});
        rates.push_back(36'500 + dice.below(30'000));
    }
    for (std::int64_t n = 0; n < settings.needs; ++n) {
        problem.needs.push_back(
            {.id = n,
             .group = static_cast<std::int32_t>(dice.below(9)),
             .units = 1,
             .penalty = 120'000 + dice.below(20'000)});
        for (std::int64_t q = 0; q < settings.quotas; ++q) {
            if (dice.below(100) >= percent) continue;
            problem.edges.push_back(
                {.need = static_cast<std::int32_t>(n),
                 .quota = static_cast<std::int32_t>(q),
                 .cost = rates[static_cast<std::size_t>(q)] + dice.below(15'000),
                 .most = 1});
        }
    }
    return problem;
}

#ifdef WITH_CLP
// The same as a linear programme: a column a pair, a row a bound.
void by_clp(const Problem& problem, Figure& figure) {
    const auto groups = 0;
    const auto towards = groups + static_cast<int>(problem.need_groups.size());
    const auto quotas = towards + static_cast<int>(problem.quota_groups.size());
    const auto needs = quotas + static_cast<int>(problem.quotas.size());
    std::vector<double> low;
    std::vector<double> high;
    const auto add = [&](const auto& bounded) {
        for (const auto& each : bounded) {
            low.push_back(static_cast<double>(each.bounds.floor));
            high.push_back(each.bounds.ceiling ? static_cast<double>(*each.bounds.ceiling) : 1e12);
        }
    };
    add(problem.need_groups);
    add(problem.quota_groups);
    add(problem.quotas);
    double rest = 0;
    for (const auto& need : problem.needs) {
        low.push_back(0);
        high.push_back(static_cast<double>(need.units));
        rest += static_cast<double>(need.units * need.penalty);
    }
    std::vector<int> starts{0};
    std::vector<int> rows;
    std::vector<double> costs;
    std::vector<double> most;
    for (const auto& edge : problem.edges) {
        const auto& need = problem.needs[static_cast<std::size_t>(edge.need)];
        rows.push_back(groups + need.group);
        rows.push_back(towards + problem.quotas[static_cast<std::size_t>(edge.quota)].group);
        rows.push_back(quotas + edge.quota);
        rows.push_back(needs + edge.need);
        starts.push_back(static_cast<int>(rows.size()));
        costs.push_back(static_cast<double>(edge.cost - need.penalty));
        most.push_back(static_cast<double>(edge.most));
    }
    const std::vector<double> ones(rows.size(), 1.0);
    const std::vector<double> least(costs.size(), 0.0);
    auto* model = Clp_newModel();
    Clp_setLogLevel(model, 0);
    Clp_loadProblem(
        model,
        static_cast<int>(costs.size()),
        static_cast<int>(low.size()),
        starts.data(),
        rows.data(),
        ones.data(),
        least.data(),
        most.data(),
        costs.data(),
        low.data(),
        high.data());
    const double start = cpu_s();
    Clp_dual(model, 0);
    figure.clp_s = cpu_s() - start;
    base::ensure(Clp_status(model) == 0, "CLP finds an optimum");
    figure.clp_total = std::llround(Clp_objectiveValue(model) + rest);
    Clp_deleteModel(model);
}
#else
void by_clp(const Problem&, Figure&) {}
#endif

Figure measure(const Settings& settings, std::int64_t percent) {
    const auto problem = make_problem(settings, percent);
    Figure figure{
        .what = std::to_string(percent) + "%",
        .needs = settings.needs,
        .quotas = settings.quotas,
        .pairs = static_cast<std::int64_t>(problem.edges.size())};
    for (int turn = 0; turn < settings.turns; ++turn) {
        double start = cpu_s();
        const auto outcome = allocate::solve(problem);
        const double taken = cpu_s() - start;
        base::ensure(outcome.has_value() && outcome->solution, "the problem has a solution");
        figure.solve_s = turn == 0 ? taken : std::min(figure.solve_s, taken);
        start = cpu_s();
        const auto certificate = allocate::certify(problem, *outcome->solution);
        figure.certify_s = cpu_s() - start;
        base::ensure(certificate.holds, "the answer is proved");
        figure.served = outcome->solution->served;
        figure.total = certificate.primal;
    }
    if (settings.clp) by_clp(problem, figure);
    if (figure.clp_total) base::ensure(*figure.clp_total == figure.total, "CLP agrees");
    return figure;
}

Settings settings_of(int count, char** arguments) {
    Settings settings;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        const auto number = [&] {
            return i + 1 < count ? std::strtoll(arguments[++i], nullptr, 10) : 0;
        };
        if (word == "--json") settings.json = true;
        if (word == "--clp") settings.clp = true;
        if (word == "--needs") settings.needs = number();
        if (word == "--quotas") settings.quotas = number();
        if (word == "--turns") settings.turns = static_cast<int>(number());
    }
    if (settings.needs < 1 || settings.quotas < 1 || settings.turns < 1) {
        std::fputs(
            "usage: bench_allocate [--needs N] [--quotas N] [--turns N] [--clp] [--json]\n",
            stderr);
        std::exit(2);
    }
    return settings;
}

int run(const Settings& settings) {
    Report report;
    for (const std::int64_t percent : {5, 20, 100})
        report.figures.push_back(measure(settings, percent));
    if (settings.json) {
        std::puts(base::json::text(report).c_str());
        return 0;
    }
    for (const auto& figure : report.figures) {
        std::printf(
            "%5s of pairs: %9lld pairs  solve %7.3f s  proof %6.3f s  served %6lld  total %lld",
            figure.what.c_str(),
            static_cast<long long>(figure.pairs),
            figure.solve_s,
            figure.certify_s,
            static_cast<long long>(figure.served),
            static_cast<long long>(figure.total));
        if (figure.clp_s) std::printf("  CLP %7.3f s", *figure.clp_s);
        std::puts("");
    }
    return 0;
}

} // namespace
} // namespace bench

int main(int count, char** arguments) { return bench::run(bench::settings_of(count, arguments)); }
