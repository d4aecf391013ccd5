package segment

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"
)

// seal makes of the active segment one that can be sent. It needs the turn. It
// fails where the disk refuses what is left to write; the store then takes
// nothing until a later call succeeds.
func (s *Store) seal() error {
	a, now := s.active, s.settings.Now()
	a.closing = true
	if now.Before(s.sealAgain) {
		return s.sealFailure
	}
	sealed, err := s.sealActive(a)
	if errors.Is(classify(err), ErrNoSpace) && s.room.release() {
		sealed, err = s.sealActive(a)
	}
	if err != nil {
		s.sealFailure, s.sealAgain = err, now.Add(retryInterval)
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active = nil
	s.bytes -= a.size
	if sealed != nil {
		if a.recovered {
			s.recall(sealed)
		}
		s.bytes += sealed.Bytes
		s.waiting = append(s.waiting, sealed)
		s.wake()
	}
	return nil
}

// sealActive returns nil where the segment holds no record.
func (s *Store) sealActive(a *active) (*Sealed, error) {
	if a.size == headerSize {
		a.file.Close()
		return nil, s.removeFile(a.path)
	}
	err := a.sync()
	if err == nil {
		err = s.trail(a)
	}
	if a.broken != nil {
		return s.salvage(a)
	}
	if err != nil {
		return nil, err
	}
	// All of it is on disk: from here on nothing may keep it from being sent. A
	// rename that fails, or that a power cut undoes, leaves a file with the same
	// content, which is recovered at the next start.
	a.file.Close()
	sealed := &Sealed{
		ID: a.header.ID, Path: a.path, Created: a.header.Created, Bytes: a.size, Rows: a.rows,
		requests: a.requests, trailer: a.trailer,
	}
	if final := withSuffix(a.path, sealedSuffix); s.files.rename(a.path, final) == nil {
		sealed.Path = final
		_ = s.files.syncFolder(s.settings.Directory)
	}
	return sealed, nil
}

// trail ends a segment with its trailer.
func (s *Store) trail(a *active) error {
	if a.trailer == nil {
		trailer, framed, err := s.newTrailer(a.header, a.digests)
		if trailer == nil {
			return err
		}
		if err := a.write(framed); err != nil {
			return err
		}
		s.mu.Lock()
		a.size += int64(len(framed))
		s.bytes += int64(len(framed))
		addRows(a.rows, trailer)
		s.mu.Unlock()
		if err := a.sync(); err != nil {
			return err
		}
		a.trailer = trailer
	}
	return s.trailed(a.header, a.trailer)
}

// addRows counts a record's rows by table.
func addRows(rows map[string]int, r *Record) {
	for _, t := range r.Tables {
		rows[t.Name] += t.Rows
	}
}

// newTrailer returns nil where there is nothing to add.
func (s *Store) newTrailer(h Header, digests [][]byte) (trailer *Record, framed []byte, err error) {
	if len(digests) == 0 || s.settings.Trailer == nil {
		return nil, nil, nil
	}
	if trailer, err = s.settings.Trailer(h, digests); err != nil {
		return nil, nil, fmt.Errorf("cannot make the trailer of segment %s: %w", h.ID, err)
	}
	if trailer == nil {
		return nil, nil, nil
	}
	if framed, err = appendRecord(nil, trailer, true); err != nil {
		return nil, nil, err
	}
	mark(framed, h.ID)
	return trailer, framed, nil
}

func (s *Store) trailed(h Header, trailer *Record) error {
	if trailer == nil || s.settings.Trailed == nil {
		return nil
	}
	if err := s.settings.Trailed(h, trailer); err != nil {
		return fmt.Errorf("cannot take over the trailer of segment %s: %w", h.ID, err)
	}
	return nil
}

// salvage seals what is known to be on disk of a segment whose sync, or the
// taking back of a write, has failed.
func (s *Store) salvage(a *active) (*Sealed, error) {
	c, err := inspect(a.file, a.synced, a.path)
	if err != nil {
		return nil, err
	}
	sealed, err := s.copySealed(a.file, c, a.path)
	if err != nil {
		return nil, errors.Join(a.broken, err)
	}
	a.file.Close()
	if sealed != nil {
		sealed.Recovered = a.recovered
	}
	return sealed, nil
}

// copySealed copies the valid part of a file to a new one and seals that. The
// old file stays until the segment is removed, so that this can be done again
// after each error.
func (s *Store) copySealed(src file, c *contents, path string) (*Sealed, error) {
	if c.records == 0 {
		return nil, s.removeFile(path)
	}
	scratch, final := withSuffix(path, scratchSuffix), withSuffix(path, sealedSuffix)
	trailer := c.trailer
	var framed []byte
	if trailer == nil {
		var err error
		if trailer, framed, err = s.newTrailer(c.header, c.digests); err != nil {
			return nil, err
		}
	}
	rows := maps.Clone(c.rows) // of the copy; copying may be tried again
	if framed != nil {
		addRows(rows, trailer)
	}
	in := io.MultiReader(io.NewSectionReader(src, 0, c.end), strings.NewReader(string(framed)))
	if err := writeFile(s.files, scratch, in); err != nil {
		return nil, fmt.Errorf("cannot copy segment %s: %w", path, err)
	}
	if err := s.files.rename(scratch, final); err != nil {
		return nil, fmt.Errorf("cannot seal a copied segment: %w", err)
	}
	if err := s.files.syncFolder(s.settings.Directory); err != nil {
		return nil, err
	}
	if err := s.trailed(c.header, trailer); err != nil {
		return nil, err
	}
	sealed := c.sealed(final, c.end+int64(len(framed)))
	sealed.Rows, sealed.trailer, sealed.copied = rows, trailer, true
	return sealed, nil
}

func (s *Store) removeFile(path string) error {
	if err := s.files.remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove a segment: %w", err)
	}
	return nil
}

// removeSealed removes a segment, and first what it was copied from: that must
// not come back alone.
func (s *Store) removeSealed(sealed *Sealed) error {
	if err := s.removeOrigin(sealed); err != nil {
		return err
	}
	return s.removeFile(sealed.Path)
}

func (s *Store) removeOrigin(sealed *Sealed) error {
	if !sealed.copied {
		return nil
	}
	if err := s.removeFile(withSuffix(sealed.Path, openSuffix)); err != nil {
		return err
	}
	return s.files.syncFolder(s.settings.Directory)
}

// writeFile makes a file and syncs it; a scratch file of an earlier attempt is
// replaced.
func writeFile(fsys files, path string, content io.Reader) error {
	if err := fsys.remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := fsys.create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err = io.Copy(io.NewOffsetWriter(f, 0), content); err == nil {
		err = f.Sync()
	}
	if err != nil {
		_ = fsys.remove(path) // what it holds of a full disk is wanted
	}
	return err
}

// replaceFile makes a file appear whole: with its content, or not at all.
func replaceFile(fsys files, path string, content io.Reader) error {
	scratch := path + scratchSuffix
	if err := writeFile(fsys, scratch, content); err != nil {
		return err
	}
	if err := fsys.rename(scratch, path); err != nil {
		return err
	}
	return fsys.syncFolder(filepath.Dir(path))
}

func withSuffix(path, suffix string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + suffix
}
