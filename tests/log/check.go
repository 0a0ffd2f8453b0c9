// check verifies a log, or a proof file, by an implementation that is not ours: golang.org/x/mod's
// sumdb/note and sumdb/tlog, as Debian packages them. It shares no line with the program.
//
//	check DIR VKEY                    the whole log in DIR: note, root, every tile, every entry
//	check -flip DIR VKEY              that no single byte of any file can be changed unnoticed
//	check -proof FILE [-entry FILE] VKEY   one .tlog-proof
//
// Exit status 0 when all holds; else 1, with the reason on standard error.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// open answers size and root of a checkpoint that the key signed under the origin of its name.
func open(msg []byte, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	n, err := note.Open(msg, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("the checkpoint is of another log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, errors.New("the size is no number")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, errors.New("the root is no hash")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	// One spelling: the library decodes unused bits of the last digit leniently.
	again := lines[0] + "\n" + lines[1] + "\n" + base64.StdEncoding.EncodeToString(root) + "\n"
	if !strings.HasPrefix(n.Text, again) || !strict(string(msg[len(n.Text):])) {
		return tlog.Tree{}, errors.New("base64 has one spelling")
	}
	return tree, nil
}

func strict(signatures string) bool {
	for _, line := range strings.Split(strings.Trim(signatures, "\n"), "\n") {
		words := strings.Split(line, " ")
		raw, err := base64.StdEncoding.DecodeString(words[len(words)-1])
		if err != nil || base64.StdEncoding.EncodeToString(raw) != words[len(words)-1] {
			return false
		}
	}
	return true
}

// name is the file of a tile in the layout of c2sp.org/tlog-tiles; level -1 are entries.
func name(level int, n int64, width int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 1<<height {
		path += fmt.Sprintf(".p/%d", width)
	}
	if level < 0 {
		return "tile/entries/" + path
	}
	return fmt.Sprintf("tile/%d/%s", level, path)
}

func entries(bundle []byte, width int) ([][]byte, error) {
	var all [][]byte
	for len(bundle) >= 2 {
		length := int(binary.BigEndian.Uint16(bundle))
		if len(bundle) < 2+length {
			break
		}
		all = append(all, bundle[2:2+length])
		bundle = bundle[2+length:]
	}
	if len(bundle) != 0 || len(all) != width {
		return nil, errors.New("the bundle is not whole")
	}
	return all, nil
}

// checkLog makes the tree anew from the entries and compares root, tiles and older partial tiles.
func checkLog(dir, vkey string) error {
	msg, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := open(msg, vkey)
	if err != nil {
		return err
	}
	var stored []tlog.Hash // in the order of sumdb/tlog.StoredHashIndex
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, i := range indexes {
			found = append(found, stored[i])
		}
		return found, nil
	})
	wanted := map[string][]byte{"checkpoint": msg}
	for first := int64(0); first < tree.N; first += 1 << height {
		width := 1 << height
		if tree.N-first < int64(width) {
			width = int(tree.N - first)
		}
		file := name(-1, first>>height, width)
		bundle, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			return err
		}
		wanted[file] = bundle
		list, err := entries(bundle, width)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for i, entry := range list {
			hashes, err := tlog.StoredHashes(first+int64(i), entry, reader)
			if err != nil {
				return err
			}
			stored = append(stored, hashes...)
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return errors.New("the root is not that of the entries")
	}
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		// The library names every partial tile on the way; the tree has the widest.
		if tile.W < 1<<height && int64(tile.W) != (tree.N>>(height*tile.L))%(1<<height) {
			continue
		}
		data, err := tlog.ReadTileData(tile, reader)
		if err != nil {
			return err
		}
		wanted[name(tile.L, tile.N, tile.W)] = data
	}
	return compare(dir, wanted)
}

// compare holds every file below dir to what it must be; an older partial tile to its beginning.
func compare(dir string, wanted map[string][]byte) error {
	seen := 0
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		file, _ := filepath.Rel(dir, path)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if want, ok := wanted[file]; ok {
			seen++
			if !bytes.Equal(data, want) {
				return fmt.Errorf("%s: not what the log has there", file)
			}
			return nil
		}
		if strings.HasPrefix(file, "checkpoint.") {
			return nil
		}
		stem, width, found := strings.Cut(file, ".p/")
		if !found {
			return fmt.Errorf("%s: no file of this log", file)
		}
		count, err := strconv.Atoi(width)
		if err != nil {
			return fmt.Errorf("%s: no file of this log", file)
		}
		for other, want := range wanted {
			if strings.Split(other, ".p/")[0] != stem {
				continue
			}
			whole := len(data) == count*tlog.HashSize
			if strings.HasPrefix(stem, "tile/entries/") {
				_, err := entries(data, count)
				whole = err == nil
			}
			if whole && bytes.HasPrefix(want, data) {
				return nil
			}
		}
		return fmt.Errorf("%s: not what the log has there", file)
	})
	if err == nil && seen != len(wanted) {
		return errors.New("files are missing")
	}
	return err
}

// flip changes every byte of every file in turn, another bit each time, and wants a refusal.
func flip(dir, vkey string) error {
	return filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i := range data {
			data[i] ^= 1 << (i % 8)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				return err
			}
			if checkLog(dir, vkey) == nil {
				return fmt.Errorf("%s: byte %d was changed and nobody noticed", path, i)
			}
			data[i] ^= 1 << (i % 8)
		}
		return os.WriteFile(path, data, 0o600)
	})
}

func checkProof(file, entryFile, vkey string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, msg, found := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a proof file")
	}
	lines = lines[1:]
	var entry []byte
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		if entry, err = base64.StdEncoding.Strict().DecodeString(lines[0][6:]); err != nil {
			return err
		}
		lines = lines[1:]
	}
	if entryFile != "" {
		if entry, err = os.ReadFile(entryFile); err != nil {
			return err
		}
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return errors.New("no index")
	}
	index, err := strconv.ParseInt(lines[0][6:], 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			return errors.New("a line is no hash")
		}
		var hash tlog.Hash
		copy(hash[:], raw)
		proof = append(proof, hash)
	}
	tree, err := open([]byte(msg), vkey)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func main() {
	proof := flag.String("proof", "", "a .tlog-proof file")
	entry := flag.String("entry", "", "the entry it is about; else the one it carries")
	flips := flag.Bool("flip", false, "change every byte of the log in turn")
	flag.Parse()
	var err error
	switch {
	case *proof != "" && flag.NArg() == 1:
		err = checkProof(*proof, *entry, flag.Arg(0))
	case *flips && flag.NArg() == 2:
		if err = checkLog(flag.Arg(0), flag.Arg(1)); err == nil {
			err = flip(flag.Arg(0), flag.Arg(1))
		}
	case *proof == "" && flag.NArg() == 2:
		err = checkLog(flag.Arg(0), flag.Arg(1))
	default:
		err = errors.New("usage: check [-flip] DIR VKEY | check -proof FILE [-entry FILE] VKEY")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ok")
}
