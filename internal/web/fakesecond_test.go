package web

import (
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
)

func (d *fakeDesk) SignInSecond(_ fakeCtx, in desk.SignInInput) (desk.SignedIn, error) {
	if in.Ticket != "ticket" {
		return desk.SignedIn{}, fault.New(fault.Unauthenticated, "auth.begin_again")
	}
	if in.Code.Reveal() != "123456" {
		return desk.SignedIn{}, fault.New(fault.Unauthenticated, "auth.wrong")
	}
	return desk.SignedIn{Token: withheld.New("t-ainur"), Lasts: 12 * time.Hour}, nil
}
func (d *fakeDesk) Second(_ fakeCtx, _ fakeWho, shown withheld.Text, _ string) (desk.SecondView, error) {
	v := fullSecond
	if !shown.Empty() {
		v.Secret = shown
	}
	return v, nil
}
func (d *fakeDesk) SetSecond(_ fakeCtx, _ fakeWho, in desk.SecondInput) ([]withheld.Text, error) {
	if in.Code.Reveal() != "123456" {
		return nil, fault.Form(fault.Field{Name: "figures", Code: "auth.code"})
	}
	_, err := d.done("set second", in)
	return []withheld.Text{withheld.New("ABCD-EFGH-JKMN")}, err
}
func (d *fakeDesk) NewRecovery(_ fakeCtx, _ fakeWho, key string) ([]withheld.Text, error) {
	_, err := d.done("new recovery", key)
	return []withheld.Text{withheld.New("ABCD-EFGH-JKMN")}, err
}
func (d *fakeDesk) DropSecond(_ fakeCtx, _ fakeWho, key string) error {
	_, err := d.done("drop second", key)
	return err
}
func (d *fakeDesk) ProofAsked(fakeCtx, fakeWho) (string, error) {
	if d.second {
		return "figures", nil
	}
	return "password", nil
}
func (d *fakeDesk) Prove(_ fakeCtx, _ withheld.Text, in desk.ProveInput) (withheld.Text, error) {
	if in.Password.Reveal() != "right" && in.Code.Reveal() != "123456" {
		return withheld.Text{}, fault.New(fault.Unauthenticated, "auth.wrong")
	}
	d.stale = false
	return withheld.New("t-proved"), nil
}
func (d *fakeDesk) AskPasskey(origin string) (desk.Ceremony, error) {
	if origin == "" {
		return desk.Ceremony{}, nil
	}
	return desk.Ceremony{Options: `{"publicKey":{}}`, Ticket: "asked"}, nil
}
func (d *fakeDesk) SignInPasskey(_ fakeCtx, in desk.SignInInput) (desk.SignedIn, error) {
	if in.Ticket != "asked" || in.Answer.Empty() {
		return desk.SignedIn{}, fault.New(fault.Unauthenticated, "auth.passkey")
	}
	return desk.SignedIn{Token: withheld.New("t-ainur"), Lasts: 12 * time.Hour}, nil
}
func (d *fakeDesk) AddPasskey(_ fakeCtx, _ fakeWho, in desk.PasskeyInput) ([]withheld.Text, error) {
	_, err := d.done("add passkey", in)
	return nil, err
}
func (d *fakeDesk) RemovePasskey(_ fakeCtx, _ fakeWho, in desk.PasskeyInput) error {
	_, err := d.done("remove passkey", in)
	return err
}

func (d *fakeDesk) SignIns(fakeCtx, withheld.Text) (desk.SignIns, error) { return fullSignIns, nil }
func (d *fakeDesk) EndSignIn(_ fakeCtx, _ withheld.Text, in desk.EndSignInInput) error {
	_, err := d.done("end sign-in", in)
	return err
}

func (d *fakeDesk) SignOut(ctx fakeCtx, token withheld.Text) error {
	if d.stuck {
		<-ctx.Done()
		return ctx.Err()
	}
	d.ended = append(d.ended, token.Reveal())
	return nil
}
