// The unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters
//   1 registration department · 2 category · 3–8 area (GB/T 2260) · 9–17 organisation code (GB
//   11714) · 18 check
// Two check characters guard it: the 17th (within the organisation code, modulo 11) and the 18th
// (modulo 31).
//
// Some codes issued in the pilot years are legally valid although a check character is wrong. A
// mismatch is therefore a warning that a person may override with a reason, never a rejection; only
// a malformed text is rejected.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace reference {

enum class CodeOutcome { valid, check_digit_mismatch, malformed };
BOOST_DESCRIBE_ENUM(CodeOutcome, valid, check_digit_mismatch, malformed)

class CreditCode {
public:
    // Takes surrounding blanks, lower case and full-width characters; refuses anything malformed
    // with `reference.credit_code`. Check characters are not a condition: ask outcome().
    static base::Result<CreditCode> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const { return text_; } // 18 upper-case characters

    [[nodiscard]] char department() const { return text_[0]; }

    [[nodiscard]] char category() const { return text_[1]; }

    [[nodiscard]] std::string_view area() const { return std::string_view(text_).substr(2, 6); }

    [[nodiscard]] std::string_view organisation() const {
        return std::string_view(text_).substr(8, 9);
    }

    [[nodiscard]] bool organisation_check_holds() const;
    [[nodiscard]] bool final_check_holds() const;
    [[nodiscard]] CodeOutcome outcome() const;
    friend auto operator<=>(const CreditCode&, const CreditCode&) = default;

private:
    explicit CreditCode(std::string text)
        : text_(std::move(text)) {}

    friend CreditCode synthetic_code(const struct SyntheticCode& wish);
    std::string text_;
};

// Everything a form or an import needs to show about one text.
struct CodeReading {
    CodeOutcome outcome = CodeOutcome::malformed;
    std::string code;          // normalised; empty when malformed
    std::string expected_code; // with both check characters put right; empty when malformed
    base::Text department;     // 登记管理部门, empty when the standard does not list it
    base::Text category;       // 机构类别
    std::string area;          // six digits
    base::Text message;        // what is wrong, or that all is well
    base::Text cure;           // empty when valid
    friend bool operator==(const CodeReading&, const CodeReading&) = default;
};
BOOST_DESCRIBE_STRUCT(
    CodeReading, (), (outcome, code, expected_code, department, category, area, message, cure))

[[nodiscard]] CodeReading read_code(std::string_view text);

// A valid code that no registry issued, for demo counties and tests. Seeds below 31^6 (887,503,681)
// give distinct codes.
struct SyntheticCode {
    char department = '9';
    char category = '1';
    std::string area = "330421";
    std::uint64_t seed = 0;
};

[[nodiscard]] CreditCode synthetic_code(const SyntheticCode& wish);

// The check characters for what stands before them: 8 characters give the 9th of an organisation
// code, 17 the 18th of a credit code. Other lengths or characters are a Bug.
[[nodiscard]] char organisation_check(std::string_view eight);
[[nodiscard]] char final_check(std::string_view seventeen);

} // namespace reference
