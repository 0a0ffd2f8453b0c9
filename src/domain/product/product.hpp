// 金融产品: they begin as the pack says and are then kept by their institutions, version by
// version.
//
// A version is a draft until it is published with a day from which it holds; then it never changes.
// What was decided under a version names it. The content is pack::Product, so that a product of the
// pack and one made on a screen are the same thing.
#pragma once

#include "domain/party/party.hpp"
#include "engine/match/index.hpp"
#include "engine/rule/rule.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace product {

using base::Date;
using base::Id;
using base::Instant;
using base::Party;
using base::Person;
using base::Product;
using base::Result;

enum class State { draft, published, retired };
BOOST_DESCRIBE_ENUM(State, draft, published, retired)

// product_version
struct Version {
    Id<Product> product;
    std::int64_t version = 1;
    State state = State::draft;
    Id<Party> institution;
    pack::Product terms;
    std::optional<Date> effective_from; // when published
    Instant at;                         // of its last change
    Id<Person> editor;                  // 0: the pack
    std::string reason;                 // of retiring
};
BOOST_DESCRIBE_STRUCT(
    Version, (), (product, version, state, institution, terms, effective_from, at, editor, reason))

struct FieldChange {
    std::string field;
    base::Raw before;
    base::Raw after;
};
BOOST_DESCRIBE_STRUCT(FieldChange, (), (field, before, after))

// Events
// -------------------------------------------------------------------------------------------------

struct Drafted {
    static constexpr std::string_view kind = "product.drafted";
    Version version; // replaces an unpublished draft of the product
};
BOOST_DESCRIBE_STRUCT(Drafted, (), (version))

struct Published {
    static constexpr std::string_view kind = "product.published";
    Version version;
};
BOOST_DESCRIBE_STRUCT(Published, (), (version))

struct Retired {
    static constexpr std::string_view kind = "product.retired";
    Id<Product> product;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Retired, (), (product, reason))

void apply(store::Transaction& tx, const Drafted& event);
void apply(store::Transaction& tx, const Published& event);
void apply(store::Transaction& tx, const Retired& event);
void declare(store::Schema& schema);

// Decisions
// ----------------------------------------------------------------------------------------------

// Codes, limits, price and the eligibility expression: `product.…` or rule's own error, at the
// field.
Result<> check(const pack::Product& terms, const pack::Policy& policy);
[[nodiscard]] std::vector<FieldChange> differences(
    const pack::Product& before, const pack::Product& after);
// The yearly rate on a day: LPR of that day and the spread, or the fixed rate.
Result<base::Rate> rate_on(const pack::Price& price, const pack::Policy& policy, Date day);

// Reads
// --------------------------------------------------------------------------------------------------

// The version in force on a day; nothing before the first, or when retired.
std::optional<Version> in_force(const store::Snapshot& db, Id<Product> product, Date day);
std::optional<Version> newest(const store::Snapshot& db, Id<Product> product);
// One version, as an old decision names it.
std::optional<Version> at_version(
    const store::Snapshot& db, Id<Product> product, std::int64_t version);
std::vector<Version> versions(const store::Snapshot& db, Id<Product> product);
std::optional<Id<Product>> find_code(const store::Snapshot& db, std::string_view code);

struct Filter {
    std::optional<Id<Party>> institution;
    std::string kind;
    std::string tag;
    std::string text;
    std::optional<State> state;
    std::optional<Id<Party>> drafts_of; // also drafts and retired ones of this institution
};

// Of each product the version that a reader sees: in force on `day`, or, for the owner, the newest.
std::vector<Version> list(const store::Snapshot& db, const Filter& filter, Date day);

// Use cases
// ----------------------------------------------------------------------------------------------

class Products {
public:
    Products(store::Database& database, const pack::Policy& policy);
    ~Products();

    // Publishes every product of the pack whose code is not here yet. Harmless to repeat; what an
    // institution has changed since stays. Needs the pack's organisations.
    Result<> publish_pack_products();

    Result<store::Receipt> draft(const store::Command& command, const pack::Product& terms);
    // `product.version` (conflict) when somebody was faster.
    Result<store::Receipt> change(
        const store::Command& command,
        Id<Product> product,
        std::int64_t version,
        const pack::Product& terms);
    // `product.nothing_to_publish`, `product.effective_in_past`.
    Result<store::Receipt> publish(
        const store::Command& command, Id<Product> product, Date effective_from);
    Result<store::Receipt> retire(
        const store::Command& command, Id<Product> product, const std::string& reason);

    // The compiled eligibility of a version, kept for the next time. It passed check() once; null
    // only when today's catalogue no longer has what it asks for.
    const rule::Program* eligibility(const Version& version) const;

    // Finds who is eligible for which of these published versions: `index` has all of them, `ids`
    // says under which ids. A version that is seen for the first time is put in, and takes the
    // place of older ones of its product.
    struct Found {
        match::Held index;
        std::vector<std::int64_t> ids;
    };

    Found indexed(const std::vector<Version>& versions) const;

private:
    store::Database& database_;
    const pack::Policy& policy_;
    mutable std::mutex mutex_;
    mutable std::map<std::pair<Id<Product>, std::int64_t>, std::unique_ptr<rule::Program>>
        programs_;
    mutable std::mutex indexing_;
    mutable match::Index index_;
    mutable std::map<Id<Product>, std::vector<std::int64_t>> in_index_; // versions, by product
};

} // namespace product
