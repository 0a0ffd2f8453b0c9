// What an editor may offer.
#include "engine/rule/function.hpp"
#include "engine/rule/library.hpp"

namespace rule {
namespace {

struct Operator {
    std::string_view text;
    base::Text label;
};

std::vector<Word> operators() {
    const Operator all[] = {
        {"&&", {"并且", "and"}},
        {"||", {"或者", "or"}},
        {"!", {"不", "not"}},
        {"==", {"等于", "equal to"}},
        {"!=", {"不等于", "not equal to"}},
        {"<", {"小于", "less than"}},
        {"<=", {"不大于", "at most"}},
        {">", {"大于", "more than"}},
        {">=", {"不小于", "at least"}},
        {"in", {"属于其中", "one of"}},
        {"? :", {"如果…则…否则…", "if … then … else …"}}};
    const Operator units[] = {
        {"元", {"元", "yuan"}},
        {"万元", {"万元", "ten thousand yuan"}},
        {"亿元", {"亿元", "hundred million yuan"}},
        {"%", {"百分之", "percent"}},
        {"天", {"天", "days"}}};
    std::vector<Word> words;
    for (const auto& [text, label] : all) {
        words.push_back({"operator", std::string(text), std::string(text), "", label, {}});
    }
    for (const auto& [text, label] : units) {
        words.push_back(
            {"unit", std::string(text), std::string(text), "300" + std::string(text), label, {}});
    }
    return words;
}

} // namespace

std::vector<Word> vocabulary(const Schema& schema) {
    std::vector<Word> words;
    for (const auto& attribute : schema.attributes()) {
        const auto type = type_label(attribute.type);
        const auto& label = attribute.label.zh;
        words.push_back(
            {"attribute",
             bare_name(label) ? label : "`" + label + "`",
             attribute.name,
             std::string(base::json::enum_name(attribute.type)),
             attribute.label,
             type});
    }
    for (const auto& function : functions) {
        const auto name = std::string(function.name);
        const bool empty = function.args_most == 0;
        words.push_back(
            {function.method ? "method" : "function",
             (function.method ? "." : "") + name + (empty ? "()" : "("),
             name,
             std::string(function.signature),
             {name, name},
             {std::string(function.note_zh), std::string(function.note_en)}});
    }
    for (const auto& each : offered()) {
        const auto name = std::string(each.name);
        words.push_back(
            {each.method ? "method" : "function",
             (each.method ? "." : "") + name + "(",
             name,
             std::string(each.signature),
             {name, name},
             {std::string(each.note_zh), std::string(each.note_en)}});
    }
    for (auto& word : operators())
        words.push_back(std::move(word));
    return words;
}

} // namespace rule
