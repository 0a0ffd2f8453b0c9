// How enterprises and institutions of the demo county deal with each other: what each does next,
// and after how long. Every step is a command of a person; what the process no longer allows by
// then (another was faster, the offer lapsed) is left undone, as it would be in life.
#pragma once

#include "app/demo_world.hpp"

#include <memory>

namespace app::demo {

// How far a need shall go. `usual` lets chance decide.
enum class Fate {
    usual,
    stay_draft,
    unanswered,
    withdrawn,
    two_offers,
    wait_documents,
    refused_repairing,
    breached
};

struct Posting {
    std::size_t firm = 0;
    Fate fate = Fate::usual;
    std::int64_t percent_of_sales = 12;
};

class Market {
public:
    explicit Market(World& world)
        : world_(world)
        , random_(world.wish.seed, "market") {}

    Result<> post(const Posting& posting);
    // The supervising unit's weekly round: it urges and feeds back where its own clocks have run
    // out.
    Result<> supervise();

private:
    // What the steps of one need share.
    struct Course {
        Posting posting;
        Id<base::Need> need;
        finance::DraftNeed wish;
        bool choosing = false; // somebody has it in the diary to choose
    };

    using Shared = std::shared_ptr<Course>;

    finance::DraftNeed invent(const Firm& firm, Fate fate);
    Result<> submit(const Shared& course);
    void plan_claims(const Shared& course, std::int64_t delay_minutes);
    [[nodiscard]] std::optional<Id<base::Product>> product_for(
        const Desk& desk, const Course& course) const;
    Result<> claim(const Shared& course, std::size_t desk);
    Result<> accept(const Shared& course, std::size_t desk, Id<base::Claim> claim);
    Result<> look(const Shared& course, std::size_t desk);
    Result<> visit(const Shared& course, std::size_t desk, Id<base::Claim> claim);
    Result<> ask_documents(const Shared& course, std::size_t desk, Id<base::Claim> claim);
    Result<> answer(const Shared& course, std::size_t desk, Id<base::Claim> claim);
    Result<> offer(const Shared& course, std::size_t desk, Id<base::Claim> claim);
    Result<> refuse(const Shared& course, std::size_t desk, Id<base::Claim> claim);
    Result<> repair(const Shared& course, Id<base::Claim> claim);
    Result<> choose(const Shared& course);
    Result<> grant(const Shared& course, std::size_t desk, Id<base::Claim> claim);
    Result<> disburse(const Shared& course, std::size_t desk, Id<base::Claim> claim, Money amount);

    // True when the act was done, false when it is no longer allowed; other refusals are faults of
    // the demo and come back as they are.
    Result<bool> act(
        const Actor& actor, Id<base::Claim> claim, const char* act, const finance::Deed& deed);
    Result<bool> done(const Result<store::Receipt>& receipt) const;
    [[nodiscard]] std::int64_t minutes(const Desk& desk, std::int64_t least, std::int64_t most);

    World& world_;
    Random random_;
};

// demo_needs.cpp; the market outlives the world's run.
Result<> plan_needs(World& world, Market& market);

} // namespace app::demo
