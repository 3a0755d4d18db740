package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/store"
)

// content is n bytes that are not all alike.
func content(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i*7 + i>>8)
	}
	return out
}

// put writes a blob, and an event that names it.
func (w *World) put(ref casework.Ref, key string, of []byte) casework.Blob {
	w.T.Helper()
	b := w.stage(ref, of)
	_, err := Write(w.S, key, ref, Wrote{Name: key, Blob: &b})
	w.must(err)
	return b
}

func (w *World) stage(ref casework.Ref, of []byte) casework.Blob {
	w.T.Helper()
	blob, err := w.S.NewBlob(context.Background(), ref, "shelter", start)
	w.must(err)
	for part := of; len(part) > 0; { // as a line brings it: not in chunks
		n := min(len(part), 77_777)
		_, err := blob.Write(part[:n])
		w.must(err)
		part = part[n:]
	}
	b, err := blob.Finish()
	w.must(err)
	return b
}

func (w *World) read(ref casework.Ref, b casework.Blob) ([]byte, error) {
	r, err := w.S.ReadBlob(context.Background(), ref, b)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func blobs(w *World) {
	for _, n := range []int{0, 1, store.BlobChunk, store.BlobChunk + 1, 3 * store.BlobChunk} {
		want := content(n)
		b := w.put(Ref(n), fmt.Sprint("blob", n), want)
		got, err := w.read(Ref(n), b)
		if err != nil || !bytes.Equal(got, want) {
			w.T.Errorf("%d bytes: %d came back, %v", n, len(got), err)
		}
		if b.Size != int64(n) {
			w.T.Errorf("%d bytes are said to be %d", n, b.Size)
		}
		if _, err := w.read(Ref(n+1_000_000), b); n > 0 {
			w.wantCode(err, "store.no_blob") // another's stream has no key to it
		}
		_, err = Write(w.S, fmt.Sprint("again", n), Ref(n), Wrote{Name: "again"}) // the stream still folds
		w.must(err)
	}
	if r := w.verify(); r.Blobs != 5 {
		w.T.Errorf("%d blobs were verified, want 5", r.Blobs)
	}
	rows, err := w.Raw(w.T).Query(`select sealed from chunks`)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var sealed []byte
		w.must(rows.Scan(&sealed))
		if bytes.Contains(sealed, content(64)) {
			w.T.Error("a chunk lies open in the database")
		}
	}
	w.must(rows.Err())
}

// blobsChanged: whatever is done to chunks behind the store's back is named, and
// what was changed is not given to a reader.
func blobsChanged(w *World) {
	ctx := context.Background()
	b := w.put(Ref(0), "one", content(2*store.BlobChunk+9))
	other := w.put(Ref(0), "two", content(2*store.BlobChunk+9))
	of := `blob = '` + string(b.ID) + `'`
	for _, row := range []struct {
		why, change, table, what string
		depth                    int
		opens                    bool
	}{
		{"a chunk gone", `delete from chunks where n = 1 and ` + of, "chunks", "missing", 1, false},
		{"the last chunk gone", `delete from chunks where n = 2 and ` + of, "chunks", "missing", 1, false},
		{"a chunk too many", `insert into chunks (blob, n, sealed) select blob, 3, sealed from chunks where n = 0 and ` + of, "chunks", "extra", 1, true},
		{"a chunk of another document", `update chunks set sealed = (select sealed from chunks where n = 1 and blob = '` + string(other.ID) + `') where n = 1 and ` + of, "chunks", "different", 1, false},
		{"the key gone", `delete from data_keys where compartment = 'document/` + string(b.ID) + `'`, "data_keys", "missing", 1, false},
		{"all of a document, and its row of the index", `delete from documents where attachment_id = '` + string(b.ID) + `'`, "documents", "missing", 2, true},
		{"a digest that fits what was put in its place", `update documents set sealed = '` + other.Sealed + `' where attachment_id = '` + string(b.ID) + `'`, "chunks", "different", 1, true},
	} {
		undo := w.snapshot()
		w.exec(row.change)
		_, err := w.S.Verify(ctx, row.depth, nil)
		var m *store.Mismatch
		if !errors.As(err, &m) || m.Table != row.table || m.What != row.what {
			w.T.Errorf("%s: %v, want %s %s", row.why, err, row.table, row.what)
		}
		if _, err := w.read(Ref(0), b); (err == nil) != row.opens {
			w.T.Errorf("%s: read with %v", row.why, err)
		}
		undo()
	}
	w.verify()
}

func blobsErased(w *World) {
	ctx := context.Background()
	b := w.put(Ref(0), "one", content(store.BlobChunk+1))
	stays := w.put(Ref(1), "two", content(9))
	begun, err := w.S.NewBlob(ctx, Ref(0), "shelter", start) // an upload is on its way
	w.must(err)
	_, err = w.S.Erase(ctx, "erase", access.Who{Worker: "w1"}, Ref(0), "asked", start)
	w.must(err)
	_, err = w.read(Ref(0), b)
	w.wantCode(err, "store.no_blob")
	if n := w.count(`select count(*) from chunks where blob = '` + string(b.ID) + `'`); n != 0 {
		w.T.Errorf("%d chunks of an erased file are left", n)
	}
	if got, err := w.read(Ref(1), stays); err != nil || len(got) != 9 {
		w.T.Errorf("another's document: %d bytes, %v", len(got), err)
	}
	_, err = begun.Write(content(store.BlobChunk)) // its key is gone: noise, which a sweep takes
	w.must(err)
	last, err := begun.Finish()
	w.must(err)
	_, err = Write(w.S, "late", Ref(0), Wrote{Name: "late", Blob: &last})
	w.wantCode(err, "store.erased")
	_, err = w.S.NewBlob(ctx, Ref(0), "shelter", start)
	w.wantCode(err, "store.erased")
	w.verify()
}

// blobsForgotten: what no event names goes after a day, what one names stays.
func blobsForgotten(w *World) {
	ctx := context.Background()
	kept, left := w.put(Ref(0), "kept", content(10)), w.stage(Ref(0), content(10))
	dropped := w.stage(Ref(0), content(10))
	w.must(w.S.DropBlob(ctx, Ref(0), dropped.ID))
	_, err := w.read(Ref(0), dropped)
	w.wantCode(err, "store.no_blob")
	for _, row := range []struct {
		why  string
		then time.Time
		want int
	}{{"an upload may still be on its way", start, 0}, {"a day has gone", start.AddDate(0, 0, 1), 1}, {"nothing is left", start.AddDate(0, 0, 1), 0}} {
		if n, err := w.S.ForgetBlobs(ctx, row.then); err != nil || n != row.want {
			w.T.Errorf("%s: %d forgotten, want %d (%v)", row.why, n, row.want, err)
		}
	}
	_, err = w.read(Ref(0), left)
	w.wantCode(err, "store.no_blob")
	if _, err := w.read(Ref(0), kept); err != nil {
		w.T.Errorf("a document that is kept was swept away: %v", err)
	}
	w.verify()
}

func (w *World) count(q string) (n int) {
	w.T.Helper()
	w.must(w.Raw(w.T).QueryRow(q).Scan(&n))
	return n
}
