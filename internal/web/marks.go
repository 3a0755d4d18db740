package web

import (
	"context"
	"strconv"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
)

// What leaves Pana as a file is recorded before its first byte is given, and carries
// the number of that record: a table as its last row, a PDF in its foot and
// properties, a calendar in a property, an archive in its comment. Bytes that were
// signed or whose hash is known have it in the name of the file, because one byte more
// and they are something else. TestWhatLeavesIsMarked walks every route.

type markDesk interface {
	Take(ctx context.Context, who access.Who, in desk.Taking) (desk.Mark, error)
}

// leaving is something that was recorded as taken, and may be given now.
type leaving struct {
	c *call
	desk.Mark
}

// leaves records a taking. Nothing is given when that fails.
func (c *call) leaves(what desk.Taking) (leaving, error) {
	m, err := c.site.Desk.Take(c.ctx, c.who, what)
	return leaving{c, m}, err
}

// Code is the mark where only a few letters have room: the number in the ledger, the
// day, and the body by its number. A body's name would say where somebody is, and a
// worker's is nobody's who finds a paper.
func (l leaving) code() string {
	return "n" + strconv.FormatUint(l.N, 10) + "-" + l.At.In(l.c.site.Zone).Format("2006-01-02") + "-" + id.Number(l.Body)
}

// sentence is the mark in words.
func (l leaving) sentence() string { return l.c.frame("").taken(l.Mark) }

// taken is a mark as a sentence.
func (f Frame) taken(m desk.Mark) string {
	return f.T("take_out.marked", "body", id.Number(m.Body), "at", f.moment(m.At), "number", strconv.FormatUint(m.N, 10))
}

// send gives it as a file to save, with the mark in its name too.
func (l leaving) send(media, name, ends string, is []byte) error {
	l.head(media, name, ends)
	l.c.w.Header().Set("Content-Length", strconv.Itoa(len(is)))
	_, _ = l.c.w.Write(is) // the reader went away; there is nobody to tell
	return nil
}

// head says what comes. What was handed in may do nothing even where a browser takes
// it for a page.
func (l leaving) head(media, name, ends string) {
	h := l.c.w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", `attachment; filename="`+name+"-"+l.code()+ends+`"`)
	h.Set("Content-Language", string(l.c.lang))
}

// publish gives a file that anybody may have, and that is of nobody: nobody's taking
// is recorded.
func (c *call) publish(media, name, content string) error {
	c.w.Header().Set("Content-Type", media)
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	c.w.Header().Set("Content-Language", string(c.lang))
	_, _ = c.w.Write([]byte(content)) // the reader went away; there is nobody to tell
	return nil
}
