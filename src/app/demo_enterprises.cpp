// The firms of the demo county: four in five make things, as the plan's county does.
#include "app/demo_names.hpp"
#include "app/demo_world.hpp"
#include "engine/reference/credit_code.hpp"

#include <algorithm>

namespace app::demo {
namespace {

// 嘉善县 → 嘉善: how firms of a county call themselves after it.
std::string short_place(const std::string& county) {
    for (const std::string_view ending : {"县", "市", "区"}) {
        if (county.size() > ending.size() && county.ends_with(ending))
            return county.substr(0, county.size() - ending.size());
    }
    return county;
}

struct Choices {
    std::vector<std::string> making;
    std::vector<std::string> serving;
    std::vector<std::string> towns;
    std::string place;
};

Choices choices_of(const pack::Policy& policy, Date today) {
    Choices out;
    out.place = short_place(policy.pack().header.county.zh);
    // Trades, transport, software, research and business services: who else asks banks for money.
    constexpr std::string_view served[] = {"51", "52", "54", "59", "62", "65", "72", "73", "75"};
    for (const auto& row : policy.industries().table().classes) {
        if (policy.industries().is_manufacturing(row.code)) {
            out.making.push_back(row.code);
        } else if (std::ranges::any_of(
                       served, [&](auto division) { return row.code.starts_with(division); })) {
            out.serving.push_back(row.code);
        }
    }
    if (out.making.empty()) out.making = {"3311"};
    if (out.serving.empty()) out.serving = {"5199"};
    for (const auto& area : policy.areas().inside(policy.pack().header.area, today))
        out.towns.push_back(area.code);
    if (out.towns.empty()) out.towns = {""};
    return out;
}

Firm invent(World& world, const Choices& choices, std::size_t ordinal) {
    Random random(world.wish.seed, "firm " + std::to_string(ordinal));
    Firm firm;
    firm.ordinal = ordinal;
    // The first four are the ones to sign in as; their needs are told in demo_needs.cpp.
    firm.manufacturing = ordinal < 4 || random.chance(78);
    firm.industry = random.pick(firm.manufacturing ? choices.making : choices.serving);
    firm.name = enterprise_name(random, choices.place, firm.industry, ordinal);
    firm.credit_code =
        reference::synthetic_code({.area = world.policy().pack().header.area,
                                   .seed = (world.wish.seed % 1'000'000) + ordinal * 7})
            .text();
    firm.founded = world.today().plus_days(-static_cast<std::int32_t>(random.between(400, 7'300)));
    // Sizes are skewed as those of firms are: each step up is half as frequent.
    firm.sales_yuan = random.between(1'500'000, 6'000'000);
    for (int step = 0; step < 6 && random.chance(52); ++step)
        firm.sales_yuan *= 2;
    if (ordinal < 4) firm.sales_yuan = std::max<std::int64_t>(firm.sales_yuan, 24'000'000);
    firm.growth_permille = random.between(-90, 260);
    firm.health = ordinal < 4 ? random.between(72, 92) : random.between(15, 98);
    firm.borrowed_before = ordinal != 3 && random.chance(64);
    return firm;
}

} // namespace

Result<> register_enterprises(World& world) {
    const auto choices = choices_of(world.policy(), world.today());
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(world.wish.enterprises, 8));
    world.firms.reserve(count);
    for (std::size_t ordinal = 0; ordinal < count; ++ordinal) {
        auto firm = invent(world, choices, ordinal);
        Random random(world.wish.seed, "register " + std::to_string(ordinal));
        party::RegisterEnterprise wish;
        wish.credit_code = firm.credit_code;
        wish.name = firm.name;
        wish.industry = firm.industry;
        wish.town = random.pick(choices.towns);
        wish.founded = firm.founded;
        wish.legal_representative = person_name(random);
        wish.contact = person_name(random);
        wish.phone = phone_number(random);
        wish.registered_capital = Money::wan(random.between(1, 40) * 50);
        const auto receipt =
            TRY(world.county.parties.register_enterprise(world.by(Actor::platform()), wish));
        firm.id = id_in<base::Party>(receipt);
        world.firms.push_back(std::move(firm));
    }
    return {};
}

} // namespace app::demo
