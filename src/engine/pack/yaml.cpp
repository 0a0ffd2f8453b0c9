#include "engine/pack/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <istream>
#include <set>
#include <spanstream>

namespace pack::yaml {

namespace {

struct Refused { // thrown through the parser, which has no other way to be stopped
    YAML::Mark mark;
    std::string code;
    base::Text message;
    base::Text cure;
};

// The parser counts columns in bytes; people count characters. Events come in the order of the
// text, so one walk over it serves them all.
class Columns {
public:
    explicit Columns(std::string_view bytes)
        : bytes_(bytes) {}

    int at(const YAML::Mark& mark) {
        const auto target =
            std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), bytes_.size());
        if (target < position_) {
            position_ = bytes_.substr(0, target).rfind('\n') + 1; // npos + 1 is the very beginning
            column_ = 1;
        }
        for (; position_ < target; ++position_) {
            const auto byte = static_cast<unsigned char>(bytes_[position_]);
            if (byte == '\n') {
                column_ = 1;
            } else if ((byte & 0xC0U) != 0x80U) {
                ++column_;
            }
        }
        return column_;
    }

private:
    std::string_view bytes_;
    std::size_t position_ = 0;
    int column_ = 1;
};

class Builder final : public YAML::EventHandler {
public:
    explicit Builder(std::string_view bytes)
        : bytes_(bytes)
        , columns_(bytes) {
        root_.kind = Node::Kind::list;
        open_.push_back(&root_);
    }

    void OnDocumentStart(const YAML::Mark&) override {}

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        add(mark, Node::Kind::null);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor(mark, 1); }

    void OnScalar(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        const std::string& value) override {
        refuse_anchor(mark, anchor);
        refuse_open_quote(mark, tag);
        const bool plain_null = tag == "?" && (value == "null" || value == "~");
        add(mark, plain_null ? Node::Kind::null : Node::Kind::scalar).text = value;
    }

    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string&,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value) override {
        refuse_anchor(mark, anchor);
        open(mark, Node::Kind::list);
    }

    void OnSequenceEnd() override { open_.pop_back(); }

    void OnMapStart(
        const YAML::Mark& mark,
        const std::string&,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value) override {
        refuse_anchor(mark, anchor);
        open(mark, Node::Kind::map);
    }

    void OnMapEnd() override { open_.pop_back(); }

    Node take() { return root_.items.empty() ? Node{} : std::move(root_.items.front()); }

    int column(const YAML::Mark& mark) { return columns_.at(mark); }

private:
    static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor == YAML::NullAnchor) return;
        throw Refused{
            mark,
            "pack.yaml_alias",
            {"不使用 YAML 锚点与别名（& 与 *）", "anchors and aliases (& and *) are not used here"},
            {"把内容原样写一遍", "write the content out"}};
    }

    // The parser lets a quote run to the end of the file.
    void refuse_open_quote(const YAML::Mark& mark, const std::string& tag) const {
        const auto start = static_cast<std::size_t>(std::max(mark.pos, 0));
        if (tag != "!" || start >= bytes_.size()) return;
        const char quote = bytes_[start];
        if (quote != '"' && quote != '\'') return;
        for (auto i = start + 1; i < bytes_.size(); ++i) {
            if (quote == '"' && bytes_[i] == '\\') {
                ++i;
            } else if (bytes_[i] == quote) {
                return; // a doubled single quote still leaves a later one to find
            }
        }
        throw Refused{
            mark,
            "pack.yaml_syntax",
            {"引号没有闭合", "the quote is never closed"},
            {"在文本末尾补上引号", "close it at the end of the text"}};
    }

    Node& add(const YAML::Mark& mark, Node::Kind kind) {
        if (++count_ > node_limit) {
            throw Refused{
                mark,
                "pack.yaml_limit",
                {"一个文件的内容过多", "one file holds too many values"},
                {"把文件拆成几个", "split the file"}};
        }
        auto& parent = *open_.back();
        Node node;
        node.kind = kind;
        node.line = mark.line + 1;
        node.column = columns_.at(mark);
        const bool is_key =
            parent.kind == Node::Kind::map && parent.keys.size() == parent.items.size();
        if (is_key && kind != Node::Kind::scalar) {
            throw Refused{
                mark,
                "pack.yaml_syntax",
                {"键应为文本", "a key must be text"},
                {"写成 名称: 值", "write name: value"}};
        }
        auto& into = is_key ? parent.keys : parent.items;
        return into.emplace_back(std::move(node));
    }

    void open(const YAML::Mark& mark, Node::Kind kind) {
        if (open_.size() > static_cast<std::size_t>(depth_limit)) {
            throw Refused{
                mark,
                "pack.yaml_limit",
                {"嵌套过深", "nested too deeply"},
                {"最多 " + std::to_string(depth_limit) + " 层",
                 "at most " + std::to_string(depth_limit) + " levels"}};
        }
        // A parent gets no further child while this one is open, so the address holds.
        open_.push_back(&add(mark, kind));
    }

    std::string_view bytes_;
    Columns columns_;
    Node root_;
    std::vector<Node*> open_;
    std::size_t count_ = 0;
};

bool is_utf8(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size();) {
        const auto lead = static_cast<unsigned char>(bytes[i]);
        const std::size_t length = lead < 0x80                    ? 1
                                   : lead >= 0xC2 && lead <= 0xDF ? 2
                                   : lead >= 0xE0 && lead <= 0xEF ? 3
                                   : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                                  : 0;
        if (length == 0 || i + length > bytes.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0U) != 0x80U) return false;
        }
        i += length;
    }
    return true;
}

void refuse_equal_keys(const std::string& file, const Node& node, std::vector<Finding>& findings) {
    std::set<std::string_view> seen;
    for (const auto& key : node.keys) {
        if (seen.insert(key.text).second) continue;
        findings.push_back(finding(
            Severity::error,
            {file, key.line, key.column},
            "pack.duplicate_key",
            {"同一处写了两个“" + key.text + "”",
             "“" + key.text + "” is written twice in one place"},
            {"删去其中一个", "remove one of them"}));
    }
    for (const auto& item : node.items)
        refuse_equal_keys(file, item, findings);
}

std::optional<Finding> unreadable(const std::string& file, std::string_view bytes) {
    if (bytes.size() > file_limit_bytes) {
        return finding(
            Severity::error,
            {file, 1, 1},
            "pack.yaml_limit",
            {"文件超过 2 MiB", "the file is larger than 2 MiB"},
            {"把文件拆成几个", "split the file"});
    }
    // The parser would guess UTF-16 from zero bytes; text has none.
    if (!is_utf8(bytes) || bytes.contains('\0')) {
        return finding(
            Severity::error,
            {file, 1, 1},
            "pack.encoding",
            {"文件不是 UTF-8 文本", "the file is not UTF-8 text"},
            {"用编辑器另存为 UTF-8", "save it as UTF-8"});
    }
    return std::nullopt;
}

} // namespace

std::optional<Node> parse(
    const std::string& file, std::string_view bytes, std::vector<Finding>& findings) {
    if (auto found = unreadable(file, bytes)) {
        findings.push_back(*std::move(found));
        return std::nullopt;
    }
    Builder builder(bytes);
    const auto note =
        [&](const YAML::Mark& mark, std::string code, base::Text what, base::Text cure) {
            const Place place{file, mark.line + 1, builder.column(mark)};
            findings.push_back(
                finding(Severity::error, place, std::move(code), std::move(what), std::move(cure)));
        };
    try {
        std::ispanstream stream{std::span(bytes.data(), bytes.size())};
        YAML::Parser parser(stream);
        parser.HandleNextDocument(builder);
        auto root = builder.take();
        Builder second(bytes);
        if (parser.HandleNextDocument(second)) {
            findings.push_back(finding(
                Severity::error,
                {file, second.take().line, 1},
                "pack.yaml_syntax",
                {"一个文件只能有一份文档", "one file holds one document"},
                {"删去 --- 之后的内容", "remove what follows ---"}));
            return std::nullopt;
        }
        refuse_equal_keys(file, root, findings);
        return root;
        // tidy-allow(catch): yaml-cpp reports bad syntax by throwing, and is stopped by throwing.
    } catch (const Refused& refused) {
        note(refused.mark, refused.code, refused.message, refused.cure);
        // tidy-allow(catch): as above.
    } catch (const YAML::Exception& error) {
        note(
            error.mark,
            "pack.yaml_syntax",
            {"YAML 语法错误：" + error.msg, "YAML syntax: " + error.msg},
            {"检查缩进、冒号后的空格与引号是否成对",
             "check the indentation, the blank after each colon, and that quotes are closed"});
    }
    return std::nullopt;
}

// ---- values

void Reader::fail(const Node& node, std::string code, base::Text message, base::Text cure) {
    const Place place{file_, node.line, node.column};
    findings_.push_back(
        finding(Severity::error, place, std::move(code), std::move(message), std::move(cure)));
}

void Reader::unknown_key(const Node& key, const std::vector<std::string>& known) {
    const auto near = nearest(key.text, known);
    const auto all = listed(known);
    fail(
        key,
        "pack.unknown_key",
        {"没有“" + key.text + "”这一项", "there is no “" + key.text + "” here"},
        near.empty() ? base::Text{"可用的有：" + all, "these exist: " + all}
                     : base::Text{"改为 " + near, "write " + near});
}

void Reader::missing_key(const Node& map, std::string_view name) {
    const std::string key(name);
    fail(
        map,
        "pack.missing_key",
        {"缺少“" + key + "”", "“" + key + "” is missing"},
        {"补上 " + key + ": …", "add " + key + ": …"});
}

void Reader::no_choice(const Node& node, const std::vector<std::string>& names) {
    const auto all = listed(names);
    const auto near = nearest(node.text, names);
    fail(
        node,
        "pack.choice",
        {"“" + node.text + "”不是允许的取值",
         "“" + node.text + "” is not one of the allowed values"},
        near.empty() ? base::Text{"取其一：" + all, "write one of: " + all}
                     : base::Text{
                           "改为 " + near + "（取其一：" + all + "）",
                           "write " + near + " (one of: " + all + ")"});
}

bool Reader::want(const Node& node, Node::Kind kind) {
    if (node.kind == kind) return true;
    switch (kind) {
    case Node::Kind::list:
        fail(
            node,
            "pack.type",
            {"此处应为列表", "a list is expected here"},
            {"每项一行，以“- ”开头；没有就写 []",
             "one item a line, each begun by “- ”; [] for none"});
        return false;
    case Node::Kind::map:
        fail(
            node,
            "pack.type",
            {"此处应为若干“名称: 值”", "a map of name: value is expected here"},
            {"写成 名称: 值，每项一行", "write name: value, one a line"});
        return false;
    case Node::Kind::null:
    case Node::Kind::scalar: break;
    }
    fail(
        node,
        "pack.type",
        {"此处应为一个值", "a single value is expected here"},
        {"直接写值；空文本写 \"\"", "write the value itself; \"\" for empty text"});
    return false;
}

void Reader::read_text(const Node& node, std::string& out) {
    if (want(node, Node::Kind::scalar)) out = node.text;
}

void Reader::read_words(const Node& node, base::Text& out, std::string& pointer) {
    if (node.kind != Node::Kind::map) {
        return fail(
            node,
            "pack.language",
            {"文字要有中文和英文", "words come in Chinese and in English"},
            {"写成 {zh: 中文, en: English}", "write {zh: 中文, en: English}"});
    }
    const auto before = findings_.size();
    read_members(node, out, pointer);
    if (findings_.size() != before) return;
    if (out.zh.empty()) {
        fail(
            node,
            "pack.language",
            {"缺少中文", "the words in Chinese are empty"},
            {"填写 zh", "fill in zh"});
    }
    if (out.en.empty()) {
        fail(
            node,
            "pack.language",
            {"缺少英文", "the words in English are empty"},
            {"填写 en", "fill in en"});
    }
}

void Reader::read_bool(const Node& node, bool& out) {
    if (node.kind == Node::Kind::scalar && (node.text == "true" || node.text == "false")) {
        out = node.text == "true";
        return;
    }
    fail(
        node,
        "pack.type",
        {"应为 true 或 false", "true or false is expected"},
        {"是写 true，否写 false", "write true for yes, false for no"});
}

std::optional<std::int64_t> Reader::read_integer(
    const Node& node, std::int64_t least, std::int64_t most) {
    std::int64_t number = 0;
    const auto* end = node.text.data() + node.text.size();
    const auto [stop, error] = std::from_chars(node.text.data(), end, number);
    const bool whole = node.kind == Node::Kind::scalar && error == std::errc{} && stop == end;
    if (whole && number >= least && number <= most) return number;
    fail(
        node,
        "pack.type",
        {"应为整数", "a whole number is expected"},
        {"只写数字，如 12，不写单位和逗号", "digits only, as 12, without unit or commas"});
    return std::nullopt;
}

void Reader::read_money(const Node& node, base::Money& out) {
    if (!want(node, Node::Kind::scalar)) return;
    const auto amount = base::Money::parse(node.text);
    const bool has_unit = node.text.ends_with("元") || node.text == "0";
    if (amount && has_unit) {
        out = *amount;
        return;
    }
    fail(
        node,
        "pack.money",
        {"金额“" + node.text + "”" + (amount ? "没有写单位" : "无法识别"),
         "the amount “" + node.text + "” " + (amount ? "has no unit" : "cannot be read")},
        {"写成 300万元、1.2亿元 或 5000元", "write 300万元, 1.2亿元 or 5000元"});
}

void Reader::read_rate(const Node& node, base::Rate& out) {
    if (!want(node, Node::Kind::scalar)) return;
    const auto rate = base::Rate::parse_percent(node.text);
    const bool has_unit = node.text.ends_with('%') || node.text == "0";
    if (rate && has_unit) {
        out = *rate;
        return;
    }
    fail(
        node,
        "pack.rate",
        {"比率“" + node.text + "”" + (rate ? "没有写 %" : "无法识别"),
         "the rate “" + node.text + "” " + (rate ? "has no %" : "cannot be read")},
        {"写成 0.8%，最多四位小数", "write 0.8%, with at most four decimals"});
}

void Reader::read_date(const Node& node, base::Date& out) {
    if (!want(node, Node::Kind::scalar)) return;
    if (const auto date = base::Date::parse(node.text)) {
        out = *date;
        return;
    }
    fail(
        node,
        "pack.date",
        {"“" + node.text + "”不是日期", "“" + node.text + "” is not a day"},
        {"写成 2023-01-31", "write 2023-01-31"});
}

} // namespace pack::yaml
