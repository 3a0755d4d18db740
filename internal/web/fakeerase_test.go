package web

import (
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

func (d *fakeDesk) Erasure(fakeCtx, fakeWho, id.File) (desk.ErasureView, error) {
	return fullErasure(casework.ErasureIsAsked), d.found()
}
func (d *fakeDesk) WishErasure(_ fakeCtx, _ fakeWho, in desk.WishErasureInput) (casework.Receipt, error) {
	return d.done("wish erasure", in)
}
func (d *fakeDesk) Erase(_ fakeCtx, _ fakeWho, in desk.EraseInput) (casework.Receipt, error) {
	return d.done("erase", in)
}
func (d *fakeDesk) Erasures(fakeCtx, fakeWho) (desk.Erasures, error) { return fullErasures, nil }
func (d *fakeDesk) ErasedFile(fakeCtx, fakeWho, id.File) (desk.ErasedView, error) {
	return fullErased, d.found()
}
func (d *fakeDesk) Holds(fakeCtx, fakeWho, id.File) (desk.HoldView, error) {
	return fullHolds, d.found()
}
func (d *fakeDesk) Hold(_ fakeCtx, _ fakeWho, in desk.HoldInput) (casework.Receipt, error) {
	return d.done("hold", in)
}

func (d *fakeDesk) Kept(fakeCtx, fakeWho) (desk.KeptView, error) { return keptOrders(), d.found() }
func (d *fakeDesk) HoldRecord(_ fakeCtx, _ fakeWho, in desk.KeptInput) (casework.Receipt, error) {
	return d.done("kept", in)
}

// keptOrders has an order in each state in which one stands.
func keptOrders() desk.KeptView {
	out := desk.KeptView{Key: "k", Kinds: casework.KeptKinds, By: fullHolds.By, More: true}
	for i, h := range fullHolds.Holds[:3] {
		h.Record = withheld.New("7K2M-9QXF")
		out.Lines = append(out.Lines, desk.KeptLine{HoldLine: h, Of: "calls-7K2M9QXF", Kind: casework.KeptKinds[i]})
	}
	return out
}

func (d *fakeDesk) Retentions(fakeCtx, fakeWho) (desk.Retentions, error) { return fullRetentions, nil }
func (d *fakeDesk) Retain(_ fakeCtx, _ fakeWho, in desk.RetentionInput) ([]desk.RetentionDone, error) {
	_, err := d.done("retain", in)
	return retained, err
}

// fullRetentions has a file in each state.
var fullRetentions = desk.Retentions{
	Schedules: []desk.Schedule{{Retention: pack.Retention{ID: "files", From: "last_entry", Keep: "5 years", Basis: someBasis}}, {Retention: pack.Retention{ID: "files", From: "last_entry", Basis: someBasis}, Question: "q_retention_files"}},
	Records: []desk.RecordSchedule{
		{Record: pack.Record{ID: "complaints", Keep: "5 years", Basis: someBasis}, Listed: true, N: 2, First: noon}, {Record: pack.Record{ID: "tracks", Keep: "5 years", Basis: someBasis}, Listed: true},
		{Record: pack.Record{ID: "calls", Basis: someBasis}, Question: "q_retention_calls"}, {Record: pack.Record{ID: "jobs", Keep: "30 days", Basis: someBasis}},
	},
	Over: []desk.RetentionLine{
		{File: fileID(1), Number: "ABCD-2345", Schedule: "files", Since: noon, Due: noon}, {File: fileID(2), Number: "ABCD-2346", Schedule: "files", Since: noon, Due: noon, State: "asked"},
		{File: fileID(3), Number: "ABCD-2347", Schedule: "files", Since: noon, Due: noon, Held: true}, {File: fileID(4), Number: "ABCD-2348", Schedule: "files", Since: noon, Due: noon, Placed: true},
	},
	More: true, Kept: []desk.RetentionLine{{File: fileID(5), Number: "ABCD-2349", Why: "court", Until: "2028-01-01", Since: noon, By: "Координатор"}}, Asks: true, Allows: true,
}

var retained = []desk.RetentionDone{
	{File: fileID(1), Number: "ABCD-2345", Receipt: casework.Receipt{Code: "receipt.erasure_asked", N: 7}}, {File: fileID(3), Number: "ABCD-2347", Refused: fault.New(fault.Conflict, "erasure.held")},
}

var someBasis = []procedure.Basis{{Source: "pana", Says: "The service's own.", Mark: "P"}}

// fullErasure is an erasure with everything said of it up to a state.
func fullErasure(state string) desk.ErasureView {
	return desk.ErasureView{
		File: fileID(1), Number: "ABCD-2345", Opened: noon, Asks: true, Allows: true, Wishes: true, By: "Координатор", At: "Уполномоченный",
		Now:     &casework.Erasing{State: state, Ground: "danger", Reason: withheld.New("She is looked for."), Wished: noon, Asked: noon, Confirmed: noon, Due: noon.AddDate(0, 0, 7), Refused: noon, Why: "needed"},
		Grounds: []pack.ErasureGround{{ID: "person_asked", Wish: true}, {ID: "danger"}}, Rules: pack.Erasure{Basis: someBasis},
		Answer: desk.WishClock{Question: "q_erasure_answer", Basis: someBasis}, Events: 40, Papers: 2, Files: 3,
	}
}

var fullErasures = desk.Erasures{
	Waiting: []desk.ErasureLine{{File: fileID(1), Number: "ABCD-2345", State: "wished", Since: noon, Answer: desk.WishClock{Question: "q_erasure_answer", Basis: someBasis}}, {File: fileID(2), Number: "ABCD-2346", State: "confirmed", Ground: "danger", Since: noon, Due: noon}},
	Held:    []desk.ErasureLine{{File: fileID(1), Number: "ABCD-2345", State: "confirmed", Since: noon}},
	Erased:  []desk.ErasedLine{{File: fileID(3), Number: "ABCD-2347", Ground: "danger", At: noon, Backups: noon.AddDate(0, 0, 30)}}, More: true,
}

var fullErased = desk.ErasedView{AskedAtName: "Координатор", AtName: "Уполномоченный", WishedAtName: "Дом", Erased: casework.Erased{
	File: fileID(1), Erased: noon, ErasureDone: casework.ErasureDone{Number: "ABCD-2345", Ground: "danger", Lang: "kk", Opened: noon, Wished: noon, Asked: noon, Confirmed: noon, Events: 40, Documents: 3, Papers: 2, Calls: 1, Backups: noon.AddDate(0, 0, 30)},
}}

func (d *fakeDesk) Deferrals(fakeCtx, fakeWho, id.File) (desk.DeferralView, error) {
	return fullDeferrals, d.found()
}
func (d *fakeDesk) DeferOpening(_ fakeCtx, _ fakeWho, in desk.DeferralInput) (casework.Receipt, error) {
	return d.done("defer", in)
}

var fullDeferrals = desk.DeferralView{File: fileID(1), Number: "ABCD-2345", May: true, Latest: "2027-05-23", Acts: []string{"cpc", "coao"}, Lines: []desk.DeferralLine{
	{OpeningLine: desk.OpeningLine{At: noon, What: "identity", Later: "2027-01-10"}, Seq: 7, Act: "cpc", Article: withheld.New("art. 201"), Standing: true},
	{OpeningLine: desk.OpeningLine{At: noon, What: "police"}, Seq: 9},
}}

var fullHolds = desk.HoldView{File: fileID(1), Number: "ABCD-2345", By: []pack.Holder{{ID: "court"}, {ID: "prosecutor"}}, Holds: []desk.HoldLine{
	{LegalHold: casework.LegalHold{HoldPlaced: casework.HoldPlaced{Hold: "01h00000000000000000000001", By: "court", Paper: withheld.New("17-A, 2026-11-01"), Until: "2027-01-01"}, Placed: noon}, Now: "placed", Body: "Координатор", Second: true},
	{LegalHold: casework.LegalHold{HoldPlaced: casework.HoldPlaced{By: "prosecutor", Paper: withheld.New("4"), Until: "2025-01-01"}, Placed: noon}, Now: "confirmed", Over: true},
	{LegalHold: casework.LegalHold{HoldPlaced: casework.HoldPlaced{By: "prosecutor", Paper: withheld.New("5")}, Placed: noon, Why: "lifted"}, Now: "releasing", Second: true},
	{LegalHold: casework.LegalHold{HoldPlaced: casework.HoldPlaced{By: "prosecutor", Paper: withheld.New("6")}, Placed: noon}, Now: "released"},
}}
