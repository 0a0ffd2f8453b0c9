// Recursive descent over the grammar in rule.hpp.
#include "engine/rule/token.hpp"

namespace rule {
namespace {

// a + b + c + … makes a tree as deep as the chain is long; whoever walks it recurses that deep.
constexpr int chain_limit = 256;

class Parser {
public:
    explicit Parser(Tree& tree)
        : tree_(tree) {}

    std::optional<Complaint> run() {
        auto words = split_words(tree_.source, tree_.plain == nullptr);
        if (words.complaint) return std::move(words.complaint);
        tokens_ = std::move(words.tokens);
        if (now().kind == TokenKind::end) {
            return Complaint{"rule.syntax", 0, 0, {"表达式是空的", "the expression is empty"}, {}};
        }
        tree_.root = expression();
        if (!complaint_ && now().kind != TokenKind::end) unexpected();
        return std::move(complaint_);
    }

private:
    // Counts how deep the descent is, and stops it at the limit.
    class Deeper {
    public:
        explicit Deeper(Parser& parser)
            : parser_(parser) {
            parser_.depth_ += 1;
            if (parser_.depth_ > depth_limit) {
                parser_.complain(
                    "rule.limit",
                    parser_.now(),
                    {"表达式嵌套太深", "the expression is nested too deeply"},
                    {"拆成几条规则", "split it into several rules"});
            }
        }

        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;

        ~Deeper() { parser_.depth_ -= 1; }

    private:
        Parser& parser_;
    };

    [[nodiscard]] const Token& now() const { return tokens_[at_]; }

    [[nodiscard]] const Token& before() const { return tokens_[at_ == 0 ? 0 : at_ - 1]; }

    [[nodiscard]] bool sees(std::string_view sign) const {
        return now().kind == TokenKind::punctuation && now().text == sign;
    }

    [[nodiscard]] bool sees_word(std::string_view word) const {
        return now().kind == TokenKind::name && !now().quoted && now().text == word;
    }

    void step() {
        if (now().kind != TokenKind::end) at_ += 1;
    }

    bool take(std::string_view sign) {
        if (complaint_ || !sees(sign)) return false;
        step();
        return true;
    }

    void complain(std::string code, const Token& token, base::Text message, base::Text cure) {
        if (complaint_) return;
        complaint_ =
            Complaint{std::move(code), token.from, token.to, std::move(message), std::move(cure)};
    }

    void unexpected() {
        const auto& token = now();
        const auto text = tree_.source.substr(token.from, token.to - token.from);
        if (token.kind == TokenKind::end) {
            return complain(
                "rule.syntax", token, {"表达式没有写完", "the expression ends too early"}, {});
        }
        base::Text cure;
        if (text == "且" || text == "并且" || text == "and" || text == "AND")
            cure = {"“并且”写成 &&", "write && for “and”"};
        if (text == "或" || text == "或者" || text == "or" || text == "OR")
            cure = {"“或者”写成 ||", "write || for “or”"};
        complain(
            "rule.syntax", token, {"这里不应出现 " + text, "unexpected " + text}, std::move(cure));
    }

    void expect(std::string_view sign) {
        if (complaint_ || take(sign)) return;
        const auto wanted = std::string(sign);
        complain("rule.syntax", now(), {"这里应为 " + wanted, "expected " + wanted + " here"}, {});
    }

    NodeIndex node(Op op, std::size_t from, std::vector<NodeIndex> args, std::string text = {}) {
        if (complaint_) return 0;
        if (tree_.nodes.size() >= node_limit) {
            complain(
                "rule.limit",
                now(),
                {"表达式太长", "the expression is too long"},
                {"拆成几条规则", "split it into several rules"});
            return 0;
        }
        int depth = 1;
        for (const auto arg : args)
            depth = std::max(depth, depths_[arg] + 1);
        if (depth > chain_limit) {
            complain(
                "rule.limit",
                before(),
                {"连写的运算太多", "too many operations in one chain"},
                {"用 in 列表代替，或拆成几条规则",
                 "use a list with in, or split it into several rules"});
            return 0;
        }
        depths_.push_back(depth);
        auto& made = tree_.nodes.emplace_back();
        made.op = op;
        made.from = from;
        made.to = before().to;
        made.args = std::move(args);
        made.text = std::move(text);
        return static_cast<NodeIndex>(tree_.nodes.size() - 1);
    }

    [[nodiscard]] std::size_t from_of(NodeIndex index) const {
        return index < tree_.nodes.size() ? tree_.nodes[index].from : 0;
    }

    NodeIndex expression() {
        const Deeper deeper(*this);
        if (complaint_) return 0;
        const auto condition = any();
        if (!take("?")) return condition;
        const auto yes = any();
        expect(":");
        const auto no = expression();
        return node(Op::conditional, from_of(condition), {condition, yes, no});
    }

    NodeIndex any() {
        return chain(Op::logical_or, "||", [this] { return every(); });
    }

    NodeIndex every() {
        return chain(Op::logical_and, "&&", [this] { return relation(); });
    }

    template <class Part>
    NodeIndex chain(Op op, std::string_view sign, Part part) {
        std::vector<NodeIndex> parts{part()};
        while (take(sign))
            parts.push_back(part());
        if (parts.size() == 1) return parts.front();
        const auto from = from_of(parts.front());
        return node(op, from, std::move(parts));
    }

    [[nodiscard]] std::optional<Op> relation_here() const {
        if (complaint_) return std::nullopt;
        if (sees_word("in")) return Op::in;
        if (sees("==")) return Op::equal;
        if (sees("!=")) return Op::not_equal;
        if (sees("<=")) return Op::less_equal;
        if (sees(">=")) return Op::greater_equal;
        if (sees("<")) return Op::less;
        if (sees(">")) return Op::greater;
        return std::nullopt;
    }

    NodeIndex relation() {
        const auto left = sum();
        const auto op = relation_here();
        if (!op) return left;
        step();
        const auto right = sum();
        auto made = node(*op, from_of(left), {left, right});
        while (tree_.plain != nullptr) {
            const auto next = relation_here();
            if (!next) return made;
            step();
            const auto operand = sum();
            made = node(*next, from_of(left), {made, operand});
        }
        if (relation_here()) {
            complain(
                "rule.syntax",
                now(),
                {"比较不能连写", "comparisons cannot be chained"},
                {"用 && 连接两个比较，或加括号", "join two comparisons by &&, or use parentheses"});
        }
        return made;
    }

    NodeIndex sum() {
        auto left = product();
        while (!complaint_ && (sees("+") || sees("-"))) {
            const auto op = sees("+") ? Op::add : Op::subtract;
            step();
            const auto right = product();
            left = node(op, from_of(left), {left, right});
        }
        return left;
    }

    NodeIndex product() {
        auto left = unary();
        while (!complaint_ && (sees("*") || sees("/") || sees("%"))) {
            const auto op = sees("*") ? Op::multiply : sees("/") ? Op::divide : Op::remainder;
            step();
            const auto right = unary();
            left = node(op, from_of(left), {left, right});
        }
        return left;
    }

    NodeIndex unary() {
        const Deeper deeper(*this);
        if (complaint_) return 0;
        const auto from = now().from;
        if (take("!")) {
            const auto inner = unary();
            return node(Op::logical_not, from, {inner});
        }
        if (!sees("-")) return member();
        step();
        if (now().kind == TokenKind::integer) return integer(from, true);
        const auto inner = unary();
        return node(Op::negate, from, {inner});
    }

    // A minus sign belongs to the literal, so that the least integer can be written.
    NodeIndex integer(std::size_t from, bool negative) {
        const auto magnitude = now().magnitude;
        constexpr auto edge = std::uint64_t{1} << 63U;
        if (magnitude > edge || (magnitude == edge && !negative)) {
            complain("rule.syntax", now(), {"整数太大", "the whole number is too large"}, {});
            return 0;
        }
        step();
        const auto made = node(Op::constant, from, {});
        if (complaint_) return 0;
        tree_.nodes[made].constant =
            static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
        return members(made);
    }

    NodeIndex member() {
        return now().kind == TokenKind::integer ? integer(now().from, false) : members(primary());
    }

    NodeIndex members(NodeIndex receiver) {
        for (;;) {
            if (take(".")) {
                receiver = take("?") ? optional_field(receiver) : member_of(receiver);
            } else if (take("[")) {
                receiver = indexed(receiver);
            } else if (sees("{") && may_name_a_message(receiver)) {
                complain(
                    "rule.subset",
                    now(),
                    {"不支持消息（proto）的写法", "messages (protos) are not supported"},
                    {"用映射 {键: 值}", "use a map {key: value}"});
            } else {
                return receiver;
            }
            if (complaint_) return 0;
        }
    }

    [[nodiscard]] bool may_name_a_message(NodeIndex index) const {
        if (complaint_) return false;
        const auto op = tree_.nodes[index].op;
        return op == Op::name || op == Op::select;
    }

    std::string field_name() {
        if (now().kind == TokenKind::name) {
            auto name = now().text;
            step();
            return name;
        }
        unexpected();
        return {};
    }

    NodeIndex member_of(NodeIndex receiver) {
        const auto name_from = now().from;
        auto name = field_name();
        const auto from = from_of(receiver);
        if (sees("(")) {
            step();
            std::vector<NodeIndex> args{receiver};
            arguments(args, ")");
            return node(Op::method, from, std::move(args), std::move(name));
        }
        const auto made = node(Op::select, from, {receiver}, std::move(name));
        if (!complaint_) tree_.nodes[made].place = name_from;
        return made;
    }

    // a.?b and a[?b] are calls of functions that cannot be written otherwise.
    NodeIndex optional_field(NodeIndex receiver) {
        const auto name_from = now().from;
        auto name = field_name();
        const auto field = node(Op::constant, name_from, {});
        if (complaint_) return 0;
        tree_.nodes[field].constant = std::move(name);
        return node(Op::call, from_of(receiver), {receiver, field}, "_?._");
    }

    NodeIndex indexed(NodeIndex receiver) {
        const bool optional = take("?");
        const auto place = expression();
        expect("]");
        if (optional) return node(Op::call, from_of(receiver), {receiver, place}, "_[?_]");
        return node(Op::index, from_of(receiver), {receiver, place});
    }

    // An item of a list or the value of a map's entry; with `optional` one that may be missing.
    NodeIndex maybe(bool optional, std::size_t from) {
        const auto inner = expression();
        return optional ? node(Op::optional, from, {inner}) : inner;
    }

    NodeIndex list_literal(std::size_t from) {
        std::vector<NodeIndex> items;
        while (!complaint_ && !sees("]")) {
            const auto item_from = now().from;
            const bool optional = take("?");
            items.push_back(maybe(optional, item_from));
            if (!take(",")) break;
        }
        expect("]");
        return node(Op::list, from, std::move(items));
    }

    NodeIndex map_literal(std::size_t from) {
        std::vector<NodeIndex> parts;
        while (!complaint_ && !sees("}")) {
            const auto entry_from = now().from;
            const bool optional = take("?");
            parts.push_back(expression());
            expect(":");
            parts.push_back(maybe(optional, entry_from));
            if (!take(",")) break;
        }
        expect("}");
        return node(Op::map, from, std::move(parts));
    }

    // Up to and with the closing sign. A comma before it is allowed, as in CEL's lists.
    void arguments(std::vector<NodeIndex>& args, std::string_view close) {
        while (!complaint_ && !sees(close)) {
            args.push_back(expression());
            if (!take(",")) break;
        }
        expect(close);
    }

    NodeIndex primary() {
        const auto from = now().from;
        if (complaint_) return 0;
        if (now().kind == TokenKind::literal) {
            auto value = now().value;
            step();
            const auto made = node(Op::constant, from, {});
            if (!complaint_) tree_.nodes[made].constant = std::move(value);
            return made;
        }
        if (take("(")) {
            const auto inner = expression();
            expect(")");
            return inner;
        }
        if (take("[")) return list_literal(from);
        if (take("{")) return map_literal(from);
        if (sees(".") && tokens_[at_ + 1].kind == TokenKind::name) {
            step();
            return named(".");
        }
        if (now().kind == TokenKind::name && !sees_word("in")) return named("");
        unexpected();
        return 0;
    }

    // With a leading dot the name is looked up beyond the variables of macros.
    NodeIndex named(std::string_view dot) {
        const auto from = now().from;
        const bool plain = !now().quoted;
        auto name = std::string(dot) + now().text;
        step();
        if (!plain || !sees("(")) return node(Op::name, from, {}, std::move(name));
        step();
        std::vector<NodeIndex> args;
        arguments(args, ")");
        return node(Op::call, from, std::move(args), std::move(name));
    }

    Tree& tree_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::vector<int> depths_; // of each node: how many nodes stand below one another
    std::optional<Complaint> complaint_;
};

} // namespace

std::optional<Complaint> parse(Tree& tree) { return Parser(tree).run(); }

} // namespace rule
