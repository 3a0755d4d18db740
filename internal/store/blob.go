package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/seal"
)

// A blob is what is too long for an event: it is written before the event that
// names it, chunk by chunk as it comes from the line, so that memory does not
// grow with it and the only writer is held for one chunk at a time. The event
// carries two digests: of the content, and of the sealed chunks, by which a
// missing or changed chunk is found without keys.
//
// It refuses to be found by anything but its id, and to give a byte that does
// not open under the key of its stream. A crash between the chunks and the event
// leaves a blob that no event names: ForgetBlobs takes it away.

// BlobChunk is how many bytes are sealed and written at once. Each is one
// transaction: shorter ones would sync the disk more often, longer ones would
// keep an act waiting and hold more memory for each upload.
const BlobChunk = 256 << 10

// blobCompartment names the data key of a blob, beside those of the compartments
// of its stream: erasing the stream deletes all of them with one statement.
func blobCompartment(blob id.Attachment) string { return "document/" + string(blob) }

const codeNoBlob = "store.no_blob" // there is no such blob, or it was erased

// BlobWriter writes one blob. It is for one goroutine.
type BlobWriter struct {
	s      *Store
	ctx    context.Context
	ref    casework.Ref
	id     id.Attachment
	key    seal.DataKey
	buf    []byte
	plain  hash.Hash
	sealed hash.Hash
	size   int64
	n      int
}

// NewBlob begins a blob of a stream. kind is the compartment it will belong to:
// its key is wrapped by that kind of body's.
func (s *Store) NewBlob(ctx context.Context, ref casework.Ref, kind string, at time.Time) (*BlobWriter, error) {
	if s.keys == nil {
		return nil, fault.New(fault.Internal, codeKeyMissing)
	}
	if kind == "" {
		kind = string(ref.Kind)
	}
	if err := s.keys.Prepare(ctx, at, kind); err != nil {
		return nil, err
	}
	blob := id.New[id.Attachment](at)
	key, wrapped, err := s.keys.NewDataKey(kind, at, owner(ref, blobCompartment(blob)))
	if err != nil {
		return nil, err
	}
	err = s.writing(ctx, func(c *conn) error {
		// The head is what an erasure holds: a key made after it would outlive the
		// stream it is of.
		if _, err := readHead(ctx, c, c.d.lock); err != nil {
			return err
		}
		var gone int
		erased, err := c.one(ctx, []any{&gone}, `select 1 from tombstones where stream_kind = ?1 and stream_id = ?2`, string(ref.Kind), ref.ID)
		if err != nil || erased {
			return orErr(err, fault.New(fault.Conflict, codeErased))
		}
		const insert = `insert into blobs (id, stream_kind, stream_id, started_at) values (?1, ?2, ?3, ?4)`
		if _, err := c.exec(ctx, insert, string(blob), string(ref.Kind), ref.ID, toMicro(at)); err != nil {
			return err
		}
		return dataKeyShape.insert(ctx, c, [][]any{{string(ref.Kind), ref.ID, blobCompartment(blob), wrapped.KEK, wrapped.Key}})
	})
	if err != nil {
		return nil, fault.At("begin a blob", err)
	}
	return &BlobWriter{s: s, ctx: ctx, ref: ref, id: blob, key: key, plain: sha256.New(), sealed: sha256.New()}, nil
}

func orErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// ID names the blob.
func (w *BlobWriter) ID() id.Attachment { return w.id }

// Write takes bytes in, and writes a chunk whenever one is full.
func (w *BlobWriter) Write(p []byte) (int, error) {
	if w.buf == nil {
		w.buf = make([]byte, 0, BlobChunk)
	}
	taken := 0
	for len(p) > 0 {
		n := min(len(p), BlobChunk-len(w.buf))
		w.buf = append(w.buf, p[:n]...)
		p, taken = p[n:], taken+n
		if len(w.buf) == BlobChunk {
			if err := w.flush(); err != nil {
				return taken, err
			}
		}
	}
	return taken, nil
}

func (w *BlobWriter) flush() error {
	sealed := w.key.Seal(w.buf, blobCell(w.id, w.n))
	err := w.s.writing(w.ctx, func(c *conn) error {
		_, err := c.exec(w.ctx, `insert into chunks (blob, n, sealed) values (?1, ?2, ?3)`, string(w.id), int64(w.n), sealed)
		return err
	})
	if err != nil {
		return fault.At("write a chunk", err)
	}
	w.plain.Write(w.buf)
	w.sealed.Write(sealed)
	w.size, w.n = w.size+int64(len(w.buf)), w.n+1
	clear(w.buf)
	w.buf = w.buf[:0]
	return nil
}

// Finish writes what is left and says what was kept. It is not yet anybody's: an
// event makes it so.
func (w *BlobWriter) Finish() (casework.Blob, error) {
	if len(w.buf) > 0 {
		if err := w.flush(); err != nil {
			return casework.Blob{}, err
		}
	}
	w.buf = nil
	return casework.Blob{
		ID: w.id, Size: w.size, Chunks: w.n,
		Digest: hex.EncodeToString(w.plain.Sum(nil)), Sealed: hex.EncodeToString(w.sealed.Sum(nil)),
	}, nil
}

// blobCell ties a chunk to its blob and place: swapped with another it does not open.
func blobCell(blob id.Attachment, n int) []byte { return seal.Cell(uint64(n), "blob", string(blob)) }

// DropBlob takes away a blob that no event names, with its key.
func (s *Store) DropBlob(ctx context.Context, ref casework.Ref, blob id.Attachment) error {
	err := s.writing(ctx, func(c *conn) error { return dropBlob(ctx, c, ref, blob) })
	if s.keys != nil {
		s.keys.Forget(owner(ref, blobCompartment(blob)))
	}
	return fault.At("drop a blob", err)
}

// dropBlob deletes the key first: from then on the chunks are nothing but noise.
func dropBlob(ctx context.Context, c *conn, ref casework.Ref, blob id.Attachment) error {
	const key = `delete from data_keys where stream_kind = ?1 and stream_id = ?2 and compartment = ?3`
	if _, err := c.exec(ctx, key, string(ref.Kind), ref.ID, blobCompartment(blob)); err != nil {
		return err
	}
	if _, err := c.exec(ctx, `delete from chunks where blob = ?1`, string(blob)); err != nil {
		return err
	}
	_, err := c.exec(ctx, `delete from blobs where id = ?1`, string(blob))
	return err
}

// eraseBlobs deletes the chunks of an erased stream; their keys went with the
// stream's.
func eraseBlobs(ctx context.Context, c *conn, ref casework.Ref) error {
	const chunks = `delete from chunks where blob in (select id from blobs where stream_kind = ?1 and stream_id = ?2)`
	if _, err := c.exec(ctx, chunks, string(ref.Kind), ref.ID); err != nil {
		return err
	}
	_, err := c.exec(ctx, `delete from blobs where stream_kind = ?1 and stream_id = ?2`, string(ref.Kind), ref.ID)
	return err
}

// BlobReader gives a blob's content from the beginning, one chunk in memory at a
// time. It is for one goroutine.
type BlobReader struct {
	s    *Store
	ctx  context.Context
	ref  casework.Ref
	blob casework.Blob
	key  seal.DataKey
	n    int
	left []byte
}

// ReadBlob opens a blob that an event names. The key is fetched from its table:
// of an erased stream there is none.
func (s *Store) ReadBlob(ctx context.Context, ref casework.Ref, blob casework.Blob) (*BlobReader, error) {
	if s.keys == nil {
		return nil, fault.New(fault.Internal, codeKeyMissing)
	}
	var wrapped seal.Wrapped
	found := false
	err := s.glancing(ctx, func(c *conn) (err error) {
		const q = `select kek, wrapped from data_keys where stream_kind = ?1 and stream_id = ?2 and compartment = ?3`
		found, err = c.one(ctx, []any{&wrapped.KEK, &wrapped.Key}, q, string(ref.Kind), ref.ID, blobCompartment(blob.ID))
		return err
	})
	if err == nil && !found {
		err = fault.New(fault.NotFound, codeNoBlob)
	}
	if err != nil {
		return nil, fault.At("open a blob", err)
	}
	// Once: a blob is read now and then, and its key would push out one that every page needs.
	key, err := s.unwrapBy(ctx, s.keys.UnwrapOnce, wrapped, owner(ref, blobCompartment(blob.ID)))
	if err != nil {
		return nil, err
	}
	return &BlobReader{s: s, ctx: ctx, ref: ref, blob: blob, key: key}, nil
}

// Read gives what was written, or a fault: a chunk that is missing or changed
// ends it, and nothing of that chunk is given.
func (r *BlobReader) Read(p []byte) (int, error) {
	if len(r.left) == 0 {
		if r.n == r.blob.Chunks {
			return 0, io.EOF
		}
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

func (r *BlobReader) next() error {
	var sealed []byte
	err := r.s.glancing(r.ctx, func(c *conn) error {
		found, err := c.one(r.ctx, []any{&sealed}, `select sealed from chunks where blob = ?1 and n = ?2`, string(r.blob.ID), int64(r.n))
		if err == nil && !found {
			err = fault.New(fault.Internal, codeDamaged)
		}
		return err
	})
	if err != nil {
		return fault.At("read a blob", err)
	}
	if r.left, err = r.key.Open(sealed, blobCell(r.blob.ID, r.n)); err != nil {
		return fault.Because(err, fault.Internal, codeDamaged, "stream", r.ref.String())
	}
	r.n++
	return nil
}

// ForgetBlobs takes away what uploads left behind that ended before any event
// named them: those begun before the time, some at a call.
func (s *Store) ForgetBlobs(ctx context.Context, before time.Time) (int, error) {
	if s.byName[casework.AttachmentsTable] == nil {
		return 0, nil
	}
	type left struct {
		ref  casework.Ref
		blob id.Attachment
	}
	var found []left
	const q = `select b.stream_kind, b.stream_id, b.id from blobs b left join ` + casework.AttachmentsTable + ` a on a.attachment_id = b.id
		where a.attachment_id is null and b.started_at < ?1 order by b.id limit 100`
	err := s.reading(ctx, func(c *conn) error {
		return c.each(ctx, asRows(func(r rowScanner) error {
			var l left
			err := r.Scan(&l.ref.Kind, &l.ref.ID, &l.blob)
			found = append(found, l)
			return err
		}), q, toMicro(before))
	})
	for _, l := range found {
		if err == nil {
			err = s.DropBlob(ctx, l.ref, l.blob)
		}
	}
	return len(found), fault.At("forget blobs", err)
}

// blobs compares every blob that the index names with its chunks. The index is
// itself compared with the events at the second depth, so a digest changed with
// its chunks is found there.
func (v *verifier) blobs(ctx context.Context) error {
	if v.s.byName[casework.AttachmentsTable] == nil {
		return nil
	}
	const q = `select a.stream_kind, a.stream_id, a.attachment_id, a.chunks, a.sealed, k.compartment from ` + casework.AttachmentsTable + ` a
		left join data_keys k on k.stream_kind = a.stream_kind and k.stream_id = a.stream_id and k.compartment = 'document/' || a.attachment_id
		where a.attachment_id > ?1 order by a.attachment_id limit ?2`
	type named struct {
		ref  casework.Ref
		blob casework.Blob
		key  *string
	}
	for last := ""; ; {
		var page []named
		err := v.c.walk(ctx, asRows(func(r rowScanner) error {
			var n named
			err := r.Scan(&n.ref.Kind, &n.ref.ID, &n.blob.ID, &n.blob.Chunks, &n.blob.Sealed, &n.key)
			page = append(page, n)
			return err
		}), q, last, int64(batch))
		if err != nil || len(page) == 0 {
			return err
		}
		for _, n := range page {
			if n.key == nil {
				return mismatch("data_keys", "missing", -1, n.ref)
			}
			if err := v.blob(ctx, n.ref, n.blob); err != nil {
				return err
			}
		}
		last = string(page[len(page)-1].blob.ID)
	}
}

func (v *verifier) blob(ctx context.Context, ref casework.Ref, blob casework.Blob) error {
	sum, want := sha256.New(), 0
	err := v.c.walk(ctx, asRows(func(r rowScanner) error {
		var n int
		var sealed []byte
		if err := r.Scan(&n, &sealed); err != nil {
			return err
		}
		if n != want {
			return mismatch("chunks", "missing", -1, ref)
		}
		want++
		sum.Write(sealed)
		return nil
	}), `select n, sealed from chunks where blob = ?1 order by n`, string(blob.ID))
	switch {
	case err != nil:
		return err
	case want < blob.Chunks:
		return mismatch("chunks", "missing", -1, ref)
	case want > blob.Chunks:
		return mismatch("chunks", "extra", -1, ref)
	case hex.EncodeToString(sum.Sum(nil)) != blob.Sealed:
		return mismatch("chunks", "different", -1, ref)
	}
	v.report.Blobs++
	return nil
}
