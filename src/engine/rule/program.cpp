// From text to a checked program, and from a fault in bytes to a finding with line, column and
// caret.
#include "engine/rule/pattern.hpp"
#include "engine/rule/shape.hpp"

namespace rule {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }

// Ideographs and full-width signs take two columns on a terminal.
std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    for (const char c : text) {
        if (!starts_character(c)) continue;
        columns += static_cast<unsigned char>(c) >= 0xE2 ? 2 : 1;
    }
    return columns;
}

int characters_of(std::string_view text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), starts_character));
}

Finding placed(const Complaint& complaint, std::string_view source) {
    const auto from = std::min(complaint.from, source.size());
    const auto start = source.substr(0, from).rfind('\n') + 1; // npos + 1 is 0
    const auto end = std::min(source.find('\n', from), source.size());
    const auto to = std::clamp(complaint.to, from, end);
    const auto line = source.substr(start, end - start);
    const auto before = source.substr(start, from - start);
    Finding finding;
    finding.code = complaint.code;
    finding.line =
        1 + static_cast<int>(std::count(
                source.begin(), source.begin() + static_cast<std::ptrdiff_t>(from), '\n'));
    finding.column = 1 + characters_of(before);
    finding.length = std::max(1, characters_of(source.substr(from, to - from)));
    finding.message = complaint.message;
    finding.cure = complaint.cure;
    // A line far longer than a screen would hide the caret; the position says it then.
    if (line.size() <= 200) {
        const auto carets = std::max<std::size_t>(1, columns_of(source.substr(from, to - from)));
        finding.excerpt = std::string(line) + "\n" + std::string(columns_of(before), ' ') +
                          std::string(carets, '^');
    }
    return finding;
}

struct Compiled {
    std::unique_ptr<Tree> tree;
    std::vector<Finding> findings;
};

Compiled build(std::string_view text, const Schema& schema, std::optional<Type> expected) {
    Compiled compiled{std::make_unique<Tree>(), {}};
    if (text.size() > source_limit_bytes) {
        const Complaint complaint{
            "rule.limit",
            0,
            0,
            {"表达式超过 16 KiB", "the expression is longer than 16 KiB"},
            {"拆成几条规则", "split it into several rules"}};
        compiled.findings.push_back(placed(complaint, ""));
        return compiled;
    }
    auto& tree = *compiled.tree;
    tree.source = text;
    tree.attributes = &schema.attributes();
    tree.plain = plain_of(schema);
    std::vector<Complaint> complaints;
    if (auto fault = parse(tree)) {
        complaints.push_back(std::move(*fault));
    } else {
        complaints = check_types(tree, expected);
    }
    for (const auto& complaint : complaints)
        compiled.findings.push_back(placed(complaint, text));
    return compiled;
}

} // namespace

Tree::Tree()
    : shapes(std::make_unique<Shapes>()) {}

Tree::~Tree() = default;

Program::Program(std::unique_ptr<const Tree> tree)
    : tree_(std::move(tree)) {}

Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

const std::string& Program::source() const { return tree_->source; }

Type Program::type() const {
    const auto& sort = tree_->at(tree_->root).sort;
    if (!sort.list) return sort.type;
    return sort.type == Type::integer ? Type::integer_list : Type::text_list;
}

std::string Program::type_text() const {
    const auto& sort = tree_->at(tree_->root).sort;
    if (sort.shape != nullptr) return text_of(*sort.shape);
    auto text = std::string(base::json::enum_name(sort.type));
    return sort.list ? "list(" + text + ")" : text;
}

std::int64_t Program::cost() const { return tree_->cost; }

const std::vector<std::size_t>& Program::places() const { return tree_->places; }

namespace {

base::Result<Program> compiled_or_first_fault(Compiled compiled) {
    if (compiled.findings.empty()) return Program(std::move(compiled.tree));
    const auto& first = compiled.findings.front();
    const auto line = std::to_string(first.line);
    const auto column = std::to_string(first.column);
    auto error = base::invalid(
        first.code,
        {"第 " + line + " 行第 " + column + " 列：" + first.message.zh,
         "line " + line + ", column " + column + ": " + first.message.en},
        first.cure);
    error.field = line + ":" + column;
    error.detail = first.excerpt;
    return error;
}

} // namespace

base::Result<Program> compile(std::string_view text, const Schema& schema, Type expected) {
    return compiled_or_first_fault(build(text, schema, expected));
}

base::Result<Program> compile_any(std::string_view text, const Schema& schema) {
    return compiled_or_first_fault(build(text, schema, std::nullopt));
}

std::vector<Finding> check(std::string_view text, const Schema& schema, Type expected) {
    return build(text, schema, expected).findings;
}

std::vector<std::string> needs(const Program& program) {
    std::vector<std::string> names;
    for (const auto place : program.places())
        names.push_back((*program.tree().attributes)[place].name);
    return names;
}

} // namespace rule
