package desk

import (
	"context"
	"io"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
)

// Scanner looks for viruses. An error means that nothing is known: the document
// waits, is shown to nobody, and the scanner is asked again.
type Scanner interface {
	Scan(ctx context.Context, content io.Reader) (found bool, err error)
}

// scanTime is how long who adds a document waits for the scanner; after that it
// goes on by itself.
const scanTime = 20 * time.Second

// scanSoon asks the scanner while the worker waits. Whatever it says or does not
// say, the document is in the file.
func (d *Desk) scanSoon(ctx context.Context, file id.File, which id.Attachment) {
	ctx, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	if err := d.scan(ctx, file, which); err != nil {
		d.deps.Log.Warn("document not scanned", "code", fault.Of(err).Code)
	}
}

// codeScanner: the scanner did not answer.
const codeScanner = "scanner.unavailable"

// scan asks the scanner about one document that waits, and records what it says.
func (d *Desk) scan(ctx context.Context, file id.File, which id.Attachment) error {
	f, err := d.view(ctx, file)
	if err != nil {
		return gone(err)
	}
	a, ok := f.UnscannedOf(which)
	if !ok || d.deps.Scanner == nil {
		return nil
	}
	content, err := d.deps.Store.ReadBlob(ctx, fileRef(file), a.Blob)
	if err != nil {
		return err
	}
	found, err := d.deps.Scanner.Scan(ctx, content)
	if err != nil {
		return fault.Because(err, fault.Busy, codeScanner)
	}
	key := "scan/" + string(which)
	_, err = d.change(ctx, product, key, string(which), d.now(), []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.ScanAttachment(fileOf(l, file), which, found, m)
	})
	return gone(err)
}

// sweepLeftovers takes away, once an hour, what nobody needs and no page lists: what
// uploads left behind that ended halfway, and jobs that were done long ago.
func (d *Desk) sweepLeftovers(ctx context.Context) error {
	at, last := d.wall(), d.sweptLeft.Load()
	if last != nil && at.Sub(*last) < forgetEvery && !at.Before(*last) {
		return nil
	}
	if begun, ends := d.keptFrom(pack.RecordUploads, at); ends {
		if _, err := d.deps.Store.ForgetBlobs(ctx, begun); err != nil {
			return err
		}
	}
	if made, ends := d.keptFrom(pack.RecordJobs, d.now()); ends {
		if _, err := d.deps.Store.ForgetJobs(ctx, made); err != nil {
			return err
		}
	}
	d.sweptLeft.Store(&at)
	return nil
}

// sweepDocuments asks again about documents that wait, until the scanner does not
// answer.
func (d *Desk) sweepDocuments(ctx context.Context) error {
	if d.deps.Scanner == nil {
		return nil
	}
	waiting, err := d.deps.Store.List(ctx, casework.AttachmentsTable, store.Query{
		Scope: everything, Limit: 50, NoTotal: true, Where: []store.Filter{store.Where("state", store.OneOf, casework.AttachmentWaits)},
	})
	if err != nil {
		return fault.At("sweep documents", err)
	}
	for _, r := range waiting.Rows {
		if err := d.scan(ctx, id.File(r.Ref.ID), id.Attachment(r.Text("attachment_id"))); err != nil {
			d.deps.Log.Warn("document not scanned", "code", fault.Of(err).Code)
			return nil // it is down: the next sweep asks again
		}
	}
	return nil
}
