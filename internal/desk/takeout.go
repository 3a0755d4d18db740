package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// ForThePerson is a copy that she is handed: what she is shown later is not in it.
const ForThePerson = "for_the_person"

// TakeOutPurposes are what lines or a file may be taken out of Pana for.
var TakeOutPurposes = []string{ForThePerson, "court", "hand_over", "report"}

// mostTaken is how many files one taking out may be of: who needs more needs figures,
// which name nobody.
const mostTaken = 200

// TakeOut records in each file that it, or a line about it, leaves Pana, and for
// what: whoever reads who opened the file reads that too. What is taken out is what a
// page showed, read before by the page's own way; nothing is given when this fails.
func (d *Desk) TakeOut(ctx context.Context, who access.Who, in TakeOutInput) (Mark, error) {
	if !d.couldEver(who, access.SeeWork, "work") {
		return Mark{}, fault.Withheld("take out")
	}
	if !slices.Contains(TakeOutPurposes, in.Purpose) {
		return Mark{}, fault.Form(fault.Field{Name: "taken_for", Code: "field.required"})
	}
	files := slices.Compact(slices.Sorted(slices.Values(in.Files)))
	if len(files) > mostTaken {
		return Mark{}, fault.Form(fault.Field{Name: "taken_for", Code: "take_out.too_many", Args: map[string]string{"max": itoa(mostTaken)}})
	}
	if len(files) == 0 { // lines that are about no file, or none at all
		return d.takeTable(ctx, who, in.Key, "lines")
	}
	return d.takeFiles(ctx, who, in.Key, in.Purpose, files)
}

// TakeOutInput is what is taken out of Pana. Files are those that the page showed.
type TakeOutInput struct {
	Key     string
	Purpose string
	Files   []id.File
}

// Mark is what a copy that leaves Pana carries: the number of the leaf that says so,
// the moment, and the body. The worker stands in the record and not in the copy.
type Mark struct {
	N    uint64
	At   time.Time
	Body id.Body
}

// Taking is a copy that leaves Pana by a link, which asks no purpose: What says what
// it is. It is of a file, of the file of a referral, or of neither.
type Taking struct {
	What     string
	File     id.File
	Referral id.Referral
}

// Take records that a copy leaves Pana: in the file that it is of, where the person
// finds it among the openings, or on the taker's own account. What is given has been
// read before by its page's own way; nothing is given when this fails. Each copy is a
// leaf of its own, so that its number is of this copy and no other.
func (d *Desk) Take(ctx context.Context, who access.Who, in Taking) (Mark, error) {
	key := "take/" + string(id.New[id.Event](d.now()))
	if in.Referral != "" {
		file, err := d.fileOfReferral(ctx, in.Referral)
		if err != nil {
			return Mark{}, err
		}
		in.File = file
	}
	if in.File == "" {
		return d.takeTable(ctx, who, key, in.What)
	}
	return d.takeFiles(ctx, who, key, in.What, []id.File{in.File})
}

func (d *Desk) takeFiles(ctx context.Context, who access.Who, key, what string, files []id.File) (Mark, error) {
	at := d.now()
	refs := make([]casework.Ref, len(files))
	for i, f := range files {
		refs[i] = fileRef(f)
	}
	receipt, err := d.change(ctx, who, key, what, at, refs, func(l *store.Loaded, m casework.Moment) (out casework.Decision, err error) {
		for _, file := range files {
			f := fileOf(l, file)
			if f == nil {
				return out, fault.Withheld("a file that is taken out is gone")
			}
			one, err := casework.Open(f, casework.Opened{What: casework.TakenOut, Purpose: "taken_" + what, Rule: "take_out"}, m)
			if err != nil {
				return out, err
			}
			out.Events, out.Receipt = append(out.Events, one.Events...), one.Receipt
		}
		return out, nil
	})
	return Mark{receipt.N, at, who.Body}, err
}

func (d *Desk) takeTable(ctx context.Context, who access.Who, key, what string) (Mark, error) {
	at, ref := d.now(), accountRef(who.Worker)
	receipt, err := d.change(ctx, who, key, what, at, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.TakeTable(store.As[*casework.Account](l, ref), what, m)
	})
	return Mark{receipt.N, at, who.Body}, err
}
