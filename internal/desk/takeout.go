package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// TakeOutPurposes are what lines or a file may be taken out of Pana for.
var TakeOutPurposes = []string{"for_the_person", "court", "hand_over", "report"}

// mostTaken is how many files one taking out may be of: who needs more needs figures,
// which name nobody.
const mostTaken = 200

// TakeOut records in each file that it, or a line about it, leaves Pana, and for
// what: whoever reads who opened the file reads that too. What is taken out is what a
// page showed, read before by the page's own way; nothing is given when this fails.
func (d *Desk) TakeOut(ctx context.Context, who access.Who, in TakeOutInput) (casework.Receipt, error) {
	if !d.couldEver(who, access.SeeWork, "work") {
		return casework.Receipt{}, fault.Withheld("take out")
	}
	if !slices.Contains(TakeOutPurposes, in.Purpose) {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "taken_for", Code: "field.required"})
	}
	files := slices.Compact(slices.Sorted(slices.Values(in.Files)))
	if len(files) > mostTaken {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "taken_for", Code: "take_out.too_many", Args: map[string]string{"max": itoa(mostTaken)}})
	}
	refs := make([]casework.Ref, len(files))
	for i, f := range files {
		refs[i] = fileRef(f)
	}
	if len(refs) == 0 {
		return casework.Receipt{}, nil
	}
	return d.change(ctx, who, in.Key, in.Purpose, d.now(), refs, func(l *store.Loaded, m casework.Moment) (out casework.Decision, err error) {
		for _, file := range files {
			f := fileOf(l, file)
			if f == nil {
				return out, fault.Withheld("a file that is taken out is gone")
			}
			one, err := casework.Open(f, casework.Opened{What: casework.TakenOut, Purpose: "taken_" + in.Purpose, Rule: "take_out"}, m)
			if err != nil {
				return out, err
			}
			out.Events, out.Receipt = append(out.Events, one.Events...), one.Receipt
		}
		return out, nil
	})
}

// TakeOutInput is what is taken out of Pana. Files are those that the page showed.
type TakeOutInput struct {
	Key     string
	Purpose string
	Files   []id.File
}
