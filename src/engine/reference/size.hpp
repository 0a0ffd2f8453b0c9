// Enterprise size: 统计上大中小微型企业划分办法(2017), 国统字〔2017〕213号, as a table of lower
// bounds.
//
// Large, medium and small must each meet every lower bound of the industry's row; one bound missed
// drops the firm a grade. So the size is the smallest grade among the row's indexes, and one index
// below "small" makes a firm micro.
#pragma once

#include "base/finding.hpp"
#include "base/json.hpp"
#include "engine/reference/industry.hpp"

#include <optional>

namespace reference {

enum class Size { large, medium, small, micro };
BOOST_DESCRIBE_ENUM(Size, large, medium, small, micro)

// 从业人员 (persons), 营业收入 and 资产总额 (bounds in 万元).
enum class SizeIndex { employees, revenue, assets };
BOOST_DESCRIBE_ENUM(SizeIndex, employees, revenue, assets)

struct SizeBoundRow {
    SizeIndex index = SizeIndex::employees;
    std::int64_t large = 0;
    std::int64_t medium = 0;
    std::int64_t small = 0;
    friend bool operator==(const SizeBoundRow&, const SizeBoundRow&) = default;
};
BOOST_DESCRIBE_STRUCT(SizeBoundRow, (), (index, large, medium, small))

struct SizeRow {
    std::string code; // names the row in verdicts: "industry", "wholesale"
    Text name;
    std::vector<std::string>
        industries; // sections, divisions or classes; the longest match decides
    std::vector<SizeBoundRow> bounds;
    friend bool operator==(const SizeRow&, const SizeRow&) = default;
};
BOOST_DESCRIBE_STRUCT(SizeRow, (), (code, name, industries, bounds))

struct SizeExclusionRow {
    std::vector<std::string> industries;
    Text reason;
    friend bool operator==(const SizeExclusionRow&, const SizeExclusionRow&) = default;
};
BOOST_DESCRIBE_STRUCT(SizeExclusionRow, (), (industries, reason))

// packs/…/sizes.yaml
struct SizeTable {
    Text source;
    base::Date from;
    std::vector<SizeRow> rows;
    std::vector<SizeExclusionRow> out_of_scope;
    friend bool operator==(const SizeTable&, const SizeTable&) = default;
};
BOOST_DESCRIBE_STRUCT(SizeTable, (), (source, from, rows, out_of_scope))

[[nodiscard]] std::vector<base::Finding> check(const SizeTable& table);

struct SizeFacts {
    std::optional<std::int64_t> employees;
    std::optional<base::Money> revenue;
    std::optional<base::Money> assets;
};

enum class SizeOutcome { judged, not_applicable, missing_facts };
BOOST_DESCRIBE_ENUM(SizeOutcome, judged, not_applicable, missing_facts)

struct SizeVerdict {
    SizeOutcome outcome = SizeOutcome::judged;
    std::optional<Size> size;            // when judged
    std::string row;                     // code of the table's row, empty when not applicable
    std::vector<SizeIndex> missing;      // what is needed still; empty when judged
    std::optional<SizeIndex> decided_by; // the index with the smallest grade
    Text reason;                         // why not applicable
    friend bool operator==(const SizeVerdict&, const SizeVerdict&) = default;
};
BOOST_DESCRIBE_STRUCT(SizeVerdict, (), (outcome, size, row, missing, decided_by, reason))

class SizeStandard {
public:
    static base::Result<SizeStandard> make(SizeTable table); // error `reference.sizes`

    // Missing facts do not matter when one known index already makes the firm micro. An industry
    // code that has no place is `reference.industry`; one the table forgets is
    // `reference.size_row`.
    [[nodiscard]] base::Result<SizeVerdict> judge(
        const Industries& industries, std::string_view industry, const SizeFacts& facts) const;

    [[nodiscard]] const SizeTable& table() const { return table_; }

private:
    SizeTable table_;
};

} // namespace reference
