package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strconv"
	"sync"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/document"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// How a document is received. It goes from the line into sealed chunks as it
// comes, so that nothing of it lies open on a disk and memory does not grow with
// it. Then it is looked at, one document at a time on this node, because looking
// at a picture takes as much memory as it has dots; what is kept of a picture is
// another one, written anew, and what came is dropped with its key. Only then is
// there an event. Whatever fails before leaves nothing but chunks that nobody can
// name, which are dropped here or swept later.

const (
	codeTooLarge = "document.too_large"
	codeBusy     = "document.busy"

	// atOnce bounds how many are received at a time, ofOne how many of those are one
	// worker's: slow lines hold a place for long.
	atOnce = 8
	ofOne  = 4
)

// room is where documents are received.
type room struct {
	mu      sync.Mutex
	workers map[id.Worker]int
	all     int
	looking chan struct{} // holds one who looks
}

func newRoom() *room { return &room{workers: map[id.Worker]int{}, looking: make(chan struct{}, 1)} }

func (r *room) enter(who id.Worker) (leave func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all >= atOnce || r.workers[who] >= ofOne {
		return nil, fault.New(fault.Busy, codeBusy)
	}
	r.all++
	r.workers[who]++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all--
		if r.workers[who]--; r.workers[who] == 0 {
			delete(r.workers, who)
		}
	}, nil
}

// look waits for its turn to look at a document.
func (r *room) look(ctx context.Context) (done func(), err error) {
	select {
	case r.looking <- struct{}{}:
		return func() { <-r.looking }, nil
	case <-ctx.Done():
		return nil, fault.Because(ctx.Err(), fault.Busy, codeBusy)
	}
}

// AddDocument receives a document and puts it into the file. Whether it may be
// added at all is asked before the first byte is read.
func (d *Desk) AddDocument(ctx context.Context, who access.Who, in DocumentInput, content io.Reader) (casework.Receipt, error) {
	if err := fault.Form(tooLong("doc_title", in.Title, maxLine)...); err != nil {
		return casework.Receipt{}, err
	}
	f, err := d.view(ctx, in.File)
	if err != nil {
		return casework.Receipt{}, err
	}
	added := casework.AttachmentAdded{Kind: in.Kind, Title: in.Title, Of: in.Of}
	if _, err := d.decideDocument(who, f, added, d.moment(who, d.now())); err != nil {
		return casework.Receipt{}, err
	}
	leave, err := d.receiving.enter(who.Worker)
	if err != nil {
		return casework.Receipt{}, err
	}
	defer leave()
	r := &reception{d: d, ctx: ctx, ref: fileRef(in.File), compartment: who.Compartment, kept: &added}
	defer r.clear()
	if err := r.receive(content); err != nil {
		return casework.Receipt{}, err
	}
	if d.deps.Scanner != nil {
		added.Scan = casework.ScanWaits
	}
	sent := struct {
		DocumentInput
		Came string
	}{in, r.came}
	receipt, err := d.change(ctx, who, in.Key, sent, d.now(), []casework.Ref{r.ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return d.decideDocument(who, fileOf(l, in.File), added, m)
	})
	switch {
	case err == nil && !receipt.Seen:
		r.keep(added.Blob.ID)
	case err != nil && unsettled(err):
		r.keep(added.Blob.ID) // it may have happened: an event without its chunks is worse than chunks that are swept
	}
	if err == nil && added.Scan != "" {
		d.scanSoon(ctx, in.File, id.Attachment(receipt.Args["document"]))
	}
	return receipt, err
}

// unsettled errors leave open whether the act happened.
func unsettled(err error) bool {
	kind := fault.Of(err).Kind
	return kind == fault.Busy || kind == fault.Internal
}

func (d *Desk) decideDocument(who access.Who, f *casework.File, in casework.AttachmentAdded, m casework.Moment) (casework.Decision, error) {
	if err := d.mayAddDocument(who, f); err != nil {
		return casework.Decision{}, err
	}
	if in.Of != "" && !d.inGroup(who, f, "timeline") && !slices.ContainsFunc(f.Timeline, func(e casework.Entry) bool { return e.Event == in.Of && e.Body == who.Body }) {
		return casework.Decision{}, fault.Form(fault.Field{Name: "doc_of", Code: "not_a_choice"})
	}
	return casework.AddAttachment(f, in, m)
}

// reception is one document on its way in.
type reception struct {
	d           *Desk
	ctx         context.Context
	ref         casework.Ref
	compartment string
	kept        *casework.AttachmentAdded
	came        string          // digest of what was sent
	staged      []id.Attachment // blobs that are dropped unless kept
}

func (r *reception) keep(blob id.Attachment) {
	r.staged = slices.DeleteFunc(r.staged, func(b id.Attachment) bool { return b == blob })
}

// clear drops what was not kept, whether or not the visitor is still there. What
// cannot be dropped now is swept.
func (r *reception) clear() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 10*time.Second)
	defer cancel()
	for _, blob := range r.staged {
		if err := r.d.deps.Store.DropBlob(ctx, r.ref, blob); err != nil {
			r.d.deps.Log.Warn("document not dropped", "code", fault.Of(err).Code)
		}
	}
}

func (r *reception) blob() (*store.BlobWriter, error) {
	b, err := r.d.deps.Store.NewBlob(r.ctx, r.ref, r.compartment, r.d.wall())
	if err == nil {
		r.staged = append(r.staged, b.ID())
	}
	return b, err
}

// receive takes the content in, says what it is, and looks at it.
func (r *reception) receive(content io.Reader) error {
	content = &bounded{from: content, left: r.d.DocumentLimit(), over: tooLarge(r.d.DocumentLimit())}
	head := make([]byte, document.HeadSize)
	n, err := io.ReadFull(content, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	head = head[:n]
	if r.kept.Media, err = document.Sniff(head); err != nil {
		return asField(err)
	}
	raw, err := r.stage(io.MultiReader(bytes.NewReader(head), content))
	if err != nil {
		return asField(err)
	}
	done, err := r.d.receiving.look(r.ctx)
	if err != nil {
		return err
	}
	defer done()
	return asField(r.inspect(raw))
}

// stage writes what comes into sealed chunks, and text is seen to be text.
func (r *reception) stage(content io.Reader) (casework.Blob, error) {
	raw, err := r.blob()
	if err != nil {
		return casework.Blob{}, err
	}
	sum, look := sha256.New(), &document.TextLook{}
	into := []io.Writer{raw, sum}
	if r.kept.Media == document.Text {
		into = append(into, look)
	}
	if _, err := io.Copy(io.MultiWriter(into...), content); err != nil {
		return casework.Blob{}, err
	}
	if err := look.Close(); err != nil {
		return casework.Blob{}, err
	}
	r.came = hex.EncodeToString(sum.Sum(nil))
	return raw.Finish()
}

// inspect looks at what was staged and says what is kept of it.
func (r *reception) inspect(raw casework.Blob) error {
	read := func() (io.Reader, error) { return r.d.deps.Store.ReadBlob(r.ctx, r.ref, raw) }
	r.kept.Blob = raw
	switch r.kept.Media {
	case document.PDF:
		from, err := read()
		if err != nil {
			return err
		}
		whole := make([]byte, raw.Size)
		if _, err := io.ReadFull(from, whole); err != nil {
			return err
		}
		look, err := document.LookPDF(whole)
		r.kept.Pages = look.Pages
		return err
	case document.JPEG, document.PNG:
		clean, err := r.blob()
		if err != nil {
			return err
		}
		size, err := document.CleanImage(r.kept.Media, read, clean)
		if err != nil {
			return err
		}
		r.kept.Width, r.kept.Height = size.Width, size.Height
		r.kept.Blob, err = clean.Finish()
		return err
	}
	return nil
}

// bounded ends in a refusal after so many bytes, whatever the request said of its
// length.
type bounded struct {
	from io.Reader
	left int64
	over error
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, b.over
	}
	return n, err
}

func tooLarge(max int64) error {
	return fault.Form(fault.Field{Name: "doc_content", Code: codeTooLarge, Args: map[string]string{"max": strconv.FormatInt(max>>20, 10)}})
}

// asField puts what is wrong with the content at the field that it was chosen in.
func asField(err error) error { return atField("doc_content", err) }

func atField(name string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) > 0 {
		return err
	}
	return fault.Form(fault.Field{Name: name, Code: f.Code, Args: f.Args})
}
