// A pack made ready for use: checked, compiled, indexed, never changed again. Everything that
// decides asks this class; nothing else reads the pack's files.
//
// Look-ups by code return a pointer into the policy (it lives as long as the policy), null when
// there is no such code.
#pragma once

#include "base/actor.hpp"
#include "engine/calendar/calendar.hpp"
#include "engine/match/match.hpp"
#include "engine/pack/pack.hpp"
#include "engine/reference/area.hpp"
#include "engine/reference/grades.hpp"
#include "engine/reference/industry.hpp"
#include "engine/reference/lpr.hpp"
#include "engine/reference/size.hpp"
#include "engine/rule/rule.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace pack {

class Policy {
public:
    // Reads, checks and compiles the folder and what it extends (packs beside it). Refused with
    // `pack.refused` when there is any finding of severity error; `field` is the first one's
    // file:line, the message names the first twenty.
    static base::Result<std::unique_ptr<const Policy>> load(const std::filesystem::path& folder);

    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;
    ~Policy();

    [[nodiscard]] const Pack& pack() const;

    [[nodiscard]] base::Zone zone() const { return {pack().header.zone_minutes}; }

    // "jiashan 2021.1 3f9a…": code, version and the first 12 hexadecimal digits of the SHA-256 of
    // every file read. A decision keeps it, so that it can be replayed with the same policy.
    [[nodiscard]] const std::string& version() const;

    // ---- what the rules speak of
    [[nodiscard]] const rule::Schema& schema() const; // attributes in the order of the pack
    // The compiled eligibility of a product of the pack; null when there is no such product.
    [[nodiscard]] const rule::Program* eligibility(std::string_view product) const;
    // The compiled `must` of a quality rule; null for completeness and freshness, which have none.
    [[nodiscard]] const rule::Program* must(std::string_view quality_rule) const;
    // The compiled rule of a signal, `watches` and `when` together.
    [[nodiscard]] const rule::Program* signal(std::string_view code) const;
    // For text from outside (a product an institution edits): rule::compile over schema().
    [[nodiscard]] base::Result<rule::Program> compile(std::string_view expression) const;

    // A product as matching sees it, with its price worked out for that day: `eligibility` is null
    // for a product that admits everyone, and outlives the offer. The id is the caller's to set.
    // Error `reference.lpr_unknown` before the first fixing.
    [[nodiscard]] base::Result<match::Offer> offer(
        const Product& product, const rule::Program* eligibility, Date today) const;

    // ---- national tables
    [[nodiscard]] const calendar::BusinessCalendar& calendar() const;
    [[nodiscard]] const reference::Industries& industries() const;
    [[nodiscard]] const reference::SizeStandard& sizes() const;
    [[nodiscard]] const reference::Areas& areas() const;
    [[nodiscard]] const reference::LprHistory& lpr() const;
    [[nodiscard]] const reference::TaxGrades& tax_grades() const;
    [[nodiscard]] const reference::LoanClasses& loan_classes() const;
    [[nodiscard]] const reference::RepaymentModes& repayment_modes() const;
    [[nodiscard]] const reference::GreenCatalogues& green_catalogues() const;

    // ---- by code
    [[nodiscard]] const Source* source(std::string_view code) const;
    [[nodiscard]] const Scope* scope(std::string_view code) const;
    [[nodiscard]] const Choice* purpose(std::string_view code) const;
    [[nodiscard]] const Attribute* attribute(std::string_view name) const; // or its Chinese label
    [[nodiscard]] const Choice* product_kind(std::string_view code) const;
    [[nodiscard]] const Choice* guarantee_mode(std::string_view code) const;
    [[nodiscard]] const Choice* tag(std::string_view code) const;
    [[nodiscard]] const Choice* loan_use(std::string_view code) const;
    // By code, by Chinese name, or by any alias the plan prints.
    [[nodiscard]] const Unit* unit(std::string_view code_or_name) const;
    [[nodiscard]] const Institution* institution(std::string_view code) const;
    [[nodiscard]] const Role* role(std::string_view code) const;
    [[nodiscard]] const Product* product(std::string_view code) const;
    [[nodiscard]] const Refusal* refusal(std::string_view code) const;
    [[nodiscard]] const ClockRule* clock(std::string_view code) const;
    [[nodiscard]] const Law* law(std::string_view code) const;
    [[nodiscard]] const InstrumentKind* instrument(std::string_view code) const;
    // The life of a kind of instrument, which the check has made sure of.
    [[nodiscard]] const InstrumentLife& life(const InstrumentKind& kind) const;
    [[nodiscard]] const State* need_state(std::string_view code) const;
    [[nodiscard]] const State* claim_state(std::string_view code) const;
    [[nodiscard]] const Task* task(std::string_view code) const;
    [[nodiscard]] const BodyTarget* target(std::string_view code) const;
    [[nodiscard]] const Indicator* indicator(std::string_view code) const;
    [[nodiscard]] const QualityRule* quality_rule(std::string_view code) const;
    // The rules of registration in force on that day; null before the first.
    [[nodiscard]] const SecurityRegime* security_regime(Date day) const;
    // The limits of guarantors in force on that day; null before the first.
    [[nodiscard]] const GuaranteeRules* guarantee_rules(Date day) const;
    [[nodiscard]] const Programme* programme(std::string_view code) const;
    [[nodiscard]] const Course* course(std::string_view code) const;
    // The pack's text for a screen; empty when the pack does not say.
    [[nodiscard]] const Text& text(std::string_view code) const;

    // The rights of all these roles together; a role the pack lacks gives none.
    [[nodiscard]] base::Rights rights_of(std::span<const std::string> roles) const;
    // `pack.roles_exclude` (rejected) when one person may not hold all of these, naming the pair;
    // `pack.role_unknown`, `pack.role_kind` when a role is not for that kind of organisation.
    [[nodiscard]] base::Result<> may_hold(PartyKind kind, std::span<const std::string> roles) const;

private:
    struct Inside;

    explicit Policy(std::unique_ptr<const Inside> inside);

    std::unique_ptr<const Inside> inside_;
};

} // namespace pack
