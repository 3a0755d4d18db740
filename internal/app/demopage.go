package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// demoPage is what stands on the paper of one of the invented people, and what she has
// in her head: without it nobody who tries the demonstration sees the page that is hers.
type demoPage struct {
	code        string
	pin, second withheld.Text
}

// mostAskedForPage is how many of the people whom somebody took in are tried until one may have a page.
const mostAskedForPage = 200

// givePage has a provider give a page to one of those whom it took in. A page that an
// earlier run gave ends with it: its code cannot be printed again.
func (d *demo) givePage(ctx context.Context, t *town) (demoPage, error) {
	keeper := map[string]access.Who{}
	for slug, body := range t.bodies {
		keeper[string(body)] = t.workers[slug]
	}
	page, err := d.store.List(ctx, "relations", store.Query{
		Scope: access.All{}, NoTotal: true, Limit: mostAskedForPage,
		Where: []store.Filter{store.Where("relation", store.Is, casework.RelProvider)},
	})
	if err != nil {
		return demoPage{}, err
	}
	for _, r := range page.Rows {
		given, err := d.pageOf(ctx, keeper[r.Text("body_id")], id.File(r.Text("file_id")))
		if err != nil || given.code != "" {
			return given, err
		}
	}
	return demoPage{}, nil
}

// pageOf gives a page if this person may have one that she herself holds, on a
// telephone of her own.
func (d *demo) pageOf(ctx context.Context, who access.Who, file id.File) (demoPage, error) {
	view, err := d.desk.OwnPage(ctx, who, file)
	if refused(err) || err == nil && (len(view.Languages) == 0 || !slices.Contains(view.Holders, casework.HeldByPerson)) {
		return demoPage{}, nil
	}
	if err != nil {
		return demoPage{}, err
	}
	in := desk.OwnPageInput{
		Key: view.Key, File: file, Device: casework.PageOwnPhone, Reader: casework.PageNobody, Holder: casework.HeldByPerson, Safe: "yes",
		Language: view.Languages[0], PIN: sixDigits(), Second: sixDigits(),
	}
	if slices.Contains(view.Languages, view.Wanted) {
		in.Language = view.Wanted
	}
	in.Again = in.PIN
	code, err := d.desk.IssueOwnPage(ctx, who, in)
	if refused(err) {
		return demoPage{}, nil
	}
	return demoPage{code, in.PIN, in.Second}, err
}

// refused says that this person is not the one, and another may be.
func refused(err error) bool {
	return err != nil && slices.Contains([]fault.Kind{fault.NotFound, fault.Invalid, fault.Conflict}, fault.Of(err).Kind)
}

func sixDigits() withheld.Text {
	n, err := rand.Int(rand.Reader, big.NewInt(900_000))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return withheld.New(fmt.Sprint(100_000 + n.Int64()))
}

// tell prints how to open it. The people of a demonstration are invented, and so is this secret.
func (p demoPage) tell(out io.Writer) {
	if p.code == "" {
		return
	}
	fmt.Fprintf(out, "\nOne of the people has a page of her own, at /p: code %s, number %s.\nWith %s it opens a page of nothing, and her caseworker is told.\n", p.code, p.pin.Reveal(), p.second.Reveal())
}
