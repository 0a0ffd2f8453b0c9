#include "engine/paper/paper.hpp"

#include <cairo/cairo-ft.h>
#include <cairo/cairo-pdf.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

namespace paper {
namespace {

// Points: 1/72 inch.
constexpr double page_width = 595.0;
constexpr double page_height = 842.0;
constexpr double margin = 56.0;
constexpr double inner_width = page_width - 2 * margin;
constexpr double text_size = 9.5;
constexpr double small_size = 8.0;
constexpr double leading = 1.45; // height of a line, in letters
constexpr double field_width = 128.0;
constexpr double cell_gap = 4.0;

// Fonts of Debian packages with Chinese letters, in the order of preference: fonts-wqy-microhei,
// fonts-noto-cjk, fonts-droid-fallback.
constexpr auto font_files = std::to_array<const char*>(
    {"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
     "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
     "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"});

const char* font_file() {
    for (const auto* file : font_files) {
        std::error_code failed;
        if (std::filesystem::is_regular_file(file, failed)) return file;
    }
    return nullptr;
}

struct Library {
    FT_Library handle = nullptr;

    Library() { FT_Init_FreeType(&handle); }

    ~Library() { FT_Done_FreeType(handle); }

    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

cairo_status_t keep(void* closure, const unsigned char* bytes, unsigned int length) {
    static_cast<std::string*>(closure)->append(
        reinterpret_cast<const char*>(bytes), length); // NOLINT: cairo gives unsigned char
    return CAIRO_STATUS_SUCCESS;
}

// The length in bytes of the letter that begins with this byte of UTF-8.
std::size_t letter_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first < 0xE0) return 2;
    return first < 0xF0 ? 3 : 4;
}

// What may be broken apart: a Chinese letter alone, a word of others with the blank behind it.
std::vector<std::string> pieces_of(const std::string& text) {
    std::vector<std::string> pieces;
    bool open = false;
    for (std::size_t i = 0; i < text.size();) {
        const auto length =
            std::min(letter_length(static_cast<unsigned char>(text[i])), text.size() - i);
        const auto letter = text.substr(i, length);
        const bool narrow = length < 3;
        if (narrow && open) {
            pieces.back() += letter;
        } else {
            pieces.push_back(letter);
        }
        open = narrow && letter != " ";
        i += length;
    }
    return pieces;
}

class Pen {
public:
    Pen(FT_Face face, const Sheet& sheet)
        : sheet_(sheet)
        , surface_(cairo_pdf_surface_create_for_stream(&keep, &bytes_, page_width, page_height))
        , cairo_(cairo_create(surface_))
        , font_(cairo_ft_font_face_create_for_ft_face(face, 0)) {
        cairo_pdf_surface_set_metadata(
            surface_, CAIRO_PDF_METADATA_CREATE_DATE, sheet.made_at.text().c_str());
        cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_TITLE, sheet.title.c_str());
        cairo_set_font_face(cairo_, font_);
    }

    ~Pen() {
        cairo_destroy(cairo_);
        cairo_font_face_destroy(font_);
        cairo_surface_destroy(surface_);
    }

    Pen(const Pen&) = delete;
    Pen& operator=(const Pen&) = delete;

    void head();
    void draw(const Heading& heading);
    void draw(const Paragraph& paragraph);
    void draw(const Fields& fields);
    void draw(const Table& table);
    // Ends the last page; the bytes, or nothing when the library refused.
    base::Result<std::string> finish();

private:
    double width(const std::string& text) {
        cairo_text_extents_t extents;
        cairo_text_extents(cairo_, text.c_str(), &extents);
        return extents.x_advance;
    }

    void put(double x, double y, const std::string& text) {
        cairo_move_to(cairo_, x, y);
        cairo_show_text(cairo_, text.c_str());
    }

    void size(double points) {
        size_ = points;
        cairo_set_font_size(cairo_, points);
    }

    void rule(double y) {
        cairo_set_line_width(cairo_, 0.4);
        cairo_move_to(cairo_, margin, y);
        cairo_line_to(cairo_, page_width - margin, y);
        cairo_stroke(cairo_);
    }

    std::vector<std::string> wrapped(const std::string& text, double most);
    void row(const std::vector<double>& widths, const std::vector<std::string>& cells);
    void need(double height);
    void end_page();

    const Sheet& sheet_;
    std::string bytes_;
    cairo_surface_t* surface_;
    cairo_t* cairo_;
    cairo_font_face_t* font_;
    double y_ = margin;
    double size_ = text_size;
    int page_ = 1;
};

std::vector<std::string> Pen::wrapped(const std::string& text, double most) {
    std::vector<std::string> lines(1);
    for (const auto& piece : pieces_of(text)) {
        if (!lines.back().empty() && width(lines.back() + piece) > most) lines.emplace_back();
        if (lines.back().empty() && piece == " ") continue;
        // A word longer than the line itself (a digest) is broken letter by letter.
        if (lines.back().empty() && width(piece) > most) {
            for (const auto letter : piece) {
                if (width(lines.back() + letter) > most) lines.emplace_back();
                lines.back() += letter;
            }
            continue;
        }
        lines.back() += piece;
    }
    return lines;
}

void Pen::end_page() {
    const auto kept = size_;
    size(small_size);
    const auto number = "— " + std::to_string(page_) + " —";
    put(margin, page_height - margin / 2, sheet_.foot);
    put(page_width - margin - width(number), page_height - margin / 2, number);
    size(kept);
    cairo_show_page(cairo_);
    ++page_;
    y_ = margin;
}

void Pen::need(double height) {
    if (y_ + height > page_height - margin) end_page();
}

void Pen::head() {
    size(17);
    y_ += 17;
    put((page_width - width(sheet_.title)) / 2, y_, sheet_.title);
    size(text_size);
    y_ += 20;
    if (!sheet_.subtitle.empty())
        put((page_width - width(sheet_.subtitle)) / 2, y_, sheet_.subtitle);
    y_ += 12;
    rule(y_);
    y_ += 8;
}

void Pen::draw(const Heading& heading) {
    size(11.5);
    need(40);
    y_ += 22;
    put(margin, y_, heading.text);
    y_ += 6;
    size(text_size);
}

void Pen::draw(const Paragraph& paragraph) {
    size(text_size);
    for (const auto& line : wrapped(paragraph.text, inner_width)) {
        need(text_size * leading);
        y_ += text_size * leading;
        put(margin, y_, line);
    }
    y_ += 4;
}

void Pen::row(const std::vector<double>& widths, const std::vector<std::string>& cells) {
    std::vector<std::vector<std::string>> lines;
    std::size_t most = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        lines.push_back(wrapped(cells[i], widths[i] - cell_gap));
        most = std::max(most, lines.back().size());
    }
    // A row taller than a page goes on over pages; any other stays together.
    const auto height = size_ * leading;
    if (height * static_cast<double>(most) < page_height / 2)
        need(height * static_cast<double>(most) + 4);
    for (std::size_t at = 0; at < most; ++at) {
        need(height);
        y_ += height;
        double x = margin;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (at < lines[i].size()) put(x, y_, lines[i][at]);
            x += widths[i];
        }
    }
    y_ += 4;
}

void Pen::draw(const Fields& fields) {
    size(text_size);
    const std::vector<double> widths{field_width, inner_width - field_width};
    for (const auto& [name, value] : fields.lines)
        row(widths, {name, value});
}

void Pen::draw(const Table& table) {
    size(small_size);
    int all = 0;
    for (const auto& column : table.columns)
        all += column.weight;
    std::vector<double> widths;
    std::vector<std::string> titles;
    for (const auto& column : table.columns) {
        widths.push_back(inner_width * column.weight / all);
        titles.push_back(column.title);
    }
    y_ += 4;
    row(widths, titles);
    rule(y_);
    for (const auto& cells : table.rows) {
        base::ensure(cells.size() == titles.size(), "a table's row has a cell for each column");
        row(widths, cells);
    }
    rule(y_);
    size(text_size);
}

base::Result<std::string> Pen::finish() {
    end_page();
    cairo_surface_finish(surface_);
    if (cairo_status(cairo_) != CAIRO_STATUS_SUCCESS ||
        cairo_surface_status(surface_) != CAIRO_STATUS_SUCCESS) {
        auto error = base::unavailable(
            "paper.failed",
            {"文件没有生成成功。", "The document could not be made."},
            {"请稍后重试。", "Try again in a moment."});
        error.detail = cairo_status_to_string(cairo_surface_status(surface_));
        return error;
    }
    return std::move(bytes_);
}

} // namespace

base::Result<std::string> pdf(const Sheet& sheet) {
    const Library library;
    const auto* file = font_file();
    FT_Face face = nullptr;
    if (file == nullptr || FT_New_Face(library.handle, file, 0, &face) != 0) {
        return base::unavailable(
            "paper.no_font",
            {"服务器没有安装中文字体，无法生成文件。",
             "No font with Chinese letters is installed on the server."},
            {"请系统管理员安装 fonts-wqy-microhei 后重试。",
             "Ask the system administrator to install fonts-wqy-microhei."});
    }
    base::Result<std::string> bytes = std::string();
    {
        Pen pen(face, sheet);
        pen.head();
        for (const auto& block : sheet.blocks)
            std::visit([&](const auto& one) { pen.draw(one); }, block);
        bytes = pen.finish();
    }
    FT_Done_Face(face);
    return bytes;
}

} // namespace paper
