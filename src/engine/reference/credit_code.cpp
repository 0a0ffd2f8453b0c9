#include "engine/reference/credit_code.hpp"

#include <array>
#include <optional>

namespace reference {

using base::Text;

namespace {

// GB 32100-2015 table 2: no I, O, S, V, Z. A character's value is its place.
constexpr std::string_view charset = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::uint64_t base_of_charset = 31;

struct Office {
    char code;
    Text name;
};

// GB 32100-2015 table 1 with its first amendment.
const std::array<Office, 12> offices = {{
    {'1', {"机构编制", "establishment offices"}},
    {'2', {"外交", "foreign affairs"}},
    {'3', {"司法行政", "justice"}},
    {'4', {"文化", "culture"}},
    {'5', {"民政", "civil affairs"}},
    {'6', {"旅游", "tourism"}},
    {'7', {"宗教", "religious affairs"}},
    {'8', {"工会", "trade unions"}},
    {'9', {"工商（市场监管）", "market regulation"}},
    {'A', {"中央军委改革和编制办公室", "military establishment"}},
    {'N', {"农业", "agriculture"}},
    {'Y', {"其他", "other"}},
}};

Text office_name(char department) {
    for (const auto& [code, name] : offices) {
        if (code == department) return name;
    }
    return {};
}

Text category_name(char department, char category) {
    if (category == '9' && department != '8') return {"其他", "other"};
    if (department == '9') {
        if (category == '1') return {"企业", "enterprise"};
        if (category == '2') return {"个体工商户", "individual business"};
        if (category == '3') return {"农民专业合作社", "farmers' cooperative"};
    }
    if (department == '1') {
        if (category == '1') return {"机关", "state organ"};
        if (category == '2') return {"事业单位", "public institution"};
        if (category == '3') return {"群众团体", "mass organisation"};
    }
    if (department == '5') {
        if (category == '1') return {"社会团体", "social organisation"};
        if (category == '2') return {"民办非企业单位", "private non-enterprise unit"};
        if (category == '3') return {"基金会", "foundation"};
    }
    return {};
}

// Upper case, half width, without surrounding blanks (ideographic ones too). Other bytes stay as
// they are.
std::string normalised(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[i + k]); };
        const bool three = i + 2 < text.size();
        if (three && byte(0) == 0xEF && (byte(1) == 0xBC || byte(1) == 0xBD)) {
            // U+FF01…U+FF5E mirror ASCII 0x21…0x7E.
            const auto code = 0xF000U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
            if (code >= 0xFF01 && code <= 0xFF5E) {
                out += static_cast<char>(code - 0xFEE0U);
                i += 2;
                continue;
            }
        }
        if (three && text.substr(i, 3) == "　") {
            out += ' ';
            i += 2;
            continue;
        }
        out += text[i];
    }
    const auto first = out.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    out = out.substr(first, out.find_last_not_of(" \t\r\n") - first + 1);
    for (auto& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

struct Fault {
    Text message;
    Text cure;
};

// Why a normalised text cannot be a credit code; none when it can.
std::optional<Fault> fault_of(std::string_view code) {
    if (code.size() != 18) {
        const auto size = std::to_string(code.size());
        return Fault{
            {"统一社会信用代码应为 18 位，现为 " + size + " 个字节。",
             "A credit code has 18 characters; this has " + size + " bytes."},
            {"请对照营业执照补全，不要含空格或汉字。",
             "Copy it in full from the business licence, without blanks or Chinese characters."}};
    }
    for (std::size_t i = 0; i < code.size(); ++i) {
        const bool area = i >= 2 && i < 8;
        if (charset.substr(0, area ? 10 : charset.size()).find(code[i]) != std::string_view::npos) {
            continue;
        }
        const auto place = std::to_string(i + 1);
        if (area) {
            return Fault{
                {"第 " + place + " 位应为数字（登记机关行政区划码）。",
                 "Character " + place + " must be a digit (area of the registry)."},
                {"第 3 至 8 位都是数字。", "Characters 3 to 8 are all digits."}};
        }
        return Fault{
            {"第 " + place + " 位不是统一社会信用代码可用的字符。",
             "Character " + place + " is not one that credit codes use."},
            {"代码不使用字母 I、O、S、V、Z，请核对是否应为 1、0、5、U、2。",
             "Codes never use I, O, S, V or Z; see whether 1, 0, 5, U or 2 is meant."}};
    }
    return std::nullopt;
}

std::uint64_t value_of(char c) {
    const auto found = charset.find(c);
    base::ensure(found != std::string_view::npos, "the character belongs to GB 32100");
    return found;
}

} // namespace

char organisation_check(std::string_view eight) {
    base::ensure(eight.size() == 8, "an organisation code's check is made of eight characters");
    constexpr std::array<unsigned, 8> weights = {3, 7, 9, 10, 5, 8, 4, 2};
    unsigned sum = 0;
    for (std::size_t i = 0; i < eight.size(); ++i) {
        const char c = eight[i];
        const bool digit = c >= '0' && c <= '9';
        base::ensure(digit || (c >= 'A' && c <= 'Z'), "the character belongs to GB 11714");
        sum += weights[i] * static_cast<unsigned>(digit ? c - '0' : c - 'A' + 10);
    }
    const auto check = 11 - sum % 11;
    if (check == 10) return 'X';
    if (check == 11) return '0';
    return static_cast<char>('0' + check);
}

char final_check(std::string_view seventeen) {
    base::ensure(seventeen.size() == 17, "a credit code's check is made of seventeen characters");
    std::uint64_t sum = 0;
    std::uint64_t weight = 1; // 3^i mod 31
    for (const char c : seventeen) {
        sum += weight * value_of(c);
        weight = weight * 3 % base_of_charset;
    }
    return charset[(base_of_charset - sum % base_of_charset) % base_of_charset];
}

base::Result<CreditCode> CreditCode::parse(std::string_view text) {
    auto code = normalised(text);
    if (auto fault = fault_of(code)) {
        return base::invalid(
            "reference.credit_code", std::move(fault->message), std::move(fault->cure));
    }
    return CreditCode(std::move(code));
}

bool CreditCode::organisation_check_holds() const {
    return organisation_check(organisation().substr(0, 8)) == text_[16];
}

bool CreditCode::final_check_holds() const {
    return final_check(std::string_view(text_).substr(0, 17)) == text_[17];
}

CodeOutcome CreditCode::outcome() const {
    return organisation_check_holds() && final_check_holds() ? CodeOutcome::valid
                                                             : CodeOutcome::check_digit_mismatch;
}

CodeReading read_code(std::string_view text) {
    CodeReading reading;
    auto parsed = CreditCode::parse(text);
    if (!parsed) {
        reading.message = parsed.error().message;
        reading.cure = parsed.error().cure;
        return reading;
    }
    reading.outcome = parsed->outcome();
    reading.code = parsed->text();
    reading.department = office_name(parsed->department());
    reading.category = category_name(parsed->department(), parsed->category());
    reading.area = parsed->area();
    auto right = parsed->text().substr(0, 16);
    right += organisation_check(std::string_view(right).substr(8, 8));
    right += final_check(right);
    reading.expected_code = std::move(right);
    if (reading.outcome == CodeOutcome::valid) {
        reading.message = {"校验通过。", "Both check characters agree."};
        return reading;
    }
    const bool inner = !parsed->organisation_check_holds();
    const std::string place = inner ? "17" : "18";
    reading.message = {
        "第 " + place + " 位校验码不符，可能录入有误。",
        "Check character " + place + " does not agree; there may be a typing mistake."};
    reading.cure = {
        "请对照营业执照核对；确认无误的早期试点代码可填写理由后继续。",
        "Compare it with the licence; if it is right (some early codes are so), go on and state "
        "the reason."};
    return reading;
}

CreditCode synthetic_code(const SyntheticCode& wish) {
    constexpr std::uint64_t bodies = 887'503'681; // 31^6
    constexpr std::uint64_t spread =
        523'456'789; // has no factor 31, so seeds below 31^6 do not collide
    constexpr std::uint64_t shift = 271'828'182;
    auto number = (wish.seed % bodies * spread + shift) % bodies;
    std::string body(6, '0');
    for (auto place = body.rbegin(); place != body.rend(); ++place) {
        *place = charset[number % base_of_charset];
        number /= base_of_charset;
    }
    std::string code{wish.department, wish.category};
    code += wish.area + "MA" + body; // MA opens the codes given since the reform of 2015
    base::ensure(code.size() == 16, "an area has six digits");
    code += organisation_check(std::string_view(code).substr(8, 8));
    code += final_check(code);
    base::ensure(!fault_of(code), "a synthetic code is made of allowed characters");
    return CreditCode(std::move(code));
}

} // namespace reference
