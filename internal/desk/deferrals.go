package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/withheld"
)

// DeferralView is the openings of a file that the person is shown later. Who may have
// one shown later sees their own body's; who looks after it sees how many by body.
type DeferralView struct {
	File   id.File
	Number string
	Until  string // the last of them is shown on this day
	N      int
	Bodies []DeferredBody
	May    bool
	Lines  []DeferralLine
	Acts   []string // of the pack
	Latest string   // the last day that may be said today; empty where the pack lets nobody
}

// DeferredBody is how many openings of a body the person is shown later.
type DeferredBody struct {
	Body string
	N    int
}

// DeferralLine is an opening of the own body which is shown later, or may be.
type DeferralLine struct {
	OpeningLine
	Seq      uint64
	Act      string
	Article  withheld.Text
	Standing bool // a day was said, and another may be
}

// DeferralInput has an opening shown to the person later.
type DeferralInput struct {
	Key     string
	File    id.File
	Opening uint64
	Act     string
	Article withheld.Text
	Until   string
	Why     withheld.Text
}

// mayDefer keeps away who found her and who cares for her, whatever else their body is
// in the file: who is with her does not hide from her.
// So it is by another of their logins: others are the bodies of those.
func (d *Desk) mayDefer(who access.Who, others []id.Body, f *casework.File) error {
	if _, err := d.may(who, access.DeferOpening, f); err != nil {
		return err
	}
	for _, body := range append([]id.Body{who.Body}, others...) {
		near := slices.ContainsFunc(casework.Relations(f)[body], func(r string) bool {
			return slices.Contains([]string{casework.RelOpened, casework.RelProvider, casework.RelAdvocate}, r)
		})
		if near || f.Page != nil && f.Page.Body == body {
			return fault.Withheld("the caseworker's body")
		}
	}
	return nil
}

// Deferrals is the page of them.
func (d *Desk) Deferrals(ctx context.Context, who access.Who, file id.File) (DeferralView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return DeferralView{}, err
	}
	if _, err := d.may(who, access.SeeDeferred, f); err != nil {
		return DeferralView{}, err
	}
	others, err := d.otherBodies(ctx, who)
	if err != nil {
		return DeferralView{}, err
	}
	// Whoever may do it in general and not in this file is the caseworker's body.
	if _, err := d.may(who, access.DeferOpening, f); err == nil {
		if err := d.mayDefer(who, others, f); err != nil {
			return DeferralView{}, err
		}
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return DeferralView{}, err
	}
	out := DeferralView{File: file, Number: f.Number()}
	if d.mayDefer(who, others, f) != nil {
		out.N, out.Until = f.Deferred(d.today())
		out.Bodies = d.deferredBodies(f, names)
		return out, nil
	}
	m := d.moment(who, d.now())
	out.May = true
	if out.Latest, err = casework.LatestDeferral(m); err != nil {
		return DeferralView{}, err
	}
	for _, act := range d.pack().Acts {
		out.Acts = append(out.Acts, act.ID)
	}
	lines := d.openingLines(who, f, names)
	for i, o := range f.Openings { // lines are the newest first
		standing := o.Deferred(d.today())
		if o.Body != who.Body || !standing && !casework.MayDefer(o, m) {
			continue
		}
		line := DeferralLine{OpeningLine: lines[len(lines)-1-i], Seq: o.Seq, Standing: standing}
		if standing {
			line.Act, line.Article = o.Later.Act, o.Later.Article
		}
		out.Lines = append(out.Lines, line)
	}
	slices.Reverse(out.Lines)
	return out, nil
}

func (d *Desk) deferredBodies(f *casework.File, names bodyNames) (out []DeferredBody) {
	n := map[string]int{}
	for _, o := range f.Openings {
		if o.Deferred(d.today()) {
			n[names.of(o.Body)]++
		}
	}
	for body, n := range n {
		out = append(out, DeferredBody{body, n})
	}
	slices.SortFunc(out, func(a, b DeferredBody) int { return strings.Compare(a.Body, b.Body) })
	return out
}

// DeferOpening has an opening of the own body shown to the person later.
func (d *Desk) DeferOpening(ctx context.Context, who access.Who, in DeferralInput) (casework.Receipt, error) {
	// Before the form is looked at: the page can be read by who may not do this.
	f, err := d.view(ctx, in.File)
	if err != nil {
		return casework.Receipt{}, err
	}
	others, err := d.otherBodies(ctx, who)
	if err != nil {
		return casework.Receipt{}, err
	}
	if err := d.mayDefer(who, others, f); err != nil {
		return casework.Receipt{}, err
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.DeferOpening, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		if err := d.mayDefer(who, others, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.DeferOpening(f, casework.OpeningDeferred{Opening: in.Opening, Act: in.Act, Article: in.Article, Until: in.Until, Why: in.Why}, m)
	})
}

// today is the country's day.
func (d *Desk) today() string { return d.now().In(d.pack().Location()).Format(time.DateOnly) }

// shownHer is the openings of a file that the person is shown today, and what stands in
// the place of the others.
func (d *Desk) shownHer(f *casework.File) ([]casework.Opening, paper.Later) {
	today := d.today()
	n, last := f.Deferred(today)
	later := paper.Later{N: n}
	if day, err := time.Parse(time.DateOnly, last); err == nil {
		later.Last = day
	}
	return slices.DeleteFunc(slices.Clone(f.Openings), func(o casework.Opening) bool { return o.Deferred(today) }), later
}

// lawOfLater is by what article an opening was shown late.
func lawOfLater(o casework.Opening) paper.LateBy {
	if o.Later.Until == "" {
		return paper.LateBy{}
	}
	return paper.LateBy{Act: o.Later.Act, Article: o.Later.Article.Reveal()}
}
