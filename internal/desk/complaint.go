package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/store"
	"pana/internal/withheld"
)

// A complaint goes from her own page to who answers complaints, and to nobody else: it
// is no part of her file, stands in no list but theirs, and theirs leaves out what is
// about the own body. It does not open her file either.

// ComplaintAbout is a body that she may name: by its kind, as everything on her page.
// Mark stands for the body and says nothing outside this page.
type ComplaintAbout struct {
	Mark  string
	Kind  string
	First bool // of several of this kind, which: the first, or another
	body  id.Body
}

// HerComplaint is a complaint of hers as it stands on her page.
type HerComplaint struct {
	Number   string
	Kind     string // of the body complained of; empty: nobody was named
	At       time.Time
	Due      time.Time
	Text     withheld.Text
	Answered time.Time
	Reply    withheld.Text
}

// HerComplaintInput is what she sends; About is a mark, or empty.
type HerComplaintInput struct {
	About string
	Text  withheld.Text
	Lang  string
}

// ComplaintLine is a complaint as who answers it reads it.
type ComplaintLine struct {
	ID       id.Complaint
	Number   string
	About    string // name of the body
	Kind     string
	At       time.Time
	Due      time.Time
	Late     bool
	Lang     string
	Text     withheld.Text
	Answered time.Time
	Reply    withheld.Text
}

// ComplaintReply is the answer.
type ComplaintReply struct {
	Key       string
	Complaint id.Complaint
	Text      withheld.Text
}

// answering are the bodies that answer complaints.
func (d *Desk) answering(ctx context.Context) (out []id.Body, err error) {
	for _, kind := range d.kindsThat("complaints") {
		names, err := d.readBodies(ctx, product, store.Where("kind", store.Is, kind))
		if err != nil {
			return nil, err
		}
		for b := range names {
			out = append(out, b)
		}
	}
	slices.Sort(out)
	return out, nil
}

// complaintsAbout are the bodies she may name. One that would be the only one to answer
// is not among them: nobody could read it.
func (d *Desk) complaintsAbout(ctx context.Context, f *casework.File, answer []id.Body) (out []ComplaintAbout, err error) {
	met := f.BodiesMet()
	refs := make([]casework.Ref, len(met))
	for i, b := range met {
		refs[i] = bodyRef(b)
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("bodies of a file", err)
	}
	for _, b := range met {
		body := store.As[*casework.Body](l, bodyRef(b))
		if body == nil || len(answer) == 1 && answer[0] == b {
			continue
		}
		first := !slices.ContainsFunc(out, func(a ComplaintAbout) bool { return a.Kind == body.Kind })
		out = append(out, ComplaintAbout{Mark: paper.OwnMark(d.deps.Papers, "body", string(f.ID), string(b))[:16], Kind: body.Kind, First: first, body: b})
	}
	return out, nil
}

// herComplaints are those of one file, the latest first.
func (d *Desk) herComplaints(ctx context.Context, f *casework.File) (out []HerComplaint, err error) {
	all, err := folded[*casework.Complaint](ctx, d, casework.ComplaintsTable, store.Query{
		Scope: everything, Where: []store.Filter{store.Where("mark", store.Is, d.complaintMark(f.ID))}, Limit: maxComplaints,
	})
	if err != nil {
		return nil, fault.At("complaints of a page", err)
	}
	slices.SortFunc(all, func(a, b *casework.Complaint) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	for _, c := range all {
		out = append(out, HerComplaint{Number: id.Number(c.ID), Kind: c.Kind, At: c.At, Due: c.ReplyDue, Text: c.Text, Answered: c.Answered, Reply: c.Reply})
	}
	return out, nil
}

func (d *Desk) complaintMark(file id.File) string {
	return paper.OwnMark(d.deps.Papers, "complaint", string(file), "")
}

// maxComplaints bounds a list that is read whole.
const maxComplaints = 500

// onComplaints fills what her page says of complaints; nothing where nobody answers.
func (d *Desk) onComplaints(ctx context.Context, f *casework.File, out *HerPage) error {
	answer, err := d.answering(ctx)
	if err != nil || len(answer) == 0 {
		return err
	}
	out.Answers = d.kindsThat("complaints")[0]
	if out.About, err = d.complaintsAbout(ctx, f, answer); err != nil {
		return err
	}
	out.Complaints, err = d.herComplaints(ctx, f)
	return err
}

// ComplainOnPage sends a complaint of hers.
func (d *Desk) ComplainOnPage(ctx context.Context, token withheld.Text, key string, in HerComplaintInput) error {
	v, f, err := d.onVisit(ctx, token)
	if err != nil || v.Second { // whoever stands beside her sees it sent
		return err
	}
	her := visitor(v, f)
	if _, err := d.may(her, access.UsePage, f); err != nil {
		return err
	}
	answer, err := d.answering(ctx)
	if err != nil {
		return err
	}
	about, err := d.complaintsAbout(ctx, f, answer)
	if err != nil {
		return err
	}
	made := casework.ComplaintMade{Mark: d.complaintMark(f.ID), Text: in.Text, Lang: in.Lang}
	if in.About != "" {
		i := slices.IndexFunc(about, func(a ComplaintAbout) bool { return a.Mark == in.About })
		if i < 0 {
			return fault.Form(fault.Field{Name: "complaint_about", Code: "field.required"})
		}
		made.About, made.Kind = about[i].body, about[i].Kind
	}
	open, err := d.deps.Store.Count(ctx, casework.ComplaintsTable, store.Query{
		Scope: everything, Where: []store.Filter{store.Where("mark", store.Is, made.Mark), store.Where("state", store.Is, "open")},
	})
	if err != nil {
		return fault.At("count complaints", err)
	}
	if open >= casework.MaxComplaints {
		return fault.Form(fault.Field{Name: "complaint_text", Code: "complaint.many"})
	}
	complaint := id.New[id.Complaint](d.now())
	_, err = d.change(ctx, her, key, in, d.now(), []casework.Ref{casework.ComplaintRef(complaint)}, func(_ *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.Complain(complaint, made, answer, m)
	})
	return err
}

// Complaints are those that the worker's body answers: open ones first, by when an
// answer is due. One about that body is not among them, whatever its number.
func (d *Desk) Complaints(ctx context.Context, who access.Who) ([]ComplaintLine, error) {
	if !d.couldEver(who, access.AnswerComplaint, "complaint") {
		return nil, fault.Withheld("complaints")
	}
	all, err := folded[*casework.Complaint](ctx, d, casework.ComplaintsTable, store.Query{
		Scope: d.rules.Scope(who, access.AnswerComplaint, "complaint"), Limit: maxComplaints,
	})
	if err != nil {
		return nil, fault.At("complaints", err)
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []ComplaintLine
	for _, c := range all {
		out = append(out, ComplaintLine{
			ID: c.ID, Number: id.Number(c.ID), About: names.of(c.About), Kind: c.Kind, At: c.At, Due: c.ReplyDue, Lang: c.Lang, Text: c.Text,
			Late: c.Answered.IsZero() && !c.ReplyDue.IsZero() && c.ReplyDue.Before(d.now()), Answered: c.Answered, Reply: c.Reply,
		})
	}
	slices.SortStableFunc(out, func(a, b ComplaintLine) int { return unansweredFirst(a.Answered, a.Due, b.Answered, b.Due) })
	return out, nil
}

// AnswerComplaint puts an answer on her page.
func (d *Desk) AnswerComplaint(ctx context.Context, who access.Who, in ComplaintReply) (casework.Receipt, error) {
	ref := casework.ComplaintRef(in.Complaint)
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		c := store.As[*casework.Complaint](l, ref)
		if c == nil || !d.rules.Decide(who, access.AnswerComplaint, access.Thing{Kind: "complaint", Columns: clearText(casework.ComplaintsTable, c.Row())}).Allowed {
			return casework.Decision{}, fault.Withheld("no such complaint")
		}
		return casework.AnswerComplaint(c, casework.ComplaintAnswered{Text: in.Text}, m)
	})
}
