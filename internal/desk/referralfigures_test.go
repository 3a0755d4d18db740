package desk_test

import (
	"strconv"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
)

// A year of referrals: who asked counts what came of the own, a region's coordinator those
// of the region, the ministry all, each without numbers of a few; when the year is over
// the ministry gives it out, and it stands as it was given out.
func TestAYearOfReferralsIsCountedAndPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ministry := w.body("ministry", "Ministry", "analyst")
	head := w.hired(w.inspector, "Head", "head")
	count := func(who access.Who, year int) desk.ReferralFigures {
		t.Helper()
		f, err := w.desk.ReferralFigures(ctx, who, year)
		if err != nil {
			t.Fatal(explain(err))
		}
		return f
	}
	year := count(ministry, 0).Year
	refuses := func(n int, reason string) {
		t.Helper()
		for range n {
			w.must(w.desk.Refuse(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: w.refer(w.girl()), Reason: reason}))
		}
	}
	refuses(3, "no_papers")
	if f := count(ministry, 0); f.People != desk.Few || f.Refusals.All != desk.Few || !f.Running || f.State != "" {
		t.Errorf("of three people: %+v", f)
	}
	refuses(12, "full")
	f := count(ministry, 0)
	if f.People != 15 || f.Refusals.All != 15 || len(f.Refusals.Reasons) != 1 || !f.Refusals.Reasons[0].Rest || f.Bed.Cells[1].N != 15 {
		t.Errorf("twelve more: %+v", f)
	}
	refuses(8, "no_papers")
	for _, who := range []access.Who{ministry, w.coordinator, head} {
		f := count(who, year)
		if len(f.Refusals.Reasons) != 2 || f.Refusals.Reasons[0] != (desk.RefusalRow{ID: "full", N: 12}) || f.Refusals.Regions[0].N != 23 || f.ToBed.Of != 0 {
			t.Errorf("%s: %+v", who.Role, f)
		}
	}
	if _, err := w.desk.ReferralFigures(ctx, w.inspector, 0); !isWithheld(err) {
		t.Errorf("an inspector counts: %v", err)
	}
	if f := count(w.hired(w.shelter, "Head of house", "head"), 0); f.People != 0 {
		t.Errorf("who made no referral counts others': %+v", f)
	}
	elsewhere := w.coordinator
	elsewhere.Region = "KZ-10"
	if f := count(elsewhere, 0); f.People != 0 {
		t.Errorf("another region's coordinator counts these: %+v", f)
	}

	publish := func(who access.Who, digest string) error {
		_, err := w.desk.PublishReferrals(ctx, who, desk.PublishInput{Key: w.k(), Month: strconv.Itoa(year), Digest: digest})
		return err
	}
	if err := publish(ministry, f.Digest); !fault.Is(err, desk.CodeFiguresChanged) {
		t.Errorf("a year that is not over is published: %v", err)
	}
	w.push(366 * 24 * time.Hour)
	last := count(ministry, year)
	if last.State != casework.FiguresNew || last.Running {
		t.Fatalf("a year that is over: %+v", last)
	}
	if f := count(w.coordinator, year); f.State != "" || f.Publishes {
		t.Errorf("a coordinator is offered to publish: %+v", f)
	}
	if err := publish(w.coordinator, last.Digest); !isWithheld(err) {
		t.Errorf("a coordinator publishes: %v", err)
	}
	if err := publish(ministry, "another"); !fault.Is(err, desk.CodeFiguresChanged) {
		t.Errorf("what was not on the page: %v", err)
	}
	if all, err := w.desk.PublishedReferrals(ctx, "en"); err != nil || len(all) != 0 {
		t.Errorf("anybody reads what was not published: %+v, %v", all, err)
	}
	if err := publish(ministry, last.Digest); err != nil {
		t.Fatal(explain(err))
	}
	all, err := w.desk.PublishedReferrals(ctx, "en")
	if err != nil || len(all) != 1 || all[0].F.Refusals.All != 23 || all[0].F.Refusals.Reasons[0].ID != "full" || all[0].Digest != last.Digest || all[0].Name != "Ministry" {
		t.Errorf("what anybody reads: %+v, %v", all, err)
	}
	if f := count(ministry, year); f.State != casework.FiguresSame {
		t.Errorf("as it was published: %+v", f)
	}
	if others, err := w.desk.PublishedFigures(ctx, "en"); err != nil || len(others) != 0 {
		t.Errorf("a year stands among months: %+v, %v", others, err)
	}
	w.agrees()
	if report, err := w.store.Verify(ctx, 3, nil); err != nil {
		t.Errorf("%+v, %v", report, err)
	}
}
