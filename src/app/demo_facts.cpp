// What departments and partners tell of the firms through the years. A firm's data hang together
// (staff, tax and electricity follow its sales; grades follow its health), except where they are
// wrong on purpose: some are missing, some are old, some contradict each other, so that the quality
// rules have something to find.
#include "app/demo_world.hpp"

#include <algorithm>

namespace app::demo {
namespace {

// A firm at the time of a report. Amounts in yuan a year.
struct State {
    std::int64_t sales = 0;
    std::int64_t sales_before = 0;
    std::int64_t growth_ppm = 0;
    std::int64_t health = 0;
    std::int64_t employees = 0;
    bool exports = false;
    bool technical = false;
    bool borrowed = false;
    Date day;
    Date founded;
};

State state_of(const Firm& firm, Date day, Date first_day) {
    State out;
    out.day = day;
    out.founded = firm.founded;
    const auto years = std::max(0, day.year() - first_day.year());
    out.sales = firm.sales_yuan;
    for (int i = 0; i < years; ++i) {
        out.sales_before = out.sales;
        out.sales = out.sales * (1'000 + firm.growth_permille) / 1'000;
    }
    if (years == 0) out.sales_before = out.sales * 1'000 / (1'000 + firm.growth_permille);
    out.growth_ppm =
        (out.sales - out.sales_before) * 1'000'000 / std::max<std::int64_t>(out.sales_before, 1);
    out.health = firm.health;
    // About 700,000 yuan of sales a head in making things, more in trade.
    out.employees =
        std::max<std::int64_t>(2, out.sales / (firm.manufacturing ? 700'000 : 1'300'000));
    out.exports = firm.ordinal % 3 == 0;
    out.technical = firm.manufacturing && firm.ordinal % 4 == 1;
    out.borrowed = firm.borrowed_before;
    return out;
}

rule::Value yuan(std::int64_t whole) { return Money::yuan(whole); }

rule::Value ppm(std::int64_t value) { return Rate{value}; }

// Attributes whose value follows from the firm; the rest follow from their type.
using Follow = rule::Value (*)(const State&, Random&);

struct Followed {
    std::string_view attribute;
    Follow follow;
};

constexpr Followed followed[] = {
    {"annual_revenue", [](const State& s, Random&) { return yuan(s.sales); }},
    {"yearly_sales", [](const State& s, Random&) { return yuan(s.sales); }},
    {"total_assets",
     [](const State& s, Random& r) { return yuan(s.sales * r.between(70, 130) / 100); }},
    {"total_liabilities",
     [](const State& s, Random& r) {
         return yuan(s.sales * (r.between(30, 95) - s.health / 3) / 100);
     }},
    {"net_profit",
     [](const State& s, Random& r) {
         return yuan(s.sales * (s.health / 9 + r.between(-3, 3)) / 100);
     }},
    {"operating_cash_flow",
     [](const State& s, Random& r) {
         return yuan(s.sales * (s.health / 8 + r.between(-5, 4)) / 100);
     }},
    {"accounts_receivable",
     [](const State& s, Random& r) { return yuan(s.sales * r.between(8, 30) / 100); }},
    {"fixed_assets",
     [](const State& s, Random& r) { return yuan(s.sales * r.between(15, 45) / 100); }},
    {"r_and_d_expense",
     [](const State& s, Random& r) {
         return yuan(
             s.technical ? s.sales * r.between(30, 70) / 1'000 : s.sales * r.between(0, 8) / 1'000);
     }},
    {"employees", [](const State& s, Random&) { return rule::Value(s.employees); }},
    {"staff", [](const State& s, Random&) { return rule::Value(s.employees); }},
    {"research_staff",
     [](const State& s, Random&) {
         return rule::Value(s.technical ? s.employees / 8 + 1 : s.employees / 40);
     }},
    {"social_insurance_headcount",
     [](const State& s, Random& r) { return rule::Value(s.employees * r.between(78, 100) / 100); }},
    {"social_insurance_months_12m",
     [](const State& s, Random& r) {
         return rule::Value(s.health < 30 ? r.between(7, 11) : std::int64_t{12});
     }},
    {"social_insurance_arrears",
     [](const State& s, Random& r) { return rule::Value(s.health < 28 && r.chance(40)); }},
    {"electricity_12m",
     [](const State& s, Random& r) { return rule::Value(s.sales / r.between(40, 90)); }},
    {"electricity_growth",
     [](const State& s, Random& r) { return ppm(s.growth_ppm / 2 + r.between(-60'000, 60'000)); }},
    {"electricity_arrears",
     [](const State& s, Random& r) { return rule::Value(s.health < 25 && r.chance(35)); }},
    {"tax_paid_12m",
     [](const State& s, Random& r) { return yuan(s.sales * r.between(22, 48) / 1'000); }},
    {"vat_burden", [](const State&, Random& r) { return ppm(r.between(16'000, 42'000)); }},
    {"tax_arrears",
     [](const State& s, Random& r) {
         return yuan(s.health < 30 && r.chance(40) ? r.between(5'000, 200'000) : 0);
     }},
    {"tax_filed_months_12m",
     [](const State& s, Random& r) {
         return rule::Value(s.health < 35 ? r.between(8, 12) : std::int64_t{12});
     }},
    {"export_rebate_12m",
     [](const State& s, Random& r) {
         return yuan(s.exports ? s.sales * r.between(20, 50) / 1'000 : 0);
     }},
    {"export_12m",
     [](const State& s, Random& r) {
         return yuan(s.exports ? s.sales * r.between(15, 60) / 100 : 0);
     }},
    {"import_12m",
     [](const State& s, Random& r) {
         return yuan(s.exports ? s.sales * r.between(0, 12) / 100 : 0);
     }},
    {"foreign_trade", [](const State& s, Random&) { return rule::Value(s.exports); }},
    {"insured_export",
     [](const State& s, Random& r) { return rule::Value(s.exports && r.chance(45)); }},
    {"invoice_sales_12m",
     [](const State& s, Random& r) { return yuan(s.sales * r.between(92, 104) / 100); }},
    {"invoice_sales_previous_12m",
     [](const State& s, Random& r) { return yuan(s.sales_before * r.between(92, 104) / 100); }},
    {"invoice_sales_growth", [](const State& s, Random&) { return ppm(s.growth_ppm); }},
    {"invoice_purchases_12m",
     [](const State& s, Random& r) { return yuan(s.sales * r.between(48, 78) / 100); }},
    {"invoice_count_12m",
     [](const State& s, Random& r) { return rule::Value(s.sales / r.between(25'000, 90'000)); }},
    {"void_rate",
     [](const State& s, Random& r) {
         return ppm(r.between(5'000, 30'000) + (100 - s.health) * 700);
     }},
    {"red_letter_rate",
     [](const State& s, Random& r) {
         return ppm(r.between(1'000, 15'000) + (100 - s.health) * 200);
     }},
    {"active_months_12m",
     [](const State& s, Random& r) {
         return rule::Value(s.health < 35 ? r.between(7, 12) : std::int64_t{12});
     }},
    {"customer_count_12m",
     [](const State& s, Random& r) { return rule::Value(r.between(4, 40) + s.employees / 3); }},
    {"supplier_count_12m",
     [](const State& s, Random& r) { return rule::Value(r.between(5, 30) + s.employees / 4); }},
    {"top_customer_share", [](const State&, Random& r) { return ppm(r.between(80'000, 620'000)); }},
    {"top_five_customer_share",
     [](const State&, Random& r) { return ppm(r.between(620'000, 930'000)); }},
    {"top_supplier_share", [](const State&, Random& r) { return ppm(r.between(80'000, 500'000)); }},
    {"seasonality", [](const State&, Random& r) { return ppm(r.between(95'000, 240'000)); }},
    {"months_since_first_invoice",
     [](const State& s, Random&) {
         return rule::Value(std::int64_t{(s.day.days - s.founded.days) / 31});
     }},
    {"last_invoice_on",
     [](const State& s, Random& r) {
         return rule::Value(s.day.plus_days(-static_cast<std::int32_t>(r.between(1, 20))));
     }},
    {"has_loan_ever", [](const State& s, Random&) { return rule::Value(s.borrowed); }},
    {"existing_loan_count",
     [](const State& s, Random& r) {
         return rule::Value(s.borrowed ? r.between(1, 4) : std::int64_t{0});
     }},
    {"lender_count",
     [](const State& s, Random& r) {
         return rule::Value(s.borrowed ? r.between(1, 3) : std::int64_t{0});
     }},
    {"existing_loan_balance",
     [](const State& s, Random& r) {
         return yuan(s.borrowed ? s.sales * r.between(5, 30) / 100 : 0);
     }},
    {"next_maturity_on",
     [](const State& s, Random& r) {
         return rule::Value(s.day.plus_days(static_cast<std::int32_t>(r.between(20, 330))));
     }},
    {"overdue_now",
     [](const State& s, Random& r) { return rule::Value(s.health < 24 && r.chance(35)); }},
    {"overdue_count_24m",
     [](const State& s, Random& r) {
         return rule::Value(s.health < 40 ? r.between(0, 4) : std::int64_t{0});
     }},
    {"past_default",
     [](const State& s, Random& r) { return rule::Value(s.health < 22 && r.chance(50)); }},
    {"external_guarantee_balance",
     [](const State& s, Random& r) {
         return yuan(r.chance(25) ? s.sales * r.between(5, 40) / 100 : 0);
     }},
    {"litigation_count",
     [](const State& s, Random& r) {
         return rule::Value(s.health < 45 ? r.between(0, 5) : r.between(0, 1));
     }},
    {"under_enforcement",
     [](const State& s, Random& r) { return rule::Value(s.health < 22 && r.chance(40)); }},
    {"on_black_list",
     [](const State& s, Random& r) { return rule::Value(s.health < 20 && r.chance(40)); }},
    {"on_red_list",
     [](const State& s, Random& r) { return rule::Value(s.health > 80 && r.chance(50)); }},
    {"high_tech",
     [](const State& s, Random& r) { return rule::Value(s.technical && r.chance(70)); }},
    {"high_tech_valid_until",
     [](const State& s, Random& r) {
         return rule::Value(
             s.technical
                 ? rule::Value(s.day.plus_days(static_cast<std::int32_t>(r.between(90, 1'000))))
                 : rule::Value());
     }},
    {"technology_sme",
     [](const State& s, Random& r) { return rule::Value(s.technical || r.chance(12)); }},
    {"patents",
     [](const State& s, Random& r) {
         return rule::Value(s.technical ? r.between(2, 30) : r.between(0, 2));
     }},
    {"patent_value",
     [](const State& s, Random& r) { return yuan(s.technical ? r.between(20, 400) * 10'000 : 0); }},
    {"equity_raised",
     [](const State& s, Random& r) {
         return yuan(s.technical && r.chance(40) ? r.between(200, 5'000) * 10'000 : 0);
     }},
    {"fixed_premises", [](const State&, Random& r) { return rule::Value(r.chance(92)); }},
    {"mortgageable_property",
     [](const State& s, Random& r) {
         return yuan(r.chance(55) ? s.sales * r.between(15, 60) / 100 : 0);
     }},
    {"equipment_purchase",
     [](const State& s, Random& r) {
         return yuan(r.chance(45) ? s.sales * r.between(4, 20) / 100 : 0);
     }},
};

// Of choices ranked best first, one by health; of others any.
rule::Value choice_for(const pack::Attribute& attribute, const State& state, Random& random) {
    const auto& choices = attribute.choices;
    if (choices.empty()) return {};
    if (!attribute.ordered) return random.pick(choices).code;
    const auto shift = random.between(-12, 12);
    const auto worse = std::clamp<std::int64_t>(100 - state.health + shift, 0, 99);
    return choices[static_cast<std::size_t>(worse) * choices.size() / 100].code;
}

rule::Value value_for(const pack::Attribute& attribute, const State& state, Random& random) {
    const auto found = std::ranges::find(followed, attribute.name, &Followed::attribute);
    if (found != std::end(followed)) return found->follow(state, random);
    if (attribute.type == "choice") return choice_for(attribute, state, random);
    if (attribute.type == "boolean") return random.chance(18);
    if (attribute.type == "integer") return random.between(0, 12);
    if (attribute.type == "rate") return ppm(random.between(10'000, 300'000));
    if (attribute.type == "money")
        return yuan(random.chance(40) ? state.sales * random.between(2, 15) / 100 : 0);
    if (attribute.type == "date")
        return state.day.plus_days(-static_cast<std::int32_t>(random.between(30, 900)));
    return {};
}

std::optional<Period> period_for(const pack::Attribute& attribute, Date day) {
    switch (attribute.cadence) {
    case pack::Cadence::once: return std::nullopt;
    case pack::Cadence::month: return Period::containing(day, base::PeriodKind::month).previous();
    case pack::Cadence::quarter:
        return Period::containing(day, base::PeriodKind::quarter).previous();
    case pack::Cadence::year: return Period::containing(day, base::PeriodKind::year).previous();
    }
    base::bug("cadence out of range");
}

// Wrong on purpose: more insured than employed, debts above all assets by far, a rate above one.
void contradict(std::vector<fact::Datum>& data) {
    for (auto& datum : data) {
        if (datum.attribute == "employees") datum.value = {"1"};
        if (datum.attribute == "total_liabilities") datum.value = {"900000000000"};
        if (datum.attribute == "active_months_12m") datum.value = {"14"};
        if (datum.attribute == "void_rate") datum.value = {"1250000"};
    }
}

fact::Learn report_of(
    World& world, const Firm& firm, const pack::Source& source, Date day, Date first_day) {
    Random random(
        world.wish.seed, "facts " + std::to_string(firm.ordinal) + source.code + day.text());
    const auto state = state_of(firm, day, first_day);
    fact::Learn wish{.enterprise = firm.id, .source = source.code, .as_of = day, .data = {}};
    for (const auto& attribute : world.policy().pack().attributes) {
        if (attribute.source != source.code || fact::from_register(attribute.name)) continue;
        // The same attributes stay missing through the years, as a form's empty box does.
        Random gap(world.wish.seed, "gap " + std::to_string(firm.ordinal) + attribute.name);
        if (firm.ordinal >= 4 && gap.chance(7)) continue;
        auto value = value_for(attribute, state, random);
        if (!rule::known(value)) continue;
        wish.data.push_back(
            {.attribute = attribute.name,
             .period = period_for(attribute, day),
             .value = rule::to_json(value)});
    }
    if (firm.ordinal % 19 == 5) contradict(wish.data);
    return wish;
}

bool answers_anything(const pack::Pack& pack, const std::string& source) {
    return std::ranges::any_of(pack.attributes, [&](const pack::Attribute& attribute) {
        return attribute.source == source && !fact::from_register(attribute.name);
    });
}

// The days on which a source reports: twice a year for what must be fresh, else once.
std::vector<Date> report_days(const World& world, const pack::Source& source, std::size_t firms) {
    const auto last = world.policy().zone().date(world.end);
    // A county of very many firms is for measuring memory: one report each.
    if (firms > 2'000) return {last.plus_days(-25)};
    std::vector<Date> days;
    Random random(world.wish.seed, "days " + source.code);
    const auto shift = static_cast<std::int32_t>(random.between(0, 24));
    for (auto day = world.today().plus_days(120 + shift); day < last.plus_days(-60);
         day = day.plus_months(12))
        days.push_back(day);
    if (source.fresh_days <= 120) days.push_back(last.plus_days(-40));
    days.push_back(last.plus_days(-12 - shift));
    return days;
}

} // namespace

Result<> plan_facts(World& world) {
    const auto first_day = world.today();
    const bool many = world.firms.size() > 2'000;
    std::vector<const pack::Source*> sources;
    for (const auto& source : world.policy().pack().sources) {
        if (answers_anything(world.policy().pack(), source.code)) sources.push_back(&source);
    }
    // Of very many firms the invoices, statements and tax alone, or whatever comes first.
    if (many) {
        std::ranges::stable_partition(sources, [](const pack::Source* source) {
            return source->code == "vat_invoices" || source->code == "statements" ||
                   source->code == "tax";
        });
        sources.resize(std::min<std::size_t>(sources.size(), 3));
    }
    for (const auto* source : sources) {
        for (const auto day : report_days(world, *source, world.firms.size())) {
            const bool newest = day.plus_days(60) > world.policy().zone().date(world.end);
            const auto tell = [&world, source, day, first_day, newest, many]() -> Result<> {
                for (const auto& firm : world.firms) {
                    // One in nine is left out of the newest report: its data grow stale.
                    if (!many && newest && firm.ordinal >= 4 && firm.ordinal % 9 == 7) continue;
                    auto wish = report_of(world, firm, *source, day, first_day);
                    if (wish.data.empty()) continue;
                    TRY(world.county.facts.learn(world.by(Actor::platform()), wish));
                }
                return {};
            };
            world.at(world.morning(day.plus_days(3)), tell);
        }
    }
    return {};
}

} // namespace app::demo
