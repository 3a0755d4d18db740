package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/wording"
)

type eraseDesk interface {
	Erasure(ctx context.Context, who access.Who, file id.File) (desk.ErasureView, error)
	WishErasure(ctx context.Context, who access.Who, in desk.WishErasureInput) (casework.Receipt, error)
	Erase(ctx context.Context, who access.Who, in desk.EraseInput) (casework.Receipt, error)
	Erasures(ctx context.Context, who access.Who) (desk.Erasures, error)
	ErasedFile(ctx context.Context, who access.Who, file id.File) (desk.ErasedView, error)
	Holds(ctx context.Context, who access.Who, file id.File) (desk.HoldView, error)
	Hold(ctx context.Context, who access.Who, in desk.HoldInput) (casework.Receipt, error)
	Retentions(ctx context.Context, who access.Who) (desk.Retentions, error)
	Retain(ctx context.Context, who access.Who, in desk.RetentionInput) ([]desk.RetentionDone, error)
}

// eraseView is the page on which a file is erased by two, and a person's wish recorded.
type eraseView struct {
	Frame
	E       desk.ErasureView
	Key     string
	Ask     []Field
	Refusal Field
	InLang  Field
}

// State is where it stands; "none" when nobody asked.
func (p eraseView) State() string {
	if p.E.Now == nil {
		return "none"
	}
	return p.E.Now.State
}

// Asking says that the form of the first of two is there.
func (p eraseView) Asking() bool {
	return p.E.Asks && !p.E.Held && !p.E.Placed && slices.Contains([]string{"none", casework.ErasureIsWished, casework.ErasureIsRefused}, p.State())
}

// Refusing says that there is something to refuse or take back.
func (p eraseView) Refusing() bool {
	return (p.E.Asks || p.E.Allows) && p.State() != "none" && p.State() != casework.ErasureIsRefused
}

// Wishing says that the person's wish can be recorded.
func (p eraseView) Wishing() bool {
	return p.E.Wishes && (p.State() == "none" || p.State() == casework.ErasureIsRefused)
}

func newEraseView(f Frame, e desk.ErasureView, typed url.Values) eraseView {
	p := eraseView{Frame: f, E: e, Key: typed.Get("key")}
	if p.Key == "" {
		p.Key = newKey()
	}
	fm := form{f, typed}
	var grounds []string
	for _, g := range e.Grounds {
		if g.Time { // the sweep finds those, and /admin/retention has them
			continue
		}
		if !g.Wish || p.State() == casework.ErasureIsWished {
			grounds = append(grounds, g.ID)
		}
	}
	p.Ask = []Field{fm.named("erasure_ground", "erasure.ground", grounds), fm.field("long_text", "erasure_reason")}
	p.Refusal = fm.choose("choice", "erasure_refusal", "erasure.refusal", casework.ErasureRefusals...)
	var langs []string
	for _, l := range Langs {
		langs = append(langs, string(l))
	}
	p.InLang = fm.choose("select", "erasure_lang", "language", langs...)
	for i, l := range langs {
		p.InLang.Options[i].Label = f.T("lang.self." + l)
	}
	p.MainForm = p.Asking()
	return p
}

func erasePage(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.drawErase(http.StatusOK, c.frame("erase.title", "number", id.Number(file)), file)
}

func (c *call) drawErase(status int, f Frame, file id.File) error {
	view, err := c.site.Desk.Erasure(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.render(status, "erase", newEraseView(f, view, c.form))
}

// erasePost is what one of two says.
func erasePost(c *call) error {
	return c.erasing(func(file id.File) (casework.Receipt, error) {
		return c.site.Desk.Erase(c.ctx, c.who, desk.EraseInput{
			Key: c.form.Get("key"), File: file, Go: c.form.Get("go"), Ground: c.form.Get("erasure_ground"), Reason: text(c.form, "erasure_reason"), Why: c.form.Get("erasure_refusal"),
		})
	})
}

// eraseWish records what the person asked.
func eraseWish(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	switch view, err := c.site.Desk.Erasure(c.ctx, c.who, file); {
	case err != nil:
		return err
	case !view.Wishes:
		return fault.Withheld("web: the wish is recorded by who is with her")
	}
	return c.erasing(func(file id.File) (casework.Receipt, error) {
		return c.site.Desk.WishErasure(c.ctx, c.who, desk.WishErasureInput{Key: c.form.Get("key"), File: file, Lang: c.form.Get("erasure_lang")})
	})
}

func (c *call) erasing(act func(id.File) (casework.Receipt, error)) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	f := c.frame("erase.title", "number", id.Number(file))
	f.Path = "/file/" + string(file) + "/erase"
	if c.turning() {
		return c.drawErase(http.StatusOK, f, file)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return c.drawErase(http.StatusUnprocessableEntity, f, file)
	}
	receipt, err := act(file)
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawErase(http.StatusUnprocessableEntity, f, file) }, f)
	}
	return c.receipt(receipt, "erase.done", Link{f.Path, f.T("erase.title", "number", id.Number(file))})
}

// erasuresView is the list of what waits, what is kept, and what is gone.
type erasuresView struct {
	Frame
	L desk.Erasures
}

func erasuresPage(c *call) error {
	list, err := c.site.Desk.Erasures(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(http.StatusOK, "erasures", erasuresView{c.frame("erasures.title"), list})
}

// erasedView is the receipt, to be printed and handed to the person.
type erasedView struct {
	Frame
	E     desk.ErasedView
	Sheet Frame // in the language that she asked for
}

func erasedPage(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.ErasedFile(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.render(http.StatusOK, "erased", newErasedView(c.frame("erased.title", "number", id.Number(file)), view))
}

func newErasedView(f Frame, e desk.ErasedView) erasedView {
	sheet := f
	if slices.Contains(Langs, wording.Lang(e.Lang)) {
		sheet.Lang = wording.Lang(e.Lang)
	}
	return erasedView{f, e, sheet}
}

// holdView is the orders that keep a file.
type holdView struct {
	Frame
	H      desk.HoldView
	Key    string
	Fields []Field
	// Releases are a field for each order.
	Releases []Field
}

func newHoldView(f Frame, h desk.HoldView, typed url.Values) holdView {
	p := holdView{Frame: f, H: h, Key: typed.Get("key")}
	if p.Key == "" {
		p.Key = newKey()
	}
	fm := form{f, typed}
	var by []string
	for _, one := range h.By {
		by = append(by, one.ID)
	}
	until := fm.field("day", "hold_until")
	until.Optional = true
	p.Fields = []Field{fm.named("hold_by", "hold.by", by), fm.field("text", "hold_paper"), until}
	for i := range h.Holds {
		why := fm.choose("select", "hold_release", "hold.release", casework.HoldReleases...)
		why.ID = "hold_release-" + strconv.Itoa(i)
		p.Releases = append(p.Releases, why)
	}
	return p
}

// named is a field of taps whose words are the pack's, or a word for another.
func (f form) named(name, prefix string, values []string) Field {
	out := f.field("choice", name)
	for _, v := range values {
		out.Options = append(out.Options, Option{Value: v, Label: f.frame.Or(prefix+"."+v, prefix+".other"), On: f.typed.Get(name) == v})
	}
	return out
}

func holdPage(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.drawHold(http.StatusOK, c.frame("hold.title", "number", id.Number(file)), file)
}

func (c *call) drawHold(status int, f Frame, file id.File) error {
	view, err := c.site.Desk.Holds(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.render(status, "hold", newHoldView(f, view, c.form))
}

// holdPost is what one of two says of an order.
func holdPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	f := c.frame("hold.title", "number", id.Number(file))
	if c.turning() {
		return c.drawHold(http.StatusOK, f, file)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return c.drawHold(http.StatusUnprocessableEntity, f, file)
	}
	hold, _ := id.Parse[id.Hold](c.form.Get("hold")) // of a new one there is none
	receipt, err := c.site.Desk.Hold(c.ctx, c.who, desk.HoldInput{
		Key: c.form.Get("key"), File: file, Go: c.form.Get("go"), Hold: hold, By: c.form.Get("hold_by"), Paper: text(c.form, "hold_paper"),
		Until: c.form.Get("hold_until"), Why: c.form.Get("hold_release"),
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawHold(http.StatusUnprocessableEntity, f, file) }, f)
	}
	return c.receipt(receipt, "hold.done", Link{"/file/" + string(file) + "/hold", f.T("hold.title", "number", id.Number(file))})
}
