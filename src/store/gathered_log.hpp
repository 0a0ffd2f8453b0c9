// SQLite's write-ahead log, with the frames of a commit written at once.
//
// SQLite hands a log's frame to the system in two pieces, its header of 24 bytes and its page: 20
// to 30 calls for a turn of small commands. Here frames are kept until the one that ends the commit
// comes, which its header says, or something else is asked of the file; so the commit fails when
// the one write does, and nobody is told of frames that are not in the file. Where the log is
// flushed by another thread, the disk is asked to begin at once. Format:
// https://www.sqlite.org/fileformat2.html#walformat
#pragma once

struct sqlite3_file;

namespace store::gathered_log {

// The name to open a database by (sqlite3_open_v2) whose log is to be written so. All its other
// files are SQLite's own.
[[nodiscard]] const char* vfs();

// Flushes what has been written to such a log, and leaves alone what is being gathered: so it may
// be called on any thread. False when the disk refused.
[[nodiscard]] bool flush(sqlite3_file* log);

} // namespace store::gathered_log
