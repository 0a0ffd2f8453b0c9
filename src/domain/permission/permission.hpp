// Who may see and do what, decided here and nowhere else. Pure functions of the actor, the thing
// and the consents.
//
// Three questions, three answers:
//   may the actor call this at all?      require(actor, right): the endpoint's declared right
//   which rows?                          Reach: its own organisation's, or all of the county's
//   which data of an enterprise?         fact(): own data; a consent that is active, covers the
//   scope and names the
//                                        receiver; or a department within its sensitivity grade
//   and which of the platform's own
//   records of an enterprise?            part(): all, sums, the reader's own rows, or none
// Sources: 个人信息保护法 arts. 13–17, 23; 征信业管理条例 arts. 13–20; JR/T 0197-2020 grades.
#pragma once

#include "base/actor.hpp"
#include "base/date.hpp"
#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace permission {

using base::Actor;
using base::Result;
using base::Right;

// `permission.denied` when the actor lacks the right, naming it; `permission.not_signed_in` for
// nobody.
Result<> require(const Actor& actor, Right right);

// Whose rows a list may show.
enum class Reach { own, all };
[[nodiscard]] Reach reach(
    const Actor& actor); // enterprises and institutions: own; departments and platform: all

// `permission.other_party` (not_found, so that ids cannot be probed) unless the row belongs to the
// actor's organisation or its reach is all.
Result<> own_row(const Actor& actor, base::Id<base::Party> owner);

// What of a consent matters to a decision; consent/consent.hpp keeps the whole artefact.
struct Permit {
    base::Id<base::Consent> consent;
    base::Id<base::Party> enterprise;
    base::Id<base::Party> receiver;
    std::vector<std::string> scopes;
    base::Instant from;
    base::Instant until;
    bool active = false; // neither revoked, paused nor used up
};

struct FactQuestion {
    base::Id<base::Party> enterprise;
    std::string_view scope; // the attribute's consent scope; "public" needs none
    int grade = 2;          // 1 open … 5
    base::Instant now;
};

struct FactAnswer {
    bool allowed = false;
    base::Id<base::Consent> by; // the consent that allowed it, for the reader log
    base::Text why;             // for the screen when refused, and for the log
};

// Grade 4 and 5 (authentication data, important data) are shown to nobody here. Departments see up
// to grade 3.
[[nodiscard]] FactAnswer fact(
    const Actor& actor, const FactQuestion& question, std::span<const Permit> permits);

// 企业画像: the parts of an enterprise's portrait beside its facts, which fact() answers one by
// one.
enum class Part {
    trends,     // invoices by month
    findings,   // what is odd about its data, and its disputes
    loans,      // recorded here
    lines,      // credit lines, and the joint limit
    guarantees, // for its debts, and its group
    securities, // registrations against it
    warnings,   // risk cases about it
    rosters,    // lists by rule that it is on
    products    // matched, with reasons
};
BOOST_DESCRIBE_ENUM(
    Part, trends, findings, loans, lines, guarantees, securities, warnings, rosters, products)

// How much of a part: nothing; the rows that the reader's organisation has a part in; the sums of
// all beside those rows; every row.
enum class Extent { none, own, sums, all };
BOOST_DESCRIBE_ENUM(Extent, none, own, sums, all)

struct PartQuestion {
    base::Id<base::Party> enterprise;
    Part part = Part::trends;
    std::string_view scope; // that opens the part to an institution; empty: none does
    int grade = 3;
    base::Instant now;
};

struct PartAnswer {
    Extent extent = Extent::none;
    base::Id<base::Consent> by; // the consent that opened more than the reader's own rows
    base::Text why;             // unless it is all
};

// An institution always sees what it did itself; what others did it sees in sums, and under
// consent alone. Warnings and lists by rule are a department's own work.
[[nodiscard]] PartAnswer part(
    const Actor& actor, const PartQuestion& question, std::span<const Permit> permits);

} // namespace permission
