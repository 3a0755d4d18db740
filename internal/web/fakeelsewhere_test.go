package web

import (
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// elsewhereFake is the part of the desk that knows a ministry's own sign-in.
type elsewhereFake struct {
	elsewhere []desk.OtherSignIn
	asked     desk.AskElsewhereInput
	question  desk.AskedThere
	proved    string
}

var ministry = []desk.OtherSignIn{{ID: "ministry", Name: "The <ministry>"}}

func (d *fakeDesk) OtherSignIns(string) []desk.OtherSignIn { return d.elsewhere }
func (d *fakeDesk) AskElsewhere(_ fakeCtx, in desk.AskElsewhereInput) (desk.AskedElsewhere, error) {
	if in.Provider != "ministry" {
		return desk.AskedElsewhere{}, fault.New(fault.Busy, "auth.elsewhere_down")
	}
	d.asked = in
	return desk.AskedElsewhere{Address: "https://login.example/?a=1&b=2", Kept: "sealed"}, nil
}
func (d *fakeDesk) ReadElsewhere(_ fakeCtx, in desk.FromElsewhere) (desk.AskedThere, error) {
	if in.Kept != "sealed" || in.State != "s" {
		return desk.AskedThere{}, fault.New(fault.Unauthenticated, "auth.begin_again")
	}
	return d.question, nil
}
func (d *fakeDesk) SignInElsewhere(_ fakeCtx, _ desk.AskedThere, in desk.FromElsewhere, _ desk.SignInInput) (desk.SignedIn, error) {
	if in.Code.Reveal() != "good" {
		return desk.SignedIn{}, fault.New(fault.Unauthenticated, desk.CodeElsewhereUnknown)
	}
	if d.second {
		return desk.SignedIn{Ticket: "ticket"}, nil
	}
	return desk.SignedIn{Token: withheld.New("t-worker"), Lasts: 12 * time.Hour}, nil
}
func (d *fakeDesk) ProveElsewhere(_ fakeCtx, token withheld.Text, _ desk.AskedThere, _ desk.FromElsewhere) (withheld.Text, error) {
	d.proved = token.Reveal()
	return withheld.New("t-proved"), nil
}
func (d *fakeDesk) ProvesElsewhere(fakeCtx, id.Worker, string) ([]desk.OtherSignIn, error) {
	return d.elsewhere, nil
}
