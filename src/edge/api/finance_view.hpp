// Needs, claims, offers and clocks as answers show them: the one place that turns finance's rows
// into what the reader sees, with the words of the pack and what this reader may do next.
#pragma once

#include "domain/finance/book.hpp"
#include "domain/finance/finance.hpp"
#include "edge/api/naming.hpp"

namespace api {

using base::Claim;
using base::Date;
using base::Money;
using base::Need;
using base::Party;
using base::Product;
using base::Rate;

struct PauseView {
    Instant from;
    std::optional<Instant> until;
    Text reason;
};
BOOST_DESCRIBE_STRUCT(PauseView, (), (from, until, reason))

struct RungView {
    std::int32_t percent = 0;
    std::optional<Instant> fired_at;
};
BOOST_DESCRIBE_STRUCT(RungView, (), (percent, fired_at))

enum class ClockState { running, paused, stopped, breached };
BOOST_DESCRIBE_ENUM(ClockState, running, paused, stopped, breached)

struct ClockView {
    std::string code;
    Text label;
    std::string owner; // institution, enterprise, or the code of a unit
    ClockState state = ClockState::running;
    Instant started_at;
    std::optional<Instant> due_at;
    std::optional<Instant> stopped_at;
    Rate used; // of the budget; 1,000,000 is exactly due
    Text budget_display;
    Text left_display;
    std::int64_t paused_total_ms = 0;
    std::vector<PauseView> pauses;
    std::vector<RungView> rungs;
};
BOOST_DESCRIBE_STRUCT(
    ClockView,
    (),
    (code,
     label,
     owner,
     state,
     started_at,
     due_at,
     stopped_at,
     used,
     budget_display,
     left_display,
     paused_total_ms,
     pauses,
     rungs))

enum class ActTarget { need, claim };
BOOST_DESCRIBE_ENUM(ActTarget, need, claim)

struct ActView { // what the reader may do now
    std::string act;
    Text label;
    bool reason_required = false;
    ActTarget target = ActTarget::need;
};
BOOST_DESCRIBE_STRUCT(ActView, (), (act, label, reason_required, target))

struct NeedEnterprise {
    Id<Party> id;
    std::string name; // masked for institutions that have not claimed the need
    std::string credit_code;
    Text industry_label;
    Text town_label;
    party::Size size = party::Size::unknown;
};
BOOST_DESCRIBE_STRUCT(NeedEnterprise, (), (id, name, credit_code, industry_label, town_label, size))

// What list rows and the whole share.
struct NeedBrief {
    Id<Need> id;
    std::string number;
    NeedEnterprise enterprise;
    std::string state;
    Text state_label;
    Money amount;
    std::int32_t term_months = 0;
    std::string purpose;
    Text purpose_label;
    std::string purpose_text;
    std::optional<Rate> rate_most;
    std::vector<std::string> guarantee_modes;
    std::vector<std::string> repayment_modes;
    finance::Urgency urgency = finance::Urgency::normal;
    bool first_loan = false;
    std::vector<std::string> tags;
    std::vector<Id<Product>> products;
    std::vector<Id<Party>> institutions;
    std::vector<std::string> scopes;
    std::optional<Instant> posted_at;
    std::optional<Instant> published_at;
    std::optional<Instant> ended_at;
    Money intended;
    Money granted;
    Money disbursed;
    std::int32_t escalation = 0;
    std::int32_t round = 1;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    NeedBrief,
    (),
    (id,
     number,
     enterprise,
     state,
     state_label,
     amount,
     term_months,
     purpose,
     purpose_label,
     purpose_text,
     rate_most,
     guarantee_modes,
     repayment_modes,
     urgency,
     first_loan,
     tags,
     products,
     institutions,
     scopes,
     posted_at,
     published_at,
     ended_at,
     intended,
     granted,
     disbursed,
     escalation,
     round,
     version))

struct NeedListed : NeedBrief {
    std::int64_t claims_count = 0;
    std::optional<ClockView> worst_clock; // the one that has used most of its time
};
BOOST_DESCRIBE_STRUCT(NeedListed, (NeedBrief), (claims_count, worst_clock))

struct OfferPrice {
    pack::PriceBase base = pack::PriceBase::lpr_1y;
    std::int32_t spread_bp = 0;
    std::optional<Date> lpr_date;
};
BOOST_DESCRIBE_STRUCT(OfferPrice, (), (base, spread_bp, lpr_date))

struct OfferView {
    Money amount;
    Rate rate;
    OfferPrice price;
    std::int32_t term_months = 0;
    std::string guarantee_mode;
    std::string repayment_mode;
    Rate fee_rate;
    Date valid_until;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(
    OfferView,
    (),
    (amount, rate, price, term_months, guarantee_mode, repayment_mode, fee_rate, valid_until, note))

struct RefusalView {
    std::string reason;
    Text label;
    std::string text;
    bool repairable = false;
    std::optional<std::string> owner;
    std::optional<Text> owner_name;
    std::optional<Instant> repair_due;
    std::optional<std::string> repair_state; // the claim's state while and after it is repaired
    Text cure;
};
BOOST_DESCRIBE_STRUCT(
    RefusalView,
    (),
    (reason, label, text, repairable, owner, owner_name, repair_due, repair_state, cure))

struct InstitutionName {
    Id<Party> id;
    Text name;
    std::optional<pack::InstitutionKind> kind;
};
BOOST_DESCRIBE_STRUCT(InstitutionName, (), (id, name, kind))

struct ProductName {
    Id<Product> id;
    Text name;
};
BOOST_DESCRIBE_STRUCT(ProductName, (), (id, name))

struct ClaimView {
    Id<Claim> id;
    Id<Need> need;
    std::string need_number;
    InstitutionName institution;
    std::string state;
    Text state_label;
    std::int32_t round = 1;
    std::optional<finance::Officer> officer;
    std::optional<ProductName> product;
    Instant claimed_at;
    std::optional<Instant> answered_at;
    std::optional<Instant> ended_at;
    std::optional<OfferView> offer;
    bool accepted = false;
    std::optional<RefusalView> refusal;
    std::optional<std::string> contract;
    std::vector<std::string> documents; // asked of the enterprise
    Money granted;
    Money disbursed;
    std::vector<ClockView> clocks;
    std::vector<ActView> acts;
};
BOOST_DESCRIBE_STRUCT(
    ClaimView,
    (),
    (id,
     need,
     need_number,
     institution,
     state,
     state_label,
     round,
     officer,
     product,
     claimed_at,
     answered_at,
     ended_at,
     offer,
     accepted,
     refusal,
     contract,
     documents,
     granted,
     disbursed,
     clocks,
     acts))

struct NeedView : NeedBrief {
    std::vector<ClockView> clocks;
    std::vector<ClaimView> claims;
    std::vector<ActView> acts;
};
BOOST_DESCRIBE_STRUCT(NeedView, (NeedBrief), (clocks, claims, acts))

struct TimelineActor {
    std::string name;
    Text organisation;
};
BOOST_DESCRIBE_STRUCT(TimelineActor, (), (name, organisation))

struct TimelineEntry {
    Instant at;
    std::string act;
    Text label;
    TimelineActor actor;
    Text text;
    std::int64_t elapsed_ms = 0; // since the entry before
    std::optional<Id<Claim>> claim;
};
BOOST_DESCRIBE_STRUCT(TimelineEntry, (), (at, act, label, actor, text, elapsed_ms, claim))

// Makes views for one reader from one snapshot.
class FinanceViews {
public:
    FinanceViews(const finance::Book& book, const store::Snapshot& db, const Call& call);

    [[nodiscard]] ClockView clock(const finance::ClockRow& row) const;
    [[nodiscard]] NeedBrief brief(const finance::NeedRow& row);
    [[nodiscard]] NeedListed listed(const finance::NeedRow& row);
    [[nodiscard]] NeedView need(const finance::Case& all);
    [[nodiscard]] ClaimView claim(
        const finance::ClaimRow& row, const std::vector<finance::ClockRow>& clocks);
    [[nodiscard]] TimelineEntry line(
        const finance::NeedRow& need, const finance::LineRow& row, Instant before);

private:
    [[nodiscard]] bool knows_name(const finance::NeedRow& row) const;
    [[nodiscard]] RefusalView refusal(
        const finance::ClaimRow& row, const std::vector<finance::ClockRow>& clocks) const;
    [[nodiscard]] std::vector<ActView> need_acts(const finance::Case& all) const;
    [[nodiscard]] std::vector<ActView> claim_acts(const finance::ClaimRow& row) const;

    const finance::Book& book_;
    const store::Snapshot& db_;
    const Call& call_;
    PartyNames names_;
};

// A clock as it stands now; without owner, pauses and rungs.
[[nodiscard]] ClockView clock_view(
    const process::Clock& clock,
    const Text& label,
    const Text& budget,
    Instant now,
    const calendar::BusinessCalendar& days);
// "3 小时 20 分钟" / "3 h 20 min" of working time.
[[nodiscard]] Text duration_text(std::int64_t ms);

} // namespace api
