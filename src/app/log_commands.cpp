// log key, write, verify, proof, check: a verifiable log on the command line, one's own or
// another's.
#include "app/commands.hpp"
#include "app/county.hpp"
#include "app/log_folder.hpp"
#include "domain/evidence/keeper.hpp"
#include "engine/tlog/proof.hpp"
#include "store/file.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <memory>

namespace app {
namespace {

struct LogOptions {
    std::string origin;
    std::string key;    // PRIVATE+KEY+… or a file that holds it
    std::string out;    // a folder
    bool each = false;  // a checkpoint after every line
    std::string place;  // a folder or an address
    std::string vkey;   // or a file that holds it
    std::string policy; // a trust file
    std::uint64_t index = 0;
    std::string file;
    std::string entry;
    std::string kind = "ed25519";
};

struct MadeKey {
    std::string vkey;
    std::string file; // empty: the private key stands in the answer
};
BOOST_DESCRIBE_STRUCT(MadeKey, (), (vkey, file))

struct Written {
    std::string folder;
    std::uint64_t size = 0;
    std::string root;
};
BOOST_DESCRIBE_STRUCT(Written, (), (folder, size, root))

struct CosignedView {
    std::string witness;
    base::Instant at;
};
BOOST_DESCRIBE_STRUCT(CosignedView, (), (witness, at))

struct Verified {
    std::string origin;
    std::uint64_t size = 0;
    std::string root;
    std::uint64_t files = 0;
    std::uint64_t entries = 0;
    std::vector<CosignedView> cosigned;
};
BOOST_DESCRIBE_STRUCT(Verified, (), (origin, size, root, files, entries, cosigned))

struct CheckedProof {
    std::string origin;
    std::uint64_t index = 0;
    std::uint64_t size = 0;
    std::string entry;
    std::vector<CosignedView> cosigned;
};
BOOST_DESCRIBE_STRUCT(CheckedProof, (), (origin, index, size, entry, cosigned))

base::Error no_such_file(const std::string& file) {
    return base::not_found(
        "app.no_file",
        {"没有这个文件：" + file, "There is no such file: " + file},
        {"请核对路径。", "Check the path."});
}

base::Result<std::string> whole(const std::string& file) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(file, none)) return no_such_file(file);
    return TRY(store::read_whole(file)).value_or(std::string());
}

// The option's own text, or the first line of the file it names.
base::Result<std::string> text_or_file(const std::string& given, std::string_view beginning) {
    std::error_code none;
    if (!beginning.empty() && given.starts_with(beginning)) return given;
    if (!std::filesystem::is_regular_file(given, none)) return given;
    const auto text = TRY(whole(given));
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = text.substr(at, end - at);
        if (!line.empty() && !line.starts_with('#')) return line;
        at = end + 1;
    }
    return std::string();
}

base::Result<tlog::Trust> trust_of(const LogOptions& options) {
    if (!options.policy.empty()) {
        const auto bytes = TRY(whole(options.policy));
        auto trust = TRY(tlog::Trust::read(bytes));
        if (options.vkey.empty()) return trust;
        // The key given on the command line is the only log; the file then says which witnesses.
        const auto vkey = TRY(text_or_file(options.vkey, {}));
        const auto key = TRY(tlog::VerifierKey::read(vkey));
        return tlog::Trust::read(trust.text("log " + key.text() + "\n"));
    }
    if (options.vkey.empty()) {
        return base::invalid(
            "app.vkey",
            {"请用 --vkey 给出日志公钥，或用 --policy 给出信任文件。",
             "Give the log's key with --vkey, or a trust file with --policy."},
            {"公钥见平台的“验证”页面或 /v1/log。",
             "The platform shows its key on the page “Verify” and at /v1/log."});
    }
    const auto vkey = TRY(text_or_file(options.vkey, {}));
    auto key = TRY(tlog::VerifierKey::read(vkey));
    return tlog::Trust::of(std::move(key));
}

std::vector<CosignedView> shown(const std::vector<tlog::Cosigned>& cosigned) {
    std::vector<CosignedView> views;
    for (const auto& each : cosigned)
        views.push_back({each.witness, {static_cast<std::int64_t>(each.seconds) * 1000}});
    return views;
}

std::string cosigned_lines(const Terminal& terminal, const std::vector<CosignedView>& views) {
    std::string text;
    for (const auto& view : views)
        text += '\n' + terminal.of({"见证：", "Witness: "}) + view.witness + ' ' + view.at.text();
    return text;
}

// --- key ---

base::Result<MadeKey> make_key(const LogOptions& options, std::string& private_text) {
    const auto kind = base::json::enum_from<tlog::KeyKind>(options.kind);
    if (!kind || !tlog::is_key_name(options.origin)) {
        return base::invalid(
            "tlog.key",
            {"名称不能为空，不能含空格或加号。",
             "The name may not be empty nor hold spaces or plus signs."},
            {"例如 rq.example.gov.cn/log。", "For example rq.example.gov.cn/log."});
    }
    const auto key = tlog::SignerKey::generate(options.origin, *kind);
    MadeKey made{.vkey = key.verifier().text(), .file = options.out};
    if (options.out.empty()) {
        private_text = key.reveal().reveal();
        return made;
    }
    if (TRY(store::read_whole(options.out))) {
        return base::conflict(
            "evidence.key_exists",
            {"文件已存在：" + options.out, "The file is there already: " + options.out},
            {"请换一个文件名；密钥不会被覆盖。", "Choose another name; keys are not overwritten."});
    }
    TRY(store::replace_whole(options.out, key.reveal().reveal() + '\n'));
    return made;
}

Exit key_command(const Context& context, const LogOptions& options) {
    std::string private_text;
    const auto made = make_key(options, private_text);
    if (!made) return context.terminal.fail(made.error());
    // Asked for without a file, the private key goes to standard output, and only there.
    if (!private_text.empty()) context.terminal.line(private_text);
    context.terminal.answer(*made, made->vkey);
    return Exit::done;
}

// --- write ---

base::Result<Written> write_lines(const LogOptions& options) {
    const auto text = TRY(text_or_file(options.key, "PRIVATE+KEY+"));
    const auto key = TRY(tlog::SignerKey::read(base::Secret(text)));
    auto writer = TRY(LogWriter::open(options.out, options.origin, key));
    tlog::Checkpoint last;
    if (options.each && writer.size() == 0) last = TRY(writer.integrate(true));
    for (std::string line; std::getline(std::cin, line);) {
        TRY(writer.add(line));
        if (options.each) last = TRY(writer.integrate(true));
    }
    if (!options.each) last = TRY(writer.integrate(false));
    return Written{
        .folder = options.out, .size = last.head.size, .root = tlog::base64_of(last.head.root)};
}

Exit write_command(const Context& context, const LogOptions& options) {
    const auto written = write_lines(options);
    if (!written) return context.terminal.fail(written.error());
    context.terminal.answer(*written, std::to_string(written->size) + " " + written->root);
    return Exit::done;
}

// --- verify ---

base::Result<Verified> verify(const LogOptions& options) {
    const auto trust = TRY(trust_of(options));
    const auto audit = TRY(tlog::audit(log_files(options.place), trust));
    const auto& checkpoint = audit.accepted.checkpoint.checkpoint;
    Verified verified{
        .origin = checkpoint.origin,
        .size = checkpoint.head.size,
        .root = tlog::base64_of(checkpoint.head.root),
        .files = audit.files + 1,
        .entries = audit.entries,
        .cosigned = shown(audit.accepted.cosigned)};
    if (!is_address(options.place))
        verified.files += TRY(check_older_tiles(options.place, checkpoint.head.size));
    return verified;
}

Exit verify_command(const Context& context, const LogOptions& options) {
    const auto& terminal = context.terminal;
    const auto verified = verify(options);
    if (!verified) return terminal.fail(verified.error());
    const auto size = std::to_string(verified->size);
    const auto files = std::to_string(verified->files);
    terminal.answer(
        *verified,
        terminal.of(
            {verified->origin + "：" + size + " 条、" + files + " 个文件，全部相符。",
             verified->origin + ": " + size + " entries, " + files + " files, all as signed."}) +
            cosigned_lines(terminal, verified->cosigned));
    return Exit::done;
}

// --- proof ---

base::Error no_entry(std::uint64_t index, std::uint64_t size) {
    return base::not_found(
        "tlog.no_entry",
        {"日志只有 " + std::to_string(size) + " 条，没有第 " + std::to_string(index) + " 条。",
         "The log has " + std::to_string(size) + " entries; there is no index " +
             std::to_string(index) + "."},
        {"序号从 0 开始。", "The index counts from 0."});
}

base::Result<std::string> proof_from(
    const std::string& checkpoint,
    std::uint64_t index,
    std::uint64_t size,
    const tlog::TileNodes::Fetch& fetch) {
    if (index >= size) return no_entry(index, size);
    tlog::TileNodes tree(size, fetch);
    tlog::Proof proof{
        .extra = {},
        .index = index,
        .hashes = TRY(tree.inclusion(index)),
        .checkpoint = checkpoint};
    const auto bundle = *tlog::tile_in(tlog::level_of_entries, index / tlog::tile_width, size);
    const auto bytes = TRY(fetch(bundle));
    const auto entries = TRY(tlog::read_bundle(bytes, bundle.width));
    proof.extra = std::string(entries[index % tlog::tile_width]);
    return proof.text();
}

base::Result<std::string> proof_of(const Context& context, const LogOptions& options) {
    if (!options.place.empty()) {
        const auto files = log_files(options.place);
        const auto checkpoint = TRY(files("checkpoint"));
        const auto read = TRY(tlog::SignedCheckpoint::read(checkpoint));
        return proof_from(
            checkpoint, options.index, read.checkpoint.head.size, [&](const tlog::TilePath& path) {
                return files(tlog::path_of(path));
            });
    }
    // The county's own database, when no server has it open.
    const base::SystemClock clock;
    const auto keeper = TRY(evidence::Keeper::open(context.config.data));
    const auto published = TRY(keeper.published());
    if (!published) return no_entry(options.index, 0);
    const auto read = TRY(tlog::SignedCheckpoint::read(*published));
    const auto database =
        TRY(store::Database::open({.file = database_file(context.config.data)}, schema(), clock));
    return database->read([&](const store::Snapshot& db) {
        return proof_from(
            *published, options.index, read.checkpoint.head.size, [&](const tlog::TilePath& path) {
                return evidence::tile(db, path);
            });
    });
}

Exit proof_command(const Context& context, const LogOptions& options) {
    const auto proof = proof_of(context, options);
    if (!proof) return context.terminal.fail(proof.error());
    if (options.out.empty()) {
        std::cout << *proof << std::flush;
        return Exit::done;
    }
    const auto kept = store::write_whole(options.out, *proof);
    if (!kept) return context.terminal.fail(kept.error());
    context.terminal.line(options.out);
    return Exit::done;
}

// --- check ---

base::Result<CheckedProof> check_proof_file(const LogOptions& options) {
    const auto trust = TRY(trust_of(options));
    const auto bytes = TRY(whole(options.file));
    const auto proof = TRY(tlog::Proof::read(bytes));
    CheckedProof checked{.index = proof.index};
    if (!options.entry.empty()) {
        checked.entry = TRY(whole(options.entry));
    } else if (proof.extra) {
        checked.entry = *proof.extra;
    } else {
        return base::invalid(
            "app.no_entry",
            {"证明文件不含条目，请用 --entry 给出。",
             "The proof file does not carry the entry: give it with --entry."},
            {"条目须逐字节相同，文件末尾的换行也算。",
             "It must be the same byte for byte, a newline at its end included."});
    }
    const auto accepted = TRY(tlog::check_proof(proof, tlog::leaf_hash(checked.entry), trust));
    checked.origin = accepted.checkpoint.checkpoint.origin;
    checked.size = accepted.checkpoint.checkpoint.head.size;
    checked.cosigned = shown(accepted.cosigned);
    return checked;
}

Exit check_command(const Context& context, const LogOptions& options) {
    const auto& terminal = context.terminal;
    const auto checked = check_proof_file(options);
    if (!checked) return terminal.fail(checked.error());
    const auto index = std::to_string(checked->index);
    const auto size = std::to_string(checked->size);
    terminal.answer(
        *checked,
        terminal.of(
            {"成立：" + checked->origin + " 第 " + index + " 条（共 " + size + " 条）",
             "Holds: index " + index + " of " + size + " in " + checked->origin}) +
            cosigned_lines(terminal, checked->cosigned) + "\n\n" + checked->entry);
    return Exit::done;
}

using Options = std::shared_ptr<LogOptions>;

void add_trust_options(CLI::App& command, const Options& options) {
    command.add_option(
        "--vkey", options->vkey, "The log's key: name+hex+base64, or a file with it");
    command.add_option(
        "--policy",
        options->policy,
        "A trust file: logs, witnesses, quorum (c2sp.org/tlog-policy)");
}

template <class Run>
void choose(CLI::App& command, Context& context, const Options& options, Run run) {
    command.callback([&context, options, run] {
        context.chosen = [&context, options, run] { return run(context, *options); };
    });
}

void add_key(CLI::App& log, Context& context) {
    auto options = std::make_shared<LogOptions>();
    auto* command = log.add_subcommand(
        "key",
        "Make a key. Example: rongqiao log key rq.example.gov.cn/log --out log.key\n"
        "Prints the public key (vkey); without --out the private key first.");
    command->add_option("NAME", options->origin, "The log's or witness's name")->required();
    command->add_option("--kind", options->kind, "ed25519, cosignature (a witness), sm2_sm3")
        ->check(CLI::IsMember({"ed25519", "cosignature", "sm2_sm3"}))
        ->capture_default_str();
    command->add_option("--out", options->out, "A new file for the private key, its owner's only");
    choose(*command, context, options, key_command);
}

void add_write(CLI::App& log, Context& context) {
    auto options = std::make_shared<LogOptions>();
    auto* command = log.add_subcommand(
        "write",
        "Append lines of standard input, one entry each, to a log of files (tiles, bundles, "
        "checkpoint).\nExample: printf 'one\\ntwo\\n' | rongqiao log write --origin "
        "example.com/log --key log.key --out DIR");
    command->add_option("--origin", options->origin, "The log's name, that of its key")->required();
    command->add_option("--key", options->key, "PRIVATE+KEY+… or a file with it")->required();
    command->add_option("--out", options->out, "The log's folder; continued when it has one")
        ->required();
    command->add_flag(
        "--each",
        options->each,
        "Sign after every line, and keep every checkpoint as checkpoint.SIZE, size 0 included");
    choose(*command, context, options, write_command);
}

void add_verify(CLI::App& log, Context& context) {
    auto options = std::make_shared<LogOptions>();
    auto* command = log.add_subcommand(
        "verify",
        "Check a whole log: signatures, every entry, every tile, the root. Names the first file "
        "that is wrong.\nExample: rongqiao log verify https://rq.example.gov.cn/log --vkey KEY");
    command->add_option("PLACE", options->place, "A folder, or the log's address")->required();
    add_trust_options(*command, options);
    choose(*command, context, options, verify_command);
}

void add_proof(CLI::App& log, Context& context) {
    auto options = std::make_shared<LogOptions>();
    auto* command = log.add_subcommand(
        "proof",
        "The proof file of an entry (.tlog-proof), for ever verifiable offline.\n"
        "Example: rongqiao log proof 4 --dir https://rq.example.gov.cn/log --out 4.tlog-proof\n"
        "Without --dir: from the database of --data, while no server has it open.");
    command->add_option("INDEX", options->index, "The entry's index, from 0")->required();
    command->add_option("--dir", options->place, "A folder, or the log's address");
    command->add_option("--out", options->out, "A file; standard output otherwise");
    choose(*command, context, options, proof_command);
}

void add_check(CLI::App& log, Context& context) {
    auto options = std::make_shared<LogOptions>();
    auto* command = log.add_subcommand(
        "check",
        "Whether a proof file holds, without asking anybody.\n"
        "Example: rongqiao log check 4.tlog-proof --vkey KEY --policy trust.txt");
    command->add_option("FILE", options->file, "A .tlog-proof file")->required();
    command->add_option(
        "--entry", options->entry, "A file with the entry; else the one the proof file carries");
    add_trust_options(*command, options);
    choose(*command, context, options, check_command);
}

} // namespace

void add_log_commands(CLI::App& program, Context& context) {
    auto* log = program.add_subcommand(
        "log", "The verifiable log: make keys, write, verify, prove, check (docs/log.md)");
    log->require_subcommand(1);
    add_key(*log, context);
    add_write(*log, context);
    add_verify(*log, context);
    add_proof(*log, context);
    add_check(*log, context);
}

} // namespace app
