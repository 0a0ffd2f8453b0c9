// Reading: the workbook names its sheets, relations say where their parts lie, styles say which
// numbers are dates. The sheet itself is streamed: one row is parsed, then the parser rests until
// the next is asked for.
#include "engine/table/xlsx.hpp"

#include "engine/table/cell_format.hpp"
#include "engine/table/rows.hpp"
#include "engine/table/xml.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace table {

using base::Error;
using base::Result;

namespace {

constexpr std::size_t shared_bytes_most = 256U << 20U;
constexpr std::size_t sheets_most = 1024;
constexpr std::size_t styles_most = 65'536;

const XmlHandlers ignore_all = {
    .start = [](std::string_view, const Attributes&) {},
    .end = [](std::string_view) {},
    .text = [](std::string_view) {}};

struct Sheet {
    std::string name;
    std::string relation;
};

// What has to be known before a sheet is read.
struct Parts {
    std::vector<Sheet> sheets;
    std::map<std::string, std::string> targets; // relation id → entry
    std::string shared_strings;                 // entry, empty when there is none
    std::string styles;
    std::vector<std::string> strings;
    std::vector<NumberKind> formats; // by cell style
    bool since_1904 = false;
};

int integer(std::string_view text, int otherwise) {
    int number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// A relation's target as the archive names it: relative to the folder of the part it is for, or
// from the root.
std::string resolved(std::string_view folder, std::string_view target) {
    if (target.starts_with('/')) return std::string(target.substr(1));
    std::string path(folder);
    while (target.starts_with("../")) {
        target.remove_prefix(3);
        const auto parent = path.find_last_of('/', path.size() - 2);
        path = path.size() < 2 || parent == std::string::npos ? "" : path.substr(0, parent + 1);
    }
    if (target.starts_with("./")) target.remove_prefix(2);
    return path + std::string(target);
}

using Relation = std::function<void(const Attributes&)>;

Result<bool> each_relation(Archive& archive, const std::string& entry, const Relation& take) {
    auto handlers = ignore_all;
    handlers.start = [&](std::string_view name, const Attributes& attributes) {
        if (name == "Relationship") take(attributes);
    };
    return read_xml(archive, entry, handlers);
}

Result<std::string> workbook_entry(Archive& archive) {
    std::string entry = "xl/workbook.xml";
    TRY(each_relation(archive, "_rels/.rels", [&](const Attributes& attributes) {
        if (attributes.text("Type").ends_with("/officeDocument"))
            entry = resolved("", attributes.text("Target"));
    }));
    return entry;
}

Result<Parts> read_parts(Archive& archive) {
    Parts parts;
    const auto entry = TRY(workbook_entry(archive));
    auto handlers = ignore_all;
    handlers.start = [&](std::string_view name, const Attributes& attributes) {
        if (name == "sheet" && parts.sheets.size() < sheets_most) {
            parts.sheets.push_back(
                {std::string(attributes.text("name")), std::string(attributes.text("id"))});
        } else if (name == "workbookPr") {
            const auto flag = attributes.text("date1904");
            parts.since_1904 = flag == "1" || flag == "true";
        }
    };
    const bool found = TRY(read_xml(archive, entry, handlers));
    if (!found) {
        return base::invalid(
            "table.not_xlsx",
            {"压缩包内没有工作簿，这不是 Excel（xlsx）文件。",
             "There is no workbook inside; this is not an Excel (xlsx) file."},
            {"用 Excel 另存为 xlsx 后上传。", "Save it as xlsx with Excel, then upload."});
    }
    const auto slash = entry.find_last_of('/');
    const auto folder = slash == std::string::npos ? std::string() : entry.substr(0, slash + 1);
    const auto relations = folder + "_rels/" + entry.substr(folder.size()) + ".rels";
    TRY(each_relation(archive, relations, [&](const Attributes& attributes) {
        const auto type = attributes.text("Type");
        const auto target = resolved(folder, attributes.text("Target"));
        if (type.ends_with("/sharedStrings")) parts.shared_strings = target;
        if (type.ends_with("/styles")) parts.styles = target;
        if (parts.targets.size() < sheets_most)
            parts.targets[std::string(attributes.text("Id"))] = target;
    }));
    return parts;
}

Result<void> read_strings(Archive& archive, Parts& parts) {
    if (parts.shared_strings.empty()) return {};
    std::size_t bytes = 0;
    std::string current;
    bool inside = false;
    int phonetic = 0;
    XmlPass* pass = nullptr;
    XmlHandlers handlers;
    handlers.start = [&](std::string_view name, const Attributes&) {
        if (name == "si") current.clear();
        if (name == "rPh") ++phonetic;
        inside = name == "t" && phonetic == 0;
    };
    handlers.end = [&](std::string_view name) {
        inside = false;
        if (name == "rPh") --phonetic;
        if (name == "si") parts.strings.push_back(unescaped(current));
    };
    handlers.text = [&](std::string_view text) {
        if (!inside) return;
        bytes += text.size();
        current += text;
        if (bytes > shared_bytes_most) {
            pass->fail(xlsx_unsafe({"文本超过 256 MiB。", "its texts are longer than 256 MiB."}));
        }
    };
    if (!archive.enter(parts.shared_strings)) return {};
    XmlPass reading(archive, handlers);
    pass = &reading;
    TRY(reading.step());
    return {};
}

Result<void> read_styles(Archive& archive, Parts& parts) {
    if (parts.styles.empty()) return {};
    std::map<int, NumberKind> custom;
    bool in_cells = false;
    auto handlers = ignore_all;
    handlers.start = [&](std::string_view name, const Attributes& attributes) {
        if (name == "numFmt" && custom.size() < styles_most) {
            custom[integer(attributes.text("numFmtId"), -1)] =
                kind_of_format(attributes.text("formatCode"));
        } else if (name == "cellXfs") {
            in_cells = true;
        } else if (name == "xf" && in_cells && parts.formats.size() < styles_most) {
            const auto id = integer(attributes.text("numFmtId"), 0);
            const auto own = custom.find(id);
            parts.formats.push_back(own == custom.end() ? kind_of_format(id) : own->second);
        }
    };
    handlers.end = [&](std::string_view name) {
        if (name == "cellXfs") in_cells = false;
    };
    TRY(read_xml(archive, parts.styles, handlers));
    return {};
}

enum class CellType { number, shared, formula_text, inline_text, boolean, error, date_text };

CellType cell_type(std::string_view name) {
    if (name == "s") return CellType::shared;
    if (name == "str") return CellType::formula_text;
    if (name == "inlineStr") return CellType::inline_text;
    if (name == "b") return CellType::boolean;
    if (name == "e") return CellType::error;
    if (name == "d") return CellType::date_text;
    return CellType::number;
}

// "BC12" → 54; none when there are no letters.
std::optional<std::size_t> column_of(std::string_view reference) {
    std::size_t column = 0;
    std::size_t letters = 0;
    while (letters < reference.size() && letters < 4 && reference[letters] >= 'A' &&
           reference[letters] <= 'Z') {
        column = column * 26 + static_cast<std::size_t>(reference[letters] - 'A' + 1);
        letters += 1;
    }
    if (letters == 0) return std::nullopt;
    return column - 1;
}

class XlsxReader final : public RowSource {
public:
    XlsxReader(Archive archive, Parts parts)
        : archive_(std::move(archive))
        , parts_(std::move(parts))
        , handlers_(sheet_handlers()) {}

    Result<void> open(const std::string& entry);

    [[nodiscard]] const std::vector<std::string>& header() const override { return header_; }

    Result<bool> next(Row& row) override;

private:
    struct Slice {
        std::size_t from = 0;
        std::size_t until = 0;
    };

    XmlHandlers sheet_handlers();
    void start(std::string_view name, const Attributes& attributes);
    void end(std::string_view name);
    void text(std::string_view piece);
    void start_row(const Attributes& attributes);
    void start_cell(const Attributes& attributes);
    void end_cell();
    [[nodiscard]] std::string cell_text();
    Result<bool> take_row();
    void fit_to_header(Row& row);

    Archive archive_;
    Parts parts_;
    XmlHandlers handlers_;
    std::unique_ptr<XmlPass> pass_;

    // The row being parsed: all its text in one string, and where each cell lies in it.
    std::string arena_;
    std::vector<Slice> slices_;
    std::vector<std::string_view> cells_;
    std::optional<Fault> fault_;
    std::int64_t line_ = 0;

    // The cell being parsed.
    std::size_t column_ = 0;
    CellType type_ = CellType::number;
    std::size_t style_ = 0;
    std::string value_;
    bool in_cell_ = false;
    bool capture_ = false;
    int phonetic_ = 0;

    std::vector<std::string> header_;
    std::int64_t number_ = 0;
};

XmlHandlers XlsxReader::sheet_handlers() {
    return {
        .start =
            [this](std::string_view name, const Attributes& attributes) {
                start(name, attributes);
            },
        .end = [this](std::string_view name) { end(name); },
        .text = [this](std::string_view piece) { text(piece); }};
}

void XlsxReader::start(std::string_view name, const Attributes& attributes) {
    if (name == "row") return start_row(attributes);
    if (name == "c") return start_cell(attributes);
    if (name == "rPh") ++phonetic_;
    if (in_cell_ && (name == "v" || (name == "t" && phonetic_ == 0))) {
        // A cell's stored value goes before a text that stands beside it.
        if (name == "v") value_.clear();
        capture_ = true;
    }
}

void XlsxReader::end(std::string_view name) {
    capture_ = false;
    if (name == "rPh") --phonetic_;
    if (name == "c" && in_cell_) end_cell();
    if (name == "row" && pass_ != nullptr) pass_->pause();
}

void XlsxReader::text(std::string_view piece) {
    if (!capture_) return;
    value_ += piece;
    if (value_.size() <= cell_bytes_most) return;
    auto error = base::invalid(
        "table.cell_too_long",
        {"第 " + std::to_string(line_) + " 行有单元格超过 1 MiB。",
         "A cell of row " + std::to_string(line_) + " is longer than 1 MiB."},
        {"缩短该单元格。", "Shorten that cell."});
    pass_->fail(std::move(error).at("row " + std::to_string(line_)));
}

void XlsxReader::start_row(const Attributes& attributes) {
    line_ = std::max<std::int64_t>(line_ + 1, integer(attributes.text("r"), 0));
    arena_.clear();
    slices_.clear();
    fault_.reset();
    column_ = 0;
}

void XlsxReader::start_cell(const Attributes& attributes) {
    column_ = column_of(attributes.text("r")).value_or(column_);
    if (column_ >= columns_most) {
        auto error = base::invalid(
            "table.too_many_columns",
            {"第 " + std::to_string(line_) + " 行超过 " + std::to_string(columns_most) + " 列。",
             "Row " + std::to_string(line_) + " has more than " + std::to_string(columns_most) +
                 " columns."},
            {"删去多余的列后重新保存。", "Delete the surplus columns and save again."});
        return pass_->fail(std::move(error).at("row " + std::to_string(line_)));
    }
    type_ = cell_type(attributes.text("t"));
    style_ = static_cast<std::size_t>(std::max(0, integer(attributes.text("s"), 0)));
    value_.clear();
    in_cell_ = true;
}

std::string XlsxReader::cell_text() {
    switch (type_) {
    case CellType::number: {
        const auto kind =
            style_ < parts_.formats.size() ? parts_.formats[style_] : NumberKind::number;
        return kind == NumberKind::number ? number_text(value_)
                                          : serial_text(value_, kind, parts_.since_1904);
    }
    case CellType::shared: {
        const auto index = integer(value_, -1);
        const bool known = index >= 0 && static_cast<std::size_t>(index) < parts_.strings.size();
        return known ? parts_.strings[static_cast<std::size_t>(index)] : std::string();
    }
    case CellType::formula_text:
    case CellType::inline_text: return unescaped(value_);
    case CellType::boolean: return value_ == "1" || value_ == "true" ? "true" : "false";
    case CellType::error:
        if (!fault_) {
            fault_ = Fault{
                "table.cell_error",
                column_,
                {"单元格是错误值 " + value_ + "。", "The cell holds the error " + value_ + "."},
                {"修正公式，或填入数值。", "Correct the formula, or enter the value."}};
        }
        return value_;
    case CellType::date_text: return value_;
    }
    base::bug("cell type out of range");
}

void XlsxReader::end_cell() {
    in_cell_ = false;
    const auto column = column_++;
    if (value_.empty()) return;
    const auto content = cell_text();
    // A repeated column keeps its first value: overlapping cells are no valid sheet.
    if (column < slices_.size() && slices_[column].until > slices_[column].from) return;
    if (slices_.size() <= column) slices_.resize(column + 1);
    const auto from = arena_.size();
    arena_ += content;
    slices_[column] = {from, arena_.size()};
    if (arena_.size() > 16 * cell_bytes_most) {
        pass_->fail(xlsx_unsafe({"有一行超过 16 MiB。", "one of its rows is longer than 16 MiB."}));
    }
}

Result<bool> XlsxReader::take_row() {
    while (true) {
        const bool paused = TRY(pass_->step());
        if (!paused) return false;
        if (arena_.empty()) continue;
        cells_.clear();
        for (const auto& [from, until] : slices_) {
            cells_.push_back(std::string_view(arena_).substr(from, until - from));
        }
        return true;
    }
}

Result<void> XlsxReader::open(const std::string& entry) {
    if (!archive_.enter(entry)) return xlsx_broken("no entry " + entry);
    pass_ = std::make_unique<XmlPass>(archive_, handlers_);
    const bool found = TRY(take_row());
    if (!found) {
        return base::invalid(
            "table.empty",
            {"工作表没有内容。", "The sheet is empty."},
            {"第一行应为列名，其后每行一条记录。",
             "The first row names the columns; each further row is a record."});
    }
    header_ = header_names(cells_);
    return {};
}

void XlsxReader::fit_to_header(Row& row) {
    // Sheets leave empty cells out, so a short row is no fault here.
    const auto wanted = header_.size();
    row.fault = std::move(fault_);
    for (auto i = wanted; i < cells_.size() && !row.fault; ++i) {
        if (!cells_[i].empty()) row.fault = row_long(i, wanted);
    }
    cells_.resize(wanted);
}

Result<bool> XlsxReader::next(Row& row) {
    const bool found = TRY(take_row());
    if (!found) return false;
    fit_to_header(row);
    row.number = ++number_;
    row.line = line_;
    row.cells = cells_;
    return true;
}

Result<std::unique_ptr<RowSource>> open_archive(Archive archive, std::string_view sheet) {
    auto parts = TRY(read_parts(archive));
    const auto chosen = std::ranges::find_if(
        parts.sheets, [&](const Sheet& each) { return sheet.empty() || each.name == sheet; });
    if (chosen == parts.sheets.end()) {
        return base::not_found(
            "table.no_sheet",
            {"没有工作表“" + std::string(sheet) + "”。",
             "There is no sheet “" + std::string(sheet) + "”."},
            {"核对工作表名称；不写名称时读取第一张。",
             "Check the sheet's name; without one the first is read."});
    }
    const auto target = parts.targets.find(chosen->relation);
    if (target == parts.targets.end()) return xlsx_broken("sheet without a relation");
    const auto entry = target->second;
    TRY(read_strings(archive, parts));
    TRY(read_styles(archive, parts));
    auto reader = std::make_unique<XlsxReader>(std::move(archive), std::move(parts));
    TRY(reader->open(entry));
    return std::unique_ptr<RowSource>(std::move(reader));
}

} // namespace

Result<std::unique_ptr<RowSource>> open_xlsx_file(const std::string& path, std::string_view sheet) {
    auto archive = TRY(Archive::open_file(path));
    return open_archive(std::move(archive), sheet);
}

Result<std::unique_ptr<RowSource>> open_xlsx_bytes(std::string bytes, std::string_view sheet) {
    auto archive = TRY(Archive::open_bytes(std::move(bytes)));
    return open_archive(std::move(archive), sheet);
}

Result<std::vector<std::string>> xlsx_sheets(const std::string& path) {
    auto archive = TRY(Archive::open_file(path));
    const auto parts = TRY(read_parts(archive));
    std::vector<std::string> names;
    for (const auto& sheet : parts.sheets)
        names.push_back(sheet.name);
    return names;
}

} // namespace table
