// ---- instruments.yaml: laws, instrument_lives, instruments
//
// The kinds of instruments (凭证) of a county: what each says, how it lives, how long it may run,
// and by which law. Included by pack.hpp.
#pragma once

#include "base/actor.hpp"
#include "base/date.hpp"
#include "base/json.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pack {

// A rule others can look up.
struct Law {
    std::string code;
    base::Text title;   // 中华人民共和国民法典
    std::string number; // 银发〔2025〕77号; empty for a law of the Congress
    std::string clause; // 第七百六十六条
    base::Text says;    // what of it matters here, in our words
    base::Date from;    // in force since
};
BOOST_DESCRIBE_STRUCT(Law, (), (code, title, number, clause, says, from))

// What amounts of an instrument are counted in; the smallest part of it that can be held.
enum class InstrumentUnit { fen, gram, piece };
BOOST_DESCRIBE_ENUM(InstrumentUnit, fen, gram, piece)

// How somebody stands to one instrument. One organisation may be several of these at once.
//   creditor    to whom it was first issued
//   debtor      who owes: the buyer, keeper, acceptor, issuing bank, lessee
//   holder      who holds the part the act is about
//   funder      the institution it was pushed to, or whose security or title the act is about
//   department  who oversees instruments, and records what courts order
enum class InstrumentSide { creditor, debtor, holder, funder, department };
BOOST_DESCRIBE_ENUM(InstrumentSide, creditor, debtor, holder, funder, department)

struct InstrumentState {
    std::string code;
    base::Text label;
    bool ends = false;
};
BOOST_DESCRIBE_STRUCT(InstrumentState, (), (code, label, ends))

// One permitted act; `to` left out: the state stays as it is.
struct InstrumentStep {
    std::string act;
    base::Text label;
    std::vector<std::string> from;
    std::string to;
    std::vector<InstrumentSide> by;
    bool reason_required = false;
};
BOOST_DESCRIBE_STRUCT(InstrumentStep, (), (act, label, from, to, by, reason_required))

// The first state is that of an upload by its creditor: nothing may move from it before the debtor
// has confirmed.
struct InstrumentLife {
    std::string code;
    std::vector<InstrumentState> states;
    std::vector<InstrumentStep> steps;
};
BOOST_DESCRIBE_STRUCT(InstrumentLife, (), (code, states, steps))

struct InstrumentField {
    std::string name;
    base::Text label;
    std::string type; // as an attribute's: boolean integer number text choice date money rate
    std::optional<std::string> unit;
    std::vector<std::string> choices; // Chinese words to choose from, for a choice
    bool required = false;
    bool key = false; // together the keys tell one from another: the same is not taken twice
};
BOOST_DESCRIBE_STRUCT(InstrumentField, (), (name, label, type, unit, choices, required, key))

// How long an instrument issued on or after `from` may run; the latest rule in force decides.
struct InstrumentTerm {
    base::Date from;
    std::int32_t usual_months = 0; // longer needs a reason; 0: no such bound
    std::int32_t most_months = 0;  // longer is refused; 0: no such bound
    std::string law;
};
BOOST_DESCRIBE_STRUCT(InstrumentTerm, (), (from, usual_months, most_months, law))

struct InstrumentKind {
    std::string code;
    base::Text label;
    base::Text creditor; // what the two sides are called: 供应商, 买方; 存货人, 保管人
    base::Text debtor;
    InstrumentUnit unit = InstrumentUnit::fen;
    std::string life;
    bool divisible = false;
    bool transferable = false;
    bool pledgeable = false;
    bool recourse_by_law = false; // whoever endorses it stands for it (票据法 art. 61)
    bool dated = true;            // falls due on a day
    bool notice_first = false;    // financing waits until the debtor has read the notice of it
    bool registered = false;      // financing names the number of its registration (中登网)
    bool locked_account = false;  // financing waits until the repayment account is locked
    std::vector<InstrumentField> fields;
    std::vector<InstrumentTerm> terms; // in order of days
    std::vector<std::string> laws;
};
BOOST_DESCRIBE_STRUCT(
    InstrumentKind,
    (),
    (code,
     label,
     creditor,
     debtor,
     unit,
     life,
     divisible,
     transferable,
     pledgeable,
     recourse_by_law,
     dated,
     notice_first,
     registered,
     locked_account,
     fields,
     terms,
     laws))

} // namespace pack
