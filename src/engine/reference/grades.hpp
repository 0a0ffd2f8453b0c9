// Gradings that others give and the platform shows: tax credit grades (纳税信用级别), the five loan
// classes (贷款五级分类), repayment modes (还款方式) and the green catalogues. Each comes in
// versions with the day they came into force.
#pragma once

#include "base/finding.hpp"
#include "base/json.hpp"

#include <optional>
#include <string>
#include <vector>

namespace reference {

// ---- 纳税信用级别: packs/…/tax_grades.yaml ----

struct TaxGradeRow {
    std::string code; // A B M C D
    base::Text name;
    base::Text meaning;
    std::optional<int>
        least_score; // the score it starts at; none when it is not given by score alone
    std::optional<int> below_score; // the score it stops before
    friend bool operator==(const TaxGradeRow&, const TaxGradeRow&) = default;
};
BOOST_DESCRIBE_STRUCT(TaxGradeRow, (), (code, name, meaning, least_score, below_score))

struct TaxGradeVersion {
    std::string code; // stored beside a grade: "2014", "2018", "2025"
    base::Date from;
    base::Text source;
    std::vector<TaxGradeRow> grades; // best first
    friend bool operator==(const TaxGradeVersion&, const TaxGradeVersion&) = default;
};
BOOST_DESCRIBE_STRUCT(TaxGradeVersion, (), (code, from, source, grades))

struct TaxGradeTable {
    std::vector<TaxGradeVersion> versions;
    friend bool operator==(const TaxGradeTable&, const TaxGradeTable&) = default;
};
BOOST_DESCRIBE_STRUCT(TaxGradeTable, (), (versions))

// ---- 贷款五级分类: packs/…/loan_classes.yaml ----

struct LoanClassRow {
    std::string code; // pass special_mention substandard doubtful loss
    base::Text name;
    bool non_performing = false;
    std::optional<int> overdue_more_than_days; // overdue longer than this is at least this class
    std::vector<base::Text> floors; // the other circumstances that make it at least this class
    friend bool operator==(const LoanClassRow&, const LoanClassRow&) = default;
};
BOOST_DESCRIBE_STRUCT(
    LoanClassRow, (), (code, name, non_performing, overdue_more_than_days, floors))

struct LoanClassVersion {
    std::string code;
    base::Date from;
    base::Text source;
    std::vector<LoanClassRow> classes; // best first
    friend bool operator==(const LoanClassVersion&, const LoanClassVersion&) = default;
};
BOOST_DESCRIBE_STRUCT(LoanClassVersion, (), (code, from, source, classes))

struct LoanClassTable {
    std::vector<LoanClassVersion> versions;
    friend bool operator==(const LoanClassTable&, const LoanClassTable&) = default;
};
BOOST_DESCRIBE_STRUCT(LoanClassTable, (), (versions))

// ---- 还款方式: packs/…/repayment_modes.yaml ----

struct RepaymentModeRow {
    std::string code;
    base::Text name;
    base::Text meaning;
    bool rolls_over =
        false; // 连续贷, 灵活贷: goes on without the principal being brought back at maturity
    std::optional<int> longest_months;
    friend bool operator==(const RepaymentModeRow&, const RepaymentModeRow&) = default;
};
BOOST_DESCRIBE_STRUCT(RepaymentModeRow, (), (code, name, meaning, rolls_over, longest_months))

struct RepaymentModeTable {
    base::Text source;
    std::vector<RepaymentModeRow> modes;
    friend bool operator==(const RepaymentModeTable&, const RepaymentModeTable&) = default;
};
BOOST_DESCRIBE_STRUCT(RepaymentModeTable, (), (source, modes))

// ---- 绿色目录: packs/…/green_catalogues.yaml ----

struct GreenGroupRow { // 一级目录
    std::string code;
    base::Text name;
    friend bool operator==(const GreenGroupRow&, const GreenGroupRow&) = default;
};
BOOST_DESCRIBE_STRUCT(GreenGroupRow, (), (code, name))

struct GreenCatalogueVersion {
    std::string code;
    base::Date from;
    base::Text name;
    std::vector<GreenGroupRow> groups; // empty when the pack does not carry them
    friend bool operator==(const GreenCatalogueVersion&, const GreenCatalogueVersion&) = default;
};
BOOST_DESCRIBE_STRUCT(GreenCatalogueVersion, (), (code, from, name, groups))

struct GreenCatalogueTable {
    std::vector<GreenCatalogueVersion> versions;
    friend bool operator==(const GreenCatalogueTable&, const GreenCatalogueTable&) = default;
};
BOOST_DESCRIBE_STRUCT(GreenCatalogueTable, (), (versions))

[[nodiscard]] std::vector<base::Finding> check(const TaxGradeTable& table);
[[nodiscard]] std::vector<base::Finding> check(const LoanClassTable& table);
[[nodiscard]] std::vector<base::Finding> check(const RepaymentModeTable& table);
[[nodiscard]] std::vector<base::Finding> check(const GreenCatalogueTable& table);

// Checked tables, asked by day. `on` is `reference.no_version` before the first version.

class TaxGrades {
public:
    static base::Result<TaxGrades> make(TaxGradeTable table); // error `reference.tax_grades`
    [[nodiscard]] base::Result<TaxGradeVersion> on(base::Date date) const;
    // The row of a grade as the rules of that day have it; `reference.tax_grade` when they have no
    // such grade. Having no grade is not having grade D: callers keep "none" apart.
    [[nodiscard]] base::Result<TaxGradeRow> find(std::string_view grade, base::Date on) const;
    // Finds a score that the grade's published bounds do not allow. A grade not given by score
    // alone fits any score.
    [[nodiscard]] base::Result<bool> fits(std::string_view grade, int score, base::Date on) const;

private:
    TaxGradeTable table_;
};

class LoanClasses {
public:
    static base::Result<LoanClasses> make(LoanClassTable table); // error `reference.loan_classes`
    [[nodiscard]] base::Result<LoanClassVersion> on(base::Date date) const;
    [[nodiscard]] base::Result<LoanClassRow> find(std::string_view code, base::Date on) const;
    // The best class that so many days overdue still allow. It is for showing that a reported class
    // looks too good; the class itself is always the bank's.
    [[nodiscard]] base::Result<LoanClassRow> floor_for_overdue(
        int overdue_days, base::Date on) const;

private:
    LoanClassTable table_;
};

class RepaymentModes {
public:
    static base::Result<RepaymentModes> make(
        RepaymentModeTable table); // error `reference.repayment_modes`
    [[nodiscard]] base::Result<RepaymentModeRow> find(std::string_view code) const;

    [[nodiscard]] const RepaymentModeTable& table() const { return table_; }

private:
    RepaymentModeTable table_;
};

class GreenCatalogues {
public:
    static base::Result<GreenCatalogues> make(
        GreenCatalogueTable table); // error `reference.green_catalogues`
    // The catalogue that decides whether a loan disbursed on that day is green.
    [[nodiscard]] base::Result<GreenCatalogueVersion> on(base::Date date) const;

    [[nodiscard]] const GreenCatalogueTable& table() const { return table_; }

private:
    GreenCatalogueTable table_;
};

} // namespace reference
