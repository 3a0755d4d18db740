package casework

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"pana/internal/id"
)

// Rows are the index rows of a state: all columns clear but one. The same state always
// gives the same rows in the same order, so that a rebuild can be compared.
func Rows(s State) []Row {
	switch v := s.(type) {
	case *File:
		return v.rows()
	case *Place:
		var until time.Time
		for _, h := range v.Held {
			until = laterOf(until, h.Until)
		}
		return []Row{row("places", string(v.ID), string(v.Body), string(v.Service), list(v.Takes), v.State(), int64(v.Beds), int64(v.Free),
			until, v.AsOf, int64(v.changed.Seq))}
	case *Body:
		return v.rows()
	case *Account:
		out := []Row{row("accounts", string(v.ID), LoginTag(v.Login), string(v.Body), v.Role, v.Out(), v.Since)}
		if v.Linked.Tag != "" {
			out = append(out, row(SubjectsTable, string(v.ID), v.Linked.Tag))
		}
		for _, other := range v.Same {
			out = append(out, row(PeopleTable, string(v.ID), string(other)))
		}
		return out
	case *Motion:
		return []Row{row(MotionsTable, string(v.ID), string(v.Body), v.Act, v.Ended, v.At, v.Until)}
	case *Credential:
		return []Row{row(MachinesTable, v.ID, string(v.Body), v.At, v.Expires, v.Revoked)}
	case *Check:
		return []Row{row("checks", string(v.ID), v.At, string(v.Body), string(v.Worker), v.Answer, v.Told, v.Question, v.Rings())}
	case *Tally:
		return v.rows()
	case *Complaint:
		return []Row{v.Row()}
	case *Dispute:
		return []Row{row("disputes", string(v.ID), v.Cell(), v.State(), v.At, v.ReplyDue, v.Answered)}
	case *Kept:
		return v.rows()
	case *Estimate:
		return []Row{v.Row()}
	case *StateQuestion:
		return []Row{row(QuestionsTable, v.Question, v.Now.State)}
	case *Signal:
		return []Row{v.Row()}
	case *Operation:
		return []Row{v.Row()}
	case *Household:
		return []Row{row("households", string(v.ID), string(v.Body), v.Until)}
	case *Track:
		return v.rows()
	case *Erased:
		return []Row{v.Row()}
	}
	return nil
}

func row(table string, values ...any) Row { return Row{table, values} }

// list is how several codes stand in one column: ",shelter,food,", so that one
// of them is found by LIKE '%,food,%'.
func list(codes []string) string {
	if len(codes) == 0 {
		return ""
	}
	return "," + strings.Join(codes, ",") + ","
}

// Listed is what list wrote.
func Listed(column string) []string {
	if column = strings.Trim(column, ","); column == "" {
		return nil
	}
	return strings.Split(column, ",")
}

// Row is the file's own row of the index, by which access decides: made alone,
// because a page asks access many times.
func (f *File) Row() Row {
	return row("files", string(f.ID), f.Number(), f.Opened, string(f.OpenedBy), f.Region, f.AgeBand, f.Child(), f.Sex, f.Language,
		f.Pinned, int64(f.changed.Seq), f.changed.At, f.Frozen, f.nextEnd())
}

func (f *File) rows() []Row {
	file := string(f.ID)
	const usual = 24 // rows of a file, so that the list grows in one piece
	out := append(append(make([]Row, 0, usual), f.Row(), row(SituationsTable, file, f.brief)), f.relationRows()...)
	if k := f.KnownAs(); k.findable() {
		out = append(out, row(NamesTable, k.encode()))
	}
	for _, r := range f.Referrals {
		out = append(out, f.referralRows(r)...)
	}
	for _, c := range f.Clocks {
		out = append(out, row("clocks", file, c.Clock, c.Kind, list(c.Of), c.Started, c.Due, c.Unknown))
	}
	for _, t := range f.Tasks {
		state := "open"
		if !t.Done.IsZero() {
			state = "done"
		}
		out = append(out, row("tasks", string(t.ID), file, t.Verb, string(t.Body), t.Kind, f.Region, t.Added, t.Due, t.About, state))
	}
	out = append(append(out, f.stepRows()...), f.owedRows()...)
	for _, c := range f.Consents {
		out = append(out, row("consents", string(c.ID), file, c.Purpose, c.State, c.At))
	}
	for _, r := range f.Rights {
		out = append(out, row("rights", file, r.Right, r.State, string(r.By), list(r.OwedBy), r.At))
	}
	for _, other := range f.Same {
		out = append(out, row("same", file, string(other)))
	}
	return slices.Concat(out, f.paperRows(), f.printedRows(), f.attachmentRows(), f.signatureRows(), f.dayRows(), f.hearingRows(), f.givenRows(), f.stayRows(), f.courseRows(), f.proposalRows(), f.pageRows(), f.keepingRows())
}

// relationRows are one for each body and relation, with the first time it held.
func (f *File) relationRows() []Row {
	type key struct {
		body     id.Body
		relation string
	}
	since := map[key]time.Time{}
	for _, r := range relations(f) {
		k := key{r.Body, r.Relation}
		was, ok := since[k]
		later := r.Relation == RelCared && r.Since.After(was) // since the last time she left
		if !ok || later || r.Relation != RelCared && r.Since.Before(was) {
			since[k] = r.Since
		}
	}
	out := make([]Row, 0, len(since))
	for k, at := range since {
		out = append(out, row("relations", string(f.ID), string(k.body), k.relation, at))
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Values[1].(string), b.Values[1].(string)), cmp.Compare(a.Values[2].(string), b.Values[2].(string)))
	})
	return out
}

func (f *File) referralRows(r Referral) []Row {
	out := []Row{row("referrals", string(r.ID), string(f.ID), id.Number(r.ID), string(r.From), r.State, r.Priority, list(r.Needs), r.Asked,
		r.RingAt, r.Escalated, f.AgeBand, f.Child(), f.Sex, f.Language, f.Region)}
	for _, a := range r.Asks {
		out = append(out, row("asks", string(r.ID), string(a.Service), string(f.ID), string(a.Body), a.State, a.AckDue, a.AnswerDue,
			a.Answered, a.Refusal, len(a.Forbidden) > 0))
	}
	return out
}

func (f *File) stepRows() []Row {
	var out []Row
	seen := map[string]bool{}
	for _, d := range f.Due {
		for _, by := range d.By {
			if key := d.Step + " " + by; !seen[key] {
				seen[key] = true
				out = append(out, row("steps", string(f.ID), d.Step, by, f.Region, d.Since, d.Due, d.Unclear))
				if d.Decision {
					out = append(out, row("decisions", string(f.ID), d.Step, by, f.Region, d.Since, d.Due, d.Unclear))
				}
			}
		}
	}
	return out
}

// owedRows are those of its steps that a body with a relation to the file may owe,
// so that its list of work begins at its own files and not at everybody's. They
// open nothing: whether the relation is one that lets the body take steps is asked
// of each row when it is listed. Where nothing says of what kind a body is, it has
// a row for each kind. A body that has nothing to do with the person any more
// owes her nothing, but for what those who decide owe where they decided: in a
// country's years those files are nearly all that a house ever had.
func (f *File) owedRows() []Row {
	bodies := f.concerned()
	var out []Row
	for _, body := range slices.Sorted(maps.Keys(bodies)) {
		seen, is := map[string]bool{}, bodies[body]
		for _, d := range f.Due {
			for _, by := range d.By {
				key := d.Step + " " + by
				if seen[key] || !takes(is.kind, by) || is.done && !slices.Contains(d.Deciding, by) {
					continue
				}
				seen[key] = true
				out = append(out, row("owed", string(f.ID), string(body), d.Step, by, f.Region, d.Since, d.Due, d.Unclear))
			}
		}
	}
	return out
}

// concerned is a body that has to do with the person still: its kind where that is
// known, and whether all that it has to do with her is that it decided once.
type concerned struct {
	kind string
	done bool
}

func (f *File) concerned() map[id.Body]concerned {
	out := map[id.Body]concerned{}
	for _, r := range relations(f) {
		if !isPast(r.Relation) {
			was, there := out[r.Body]
			out[r.Body] = concerned{cmp.Or(was.kind, r.Kind), (was.done || !there) && r.Relation == RelDecided}
		}
	}
	return out
}

// isPast says that a relation is to somebody who is not in this body's care any more.
func isPast(relation string) bool {
	return relation == RelFormerly || relation == RelCared || relation == RelFollows
}

// takes says whether a kind of body may come to take what one of the law's actors
// takes. The person's own steps are recorded for her by whoever is with her.
func takes(kind, by string) bool {
	of, _, _ := strings.Cut(by, ":")
	return kind == "" || kind == of || by == "person"
}

// namesText writes names by language as one clear column: a JSON object, in a
// fixed order, or nothing.
func namesText(names map[string]string) string {
	if len(names) == 0 {
		return ""
	}
	b, _ := json.Marshal(names) // strings only
	return string(b)
}

func (b *Body) rows() []Row {
	out := []Row{row("bodies", string(b.ID), b.Kind, b.Name, namesText(b.Names), b.Region, b.Phone, b.Email, b.SMS.Number, b.SMS.When, b.Closed)}
	for _, s := range b.Services {
		out = append(out, row("services", string(s.ID), string(b.ID), b.Kind, s.Offer.Type, cmp.Or(s.Offer.Region, b.Region),
			list(s.Offer.Takes), cmp.Or(s.Offer.Phone, b.Phone), s.Closed || b.Closed))
	}
	return out
}

// rows leave out cells too small to show: what is not in the index cannot be
// counted out of it.
func (t *Tally) rows() []Row {
	var out []Row
	for c, n := range t.Shown() {
		out = append(out, row("tallies", t.ID, c.What, c.AgeBand, c.Sex, int64(n)))
	}
	slices.SortFunc(out, func(a, b Row) int {
		for i := 1; i < 4; i++ {
			if c := cmp.Compare(a.Values[i].(string), b.Values[i].(string)); c != 0 {
				return c
			}
		}
		return 0
	})
	return out
}
