#include "engine/watch/generate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace watch {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr std::int64_t day_ms = 24 * hour_ms;
constexpr std::int32_t nobody = -1;

enum class Kind : std::uint8_t { transfer, card, cash, guarantee };
constexpr const char* kind_names[] = {"transfer", "card", "cash", "guarantee"};

struct Made {
    std::int64_t time_ms; // since the first day
    std::int32_t payer;
    std::int32_t payee;
    std::int64_t fen;
    Kind kind;
    std::int32_t group; // of labels; -1 for background
};

// Steele, Lea and Flood's splitmix64: the same everywhere, unlike the library's distributions.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : state_(seed) {}

    std::uint64_t next() {
        auto z = state_ += 0x9E37'79B9'7F4A'7C15U;
        z = (z ^ (z >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D0'49BB'1331'11EBU;
        return z ^ (z >> 31U);
    }

    std::int64_t below(std::int64_t n) {
        return static_cast<std::int64_t>(
            next() % static_cast<std::uint64_t>(std::max<std::int64_t>(1, n)));
    }

    std::int64_t within(std::int64_t least, std::int64_t most) {
        return least + below(most - least + 1);
    }

    bool one_in(std::int64_t n) { return below(n) == 0; }

    // About normal: the sum of four uniform numbers, widened to spread one.
    double normal() {
        double sum = -2;
        for (int i = 0; i < 4; ++i)
            sum += static_cast<double>(next() >> 11U) * 0x1.0p-53;
        return sum * std::sqrt(3.0);
    }

    // Around the median, in 分; amounts of people are often round.
    std::int64_t amount(double median_yuan, double spread) {
        const auto yuan = median_yuan * std::exp(normal() * spread);
        if (yuan >= 200 && one_in(3)) return std::llround(yuan / 100) * 10'000;
        return std::max<std::int64_t>(100, std::llround(yuan * 100));
    }

private:
    std::uint64_t state_;
};

class County {
public:
    County(const Wish& wish)
        : wish_(wish)
        , random_(wish.seed)
        , persons_(static_cast<std::int32_t>(std::max<std::int64_t>(80, wish.transactions / 25)))
        , firms_(static_cast<std::int32_t>(std::max<std::int64_t>(20, wish.transactions / 250)))
        , shops_(static_cast<std::int32_t>(std::max<std::int64_t>(10, wish.transactions / 500))) {}

    void live();
    void plant();
    std::vector<Made> made;
    std::vector<std::string> patterns; // of groups

    [[nodiscard]] std::int32_t accounts() const { return persons_ + firms_ + shops_; }

private:
    std::int32_t person() { return static_cast<std::int32_t>(random_.below(persons_)); }

    std::int32_t firm() { return persons_ + static_cast<std::int32_t>(random_.below(firms_)); }

    std::int32_t shop() {
        return persons_ + firms_ + static_cast<std::int32_t>(random_.below(shops_));
    }

    // The n-th of somebody's fixed circle, so that no table of ties is needed.
    std::int32_t tied(std::int32_t who, std::int64_t n, std::int32_t first, std::int32_t count) {
        Random tie(
            static_cast<std::uint64_t>(who) * 1'000'003U + static_cast<std::uint64_t>(n) +
            wish_.seed);
        const auto other = first + static_cast<std::int32_t>(tie.below(count));
        return other == who ? first + (other - first + 1) % count : other;
    }

    std::int64_t moment(std::int64_t day) { // by day mostly
        const auto hour = random_.one_in(12) ? random_.below(24) : random_.within(8, 21);
        return day * day_ms + hour * hour_ms + random_.below(hour_ms);
    }

    void pay(
        std::int64_t time_ms,
        std::int32_t payer,
        std::int32_t payee,
        std::int64_t fen,
        Kind kind = Kind::transfer) {
        if (payer == payee || time_ms < 0 || time_ms >= wish_.days * day_ms) return;
        made.push_back({time_ms, payer, payee, fen, kind, group_});
    }

    void months();
    void ordinary();
    void odd_ones();
    void guarantees();
    std::vector<std::int32_t> strangers(std::size_t count);
    std::vector<std::int64_t> shares(std::int64_t fen, std::size_t count);
    std::int64_t begin_planted(const char* pattern);
    void fan(bool in);
    void gather_scatter(
        std::int64_t least, std::int64_t most, const char* name, std::int64_t hours);
    void scatter_gather();
    void cycle();
    void chain();
    void stack();
    void structuring();
    void circle();

    const Wish& wish_;
    Random random_;
    std::int32_t persons_;
    std::int32_t firms_;
    std::int32_t shops_;
    std::int32_t group_ = -1;
};

// Salaries on the firm's day, rents on the tenant's.
void County::months() {
    for (std::int32_t who = 0; who < persons_; ++who) {
        const auto employer = tied(who, 100, persons_, firms_ + shops_);
        const auto landlord = tied(who, 101, 0, std::max(1, persons_ / 40));
        const auto salary = random_.amount(7'000, 0.4);
        const auto rent = random_.amount(2'000, 0.4);
        for (std::int64_t day = 0; day < wish_.days; day += 30) {
            if (who % 5 != 0)
                pay(moment(day + employer % 28), employer, who, salary + random_.below(40'000));
            if (who % 2 == 0) pay(moment(day + who % 28), who, landlord, rent);
        }
    }
}

void County::ordinary() {
    const auto room = wish_.transactions;
    while (static_cast<std::int64_t>(made.size()) < room) {
        const auto time = moment(random_.below(wish_.days));
        const auto dice = random_.below(1'000);
        const auto who = person();
        if (dice < 620) {
            const auto where =
                random_.one_in(7) ? shop() : tied(who, random_.below(8), persons_ + firms_, shops_);
            pay(time, who, where, random_.amount(60, 1.0), Kind::card);
        } else if (dice < 760) {
            const auto friend_of =
                random_.one_in(12) ? person() : tied(who, 200 + random_.below(6), 0, persons_);
            pay(time, who, friend_of, random_.amount(400, 1.1));
        } else if (dice < 860) {
            const auto buyer = firm();
            const auto seller =
                random_.one_in(10) ? firm() : tied(buyer, 300 + random_.below(5), persons_, firms_);
            pay(time, buyer, seller, random_.amount(20'000, 1.1));
        } else if (dice < 920) {
            const auto buyer = shop();
            pay(time,
                buyer,
                tied(buyer, 400 + random_.below(4), persons_, firms_),
                random_.amount(6'000, 0.9));
        } else if (dice < 950) {
            pay(time, who, nobody, random_.amount(1'000, 0.8), Kind::cash);
        } else if (dice < 990) {
            pay(time,
                nobody,
                random_.one_in(3) ? who : shop(),
                random_.amount(8'000, 0.9),
                Kind::cash);
        } else if (dice < 994) {
            pay(time, who, person(), random_.amount(30'000, 0.8)); // a used car, a deposit
        } else {
            const auto fen = random_.amount(150, 0.8); // a refund follows the purchase
            const auto where = tied(who, random_.below(8), persons_ + firms_, shops_);
            pay(time, who, where, fen, Kind::card);
            pay(time + random_.within(1, 72) * hour_ms, where, who, fen);
        }
    }
}

// What looks like a pattern and is none: weddings, shared bills, houses, loans among relatives.
void County::odd_ones() {
    const auto count = wish_.transactions / 20'000 + 1;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto day = random_.below(wish_.days);
        const auto bride = person();
        for (auto guests = random_.within(20, 50); guests > 0; --guests)
            pay(moment(day), person(), bride, random_.within(4, 20) * 10'000);
        const auto organiser = person();
        for (auto each = random_.within(8, 20); each > 0; --each)
            pay(moment(day), organiser, person(), random_.amount(150, 0.5));
        const auto buyer = person();
        std::int64_t raised = 0;
        for (std::int64_t each = random_.within(1, 3); each > 0; --each) {
            const auto lent = random_.within(5, 20) * 1'000'000;
            raised += lent;
            pay(moment(day), tied(buyer, 200 + each, 0, persons_), buyer, lent);
        }
        pay(moment(day + 2), buyer, firm(), raised + random_.within(10, 60) * 1'000'000);
        const auto lender = person();
        const auto borrower = tied(lender, 203, 0, persons_);
        const auto loan = random_.within(1, 8) * 1'000'000;
        pay(moment(day), lender, borrower, loan);
        pay(moment(day + random_.within(20, 60)), borrower, lender, loan);
    }
}

// Earlier firms guarantee later ones, so no circle closes by chance.
void County::guarantees() {
    for (auto count = wish_.transactions / 2'000 + 4; count > 0; --count) {
        const auto a = firm();
        const auto b = firm();
        pay(moment(random_.below(wish_.days)),
            std::min(a, b),
            std::max(a, b),
            random_.within(50, 500) * 1'000'000,
            Kind::guarantee);
    }
}

void County::live() {
    months();
    odd_ones();
    guarantees();
    ordinary();
    made.resize(std::min(made.size(), static_cast<std::size_t>(wish_.transactions)));
}

std::vector<std::int32_t> County::strangers(std::size_t count) {
    std::vector<std::int32_t> chosen;
    while (chosen.size() < count) {
        const auto who = random_.one_in(5) ? firm() : person();
        if (std::ranges::find(chosen, who) == chosen.end()) chosen.push_back(who);
    }
    return chosen;
}

// Uneven, none less than half of an even share.
std::vector<std::int64_t> County::shares(std::int64_t fen, std::size_t count) {
    std::vector<std::int64_t> parts(count);
    std::int64_t weights = 0;
    for (auto& part : parts)
        weights += part = random_.within(70, 130);
    std::int64_t left = fen;
    for (auto& part : parts)
        left -= part = fen / weights * part;
    parts.back() += left;
    return parts;
}

std::int64_t County::begin_planted(const char* pattern) {
    group_ = static_cast<std::int32_t>(patterns.size());
    patterns.emplace_back(pattern);
    return moment(random_.within(quiet_days, wish_.days - 7));
}

void County::fan(bool in) {
    const auto time = begin_planted(in ? "fan_in" : "fan_out");
    const auto who = strangers(static_cast<std::size_t>(random_.within(9, 15)));
    const auto parts = shares(random_.within(20, 80) * 1'000'000, who.size() - 1);
    for (std::size_t i = 1; i < who.size(); ++i)
        pay(time + random_.below(36 * hour_ms),
            in ? who[i] : who[0],
            in ? who[0] : who[i],
            parts[i - 1]);
}

void County::gather_scatter(
    std::int64_t least, std::int64_t most, const char* name, std::int64_t hours) {
    const auto time = begin_planted(name);
    const auto sources = static_cast<std::size_t>(random_.within(least, most));
    const auto sinks = static_cast<std::size_t>(random_.within(least, most));
    const auto who = strangers(1 + sources + sinks);
    const auto fen = random_.within(20, 90) * 1'000'000;
    const auto half = hours * hour_ms / 2;
    const auto come = shares(fen, sources);
    const auto go = shares(fen / 100 * random_.within(95, 99), sinks);
    for (std::size_t i = 0; i < sources; ++i)
        pay(time + random_.below(half), who[1 + i], who[0], come[i]);
    for (std::size_t i = 0; i < sinks; ++i)
        pay(time + half + random_.below(half), who[0], who[1 + sources + i], go[i]);
}

void County::scatter_gather() {
    const auto time = begin_planted("scatter_gather");
    const auto who = strangers(static_cast<std::size_t>(random_.within(6, 9)));
    const auto parts = shares(random_.within(20, 90) * 1'000'000, who.size() - 2);
    for (std::size_t i = 2; i < who.size(); ++i) {
        const auto first = time + random_.below(24 * hour_ms);
        pay(first, who[0], who[i], parts[i - 2]);
        pay(first + random_.within(30, 20 * 60) * minute_ms,
            who[i],
            who[1],
            parts[i - 2] / 1'000 * random_.within(950, 990));
    }
}

void County::cycle() {
    auto time = begin_planted("cycle");
    const auto who = strangers(static_cast<std::size_t>(random_.within(4, 7)));
    auto fen = random_.within(10, 60) * 1'000'000;
    for (std::size_t i = 0; i < who.size(); ++i) {
        pay(time, who[i], who[(i + 1) % who.size()], fen);
        time += random_.within(30, 20 * 60) * minute_ms;
        fen = fen / 1'000 * random_.within(955, 995);
    }
}

void County::chain() {
    auto time = begin_planted("mule_chain");
    const auto who = strangers(static_cast<std::size_t>(random_.within(5, 8)));
    auto fen = random_.within(5, 40) * 1'000'000;
    for (std::size_t i = 0; i + 1 < who.size(); ++i) {
        pay(time, who[i], who[i + 1], fen);
        time += random_.within(10, 18 * 60) * minute_ms;
        fen = fen / 1'000 * random_.within(955, 995);
    }
}

// Three layers of three; everybody pays two of the next layer.
void County::stack() {
    const auto time = begin_planted("stack");
    const auto who = strangers(9);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto fen = random_.within(10, 30) * 1'000'000;
        for (const auto other : {i, (i + 1) % 3}) {
            pay(time + random_.below(12 * hour_ms), who[i], who[3 + other], fen);
        }
    }
    std::vector<std::int64_t> held(3);
    for (std::size_t i = made.size() - 6; i < made.size(); ++i) {
        for (std::size_t middle = 0; middle < 3; ++middle) {
            if (made[i].payee == who[3 + middle]) held[middle] += made[i].fen;
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        const auto parts = shares(held[i] / 1'000 * random_.within(950, 990), 2);
        pay(time + (12 + random_.below(20)) * hour_ms, who[3 + i], who[6 + i], parts[0]);
        pay(time + (12 + random_.below(20)) * hour_ms, who[3 + i], who[6 + (i + 1) % 3], parts[1]);
    }
}

// Cash just below what a bank reports (50,000 元 a day).
void County::structuring() {
    const auto time = begin_planted("structuring");
    const auto who = person();
    for (auto count = random_.within(7, 12); count > 0; --count)
        pay(time + random_.below(5 * day_ms),
            nobody,
            who,
            random_.within(45'000, 49'990) * 100,
            Kind::cash);
}

void County::circle() {
    const auto time = begin_planted("guarantee_circle");
    std::vector<std::int32_t> who;
    const auto wanted = static_cast<std::size_t>(random_.within(3, 5));
    while (who.size() < wanted) {
        const auto next = firm();
        if (std::ranges::find(who, next) == who.end()) who.push_back(next);
    }
    for (std::size_t i = 0; i < who.size(); ++i)
        pay(std::min(time + random_.below(30 * day_ms), wish_.days * day_ms - 1),
            who[i],
            who[(i + 1) % who.size()],
            random_.within(50, 500) * 1'000'000,
            Kind::guarantee);
}

void County::plant() {
    const auto wanted = wish_.transactions / 1'000'000 * wish_.planted_ppm +
                        wish_.transactions % 1'000'000 * wish_.planted_ppm / 1'000'000;
    const auto before = static_cast<std::int64_t>(made.size());
    for (int turn = 0; static_cast<std::int64_t>(made.size()) - before < wanted; ++turn) {
        switch (turn % 10) {
        case 0: fan(true); break;
        case 1: fan(false); break;
        case 2: gather_scatter(5, 8, "gather_scatter", 48); break;
        case 3: scatter_gather(); break;
        case 4: cycle(); break;
        case 5: chain(); break;
        case 6: stack(); break;
        case 7: gather_scatter(2, 3, "pass_through", 12); break;
        case 8: structuring(); break;
        default: circle(); break;
        }
    }
    group_ = -1;
}

std::string time_text(base::Date first, std::int64_t time_ms) {
    const auto seconds = time_ms / 1'000 % 86'400;
    char clock[16];
    std::snprintf(
        clock,
        sizeof clock,
        " %02d:%02d:%02d",
        static_cast<int>(seconds / 3'600),
        static_cast<int>(seconds / 60 % 60),
        static_cast<int>(seconds % 60));
    return first.plus_days(static_cast<std::int32_t>(time_ms / day_ms)).text() + clock;
}

std::string numbered(char letter, std::int64_t number, int digits) {
    auto text = std::to_string(number);
    return letter +
           std::string(
               static_cast<std::size_t>(std::max(0, digits - static_cast<int>(text.size()))), '0') +
           text;
}

} // namespace

base::Result<Generated> generate(
    const Wish& wish, std::ostream& transactions, std::ostream& labels) {
    if (wish.days < quiet_days + 9 || wish.transactions < 1'000 || wish.planted_ppm < 0 ||
        wish.planted_ppm > 100'000)
        return base::invalid(
            "watch.wish",
            {"至少 40 天、1,000 笔，植入比例不超过 10%。",
             "At least 40 days and 1,000 transactions, at most 10 % planted."},
            {"例如 --transactions 100000 --days 120 --planted 0.1%",
             "For example --transactions 100000 --days 120 --planted 0.1%"});
    auto background = wish;
    background.transactions -= wish.transactions / 1'000'000 * wish.planted_ppm +
                               wish.transactions % 1'000'000 * wish.planted_ppm / 1'000'000;
    County county(background);
    county.live();
    county.plant();
    // Names of accounts are dealt out anew, so that none tells a person from a firm.
    Random shuffle(wish.seed ^ 0x5EEDU);
    std::vector<std::int32_t> names(static_cast<std::size_t>(county.accounts()));
    std::iota(names.begin(), names.end(), 0);
    for (std::size_t i = names.size(); i > 1; --i)
        std::swap(
            names[i - 1],
            names[static_cast<std::size_t>(shuffle.below(static_cast<std::int64_t>(i)))]);
    std::ranges::stable_sort(county.made, {}, &Made::time_ms);
    Generated counts;
    counts.accounts = county.accounts();
    std::set<std::int32_t> groups;
    transactions << "id,time,payer,payee,amount,kind\n";
    labels << "id,pattern,group\n";
    const auto account = [&](std::int32_t who) {
        return who == nobody ? std::string()
                             : numbered('A', names[static_cast<std::size_t>(who)], 7);
    };
    for (const auto& each : county.made) {
        const auto id = numbered('T', ++counts.transactions, 9);
        char amount[32];
        std::snprintf(
            amount,
            sizeof amount,
            "%lld.%02d",
            static_cast<long long>(each.fen / 100),
            static_cast<int>(each.fen % 100));
        transactions << id << ',' << time_text(wish.first, each.time_ms) << ','
                     << account(each.payer) << ',' << account(each.payee) << ',' << amount << ','
                     << kind_names[static_cast<std::size_t>(each.kind)] << '\n';
        if (each.group < 0) continue;
        const auto& pattern = county.patterns[static_cast<std::size_t>(each.group)];
        labels << id << ',' << pattern << ',' << numbered('G', each.group, 5) << '\n';
        ++counts.planted;
        ++counts.patterns[pattern];
        if (groups.insert(each.group).second) ++counts.groups[pattern];
    }
    return counts;
}

} // namespace watch
