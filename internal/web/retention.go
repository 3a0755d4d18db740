package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

// retentionView is how long files are kept, whose time is over, and which stay all the
// same. Files are ticked and signed for together.
type retentionView struct {
	Frame
	R     desk.Retentions
	Key   string
	Over  []retentionRow
	Why   Field
	Until Field
}

type retentionRow struct {
	desk.RetentionLine
	Box    string // its element
	Chosen bool
}

// Signs says whether the button to sign is there: who may only be the second has
// something to sign when somebody has signed first.
func (p retentionView) Signs() bool {
	return slices.ContainsFunc(p.Over, func(r retentionRow) bool { return r.Signs() && (r.State != "" || p.R.Asks) })
}

// SoonDays is how far the page looks ahead.
func (retentionView) SoonDays() int { return desk.RecordsSoon }

func newRetentionView(f Frame, r desk.Retentions, typed url.Values) retentionView {
	p := retentionView{Frame: f, R: r, Key: typed.Get("key")}
	if p.Key == "" {
		p.Key = newKey()
	}
	for i, l := range r.Over {
		p.Over = append(p.Over, retentionRow{l, "over-" + strconv.Itoa(i), slices.Contains(typed["file"], string(l.File))})
	}
	fm := form{f, typed}
	p.Why, p.Until = fm.choose("select", "retention_why", "retention.why", casework.RetentionWhys...), fm.field("day", "retention_until")
	p.MainForm = len(p.Over) > 0
	return p
}

func retentionPage(c *call) error {
	return c.drawRetention(http.StatusOK, c.frame("retention.title"))
}

func (c *call) drawRetention(status int, f Frame) error {
	r, err := c.site.Desk.Retentions(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "retention", newRetentionView(f, r, c.form))
}

// retainedView is what became of each file.
type retainedView struct {
	Frame
	Done []desk.RetentionDone
}

// Refusal says in words why a file stands as it stood.
func (p retainedView) Refusal(e *fault.Error) string { return p.sentence(e) }

func retentionPost(c *call) error {
	f := c.frame("retention.title")
	if c.turning() {
		return c.drawRetention(http.StatusOK, f)
	}
	in := desk.RetentionInput{Key: c.form.Get("key"), Go: c.form.Get("go"), Why: c.form.Get("retention_why"), Until: c.form.Get("retention_until")}
	for _, s := range c.form["file"] {
		if file, ok := id.Parse[id.File](s); ok && !slices.Contains(in.Files, file) {
			in.Files = append(in.Files, file)
		}
	}
	done, err := c.site.Desk.Retain(c.ctx, c.who, in)
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawRetention(http.StatusUnprocessableEntity, f) }, f)
	}
	return c.render(http.StatusOK, "retained", retainedView{c.frame("retention.done"), done})
}
