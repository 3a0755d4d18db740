package desk

import (
	"context"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// This file is the list of what desk will do; each line moves to its own file
// when it does it.

var errLater = fault.New(fault.Busy, "busy")

func (d *Desk) SignIn(ctx context.Context, in SignInInput) (SignedIn, error) {
	return SignedIn{}, errLater
}

func (d *Desk) Session(ctx context.Context, token withheld.Text) (Session, error) {
	return Session{}, errLater
}

func (d *Desk) SignOut(ctx context.Context, token withheld.Text) error {
	return errLater
}

func (d *Desk) MyWork(ctx context.Context, who access.Who, filter WorkFilter, page string) (Work, error) {
	return Work{}, errLater
}

func (d *Desk) ConcernForm(ctx context.Context, who access.Who) (ConcernForm, error) {
	return ConcernForm{}, errLater
}

func (d *Desk) RecordConcern(ctx context.Context, who access.Who, in ConcernInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) ConcernResult(ctx context.Context, who access.Who, file id.File) (ConcernResult, error) {
	return ConcernResult{}, errLater
}

func (d *Desk) Providers(ctx context.Context, who access.Who, file id.File, needs []string) ([]ProviderOption, error) {
	return nil, errLater
}

func (d *Desk) ReferForm(ctx context.Context, who access.Who, file id.File) (ReferForm, error) {
	return ReferForm{}, errLater
}

func (d *Desk) Refer(ctx context.Context, who access.Who, in ReferInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Referral(ctx context.Context, who access.Who, ref id.Referral) (ReferralView, error) {
	return ReferralView{}, errLater
}

func (d *Desk) Inbox(ctx context.Context, who access.Who) ([]ReferralView, error) {
	return nil, errLater
}

func (d *Desk) Acknowledge(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Accept(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Refuse(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Ask(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) AnswerQuestion(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) UndoAccept(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Withdraw(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Arrived(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) File(ctx context.Context, who access.Who, file id.File, tab string) (FileView, error) {
	return FileView{}, errLater
}

func (d *Desk) ShowIdentity(ctx context.Context, who access.Who, file id.File) (FileView, error) {
	return FileView{}, errLater
}

func (d *Desk) AddIdentity(ctx context.Context, who access.Who, in IdentityInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) AddNote(ctx context.Context, who access.Who, in NoteInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) StepForm(ctx context.Context, who access.Who, file id.File, step string) (StepForm, error) {
	return StepForm{}, errLater
}

func (d *Desk) TakeStep(ctx context.Context, who access.Who, in StepInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) RecordRight(ctx context.Context, who access.Who, in RightInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) GiveConsent(ctx context.Context, who access.Who, in ConsentInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) WithdrawConsent(ctx context.Context, who access.Who, in ConsentInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Correct(ctx context.Context, who access.Who, in CorrectInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) SaySame(ctx context.Context, who access.Who, in SameInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Freeze(ctx context.Context, who access.Who, in FreezeInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Directory(ctx context.Context, who access.Who, filter DirectoryFilter) (Directory, error) {
	return Directory{}, errLater
}

func (d *Desk) MyPlaces(ctx context.Context, who access.Who) ([]PlaceView, error) {
	return nil, errLater
}

func (d *Desk) ChangePlace(ctx context.Context, who access.Who, in PlaceInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Docket(ctx context.Context, who access.Who, page string) (Docket, error) {
	return Docket{}, errLater
}

func (d *Desk) CheckForm(ctx context.Context, who access.Who) (CheckForm, error) {
	return CheckForm{}, errLater
}

func (d *Desk) RemovalCheck(ctx context.Context, who access.Who, in CheckInput) (CheckAnswer, error) {
	return CheckAnswer{}, errLater
}

func (d *Desk) CheckGrounds(ctx context.Context, who access.Who, check id.Check) (Grounds, error) {
	return Grounds{}, errLater
}

func (d *Desk) Bodies(ctx context.Context, who access.Who) (Bodies, error) {
	return Bodies{}, errLater
}

func (d *Desk) ChangeBody(ctx context.Context, who access.Who, in BodyInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

func (d *Desk) Workers(ctx context.Context, who access.Who) (Workers, error) {
	return Workers{}, errLater
}

func (d *Desk) ChangeWorker(ctx context.Context, who access.Who, in WorkerInput) (casework.Receipt, error) {
	return casework.Receipt{}, errLater
}

// BodyNames names bodies for receipts. A body whose name is not for this
// worker is not in the answer.
func (d *Desk) BodyNames(ctx context.Context, who access.Who, bodies ...id.Body) (map[id.Body]string, error) {
	return nil, errLater
}

// ConsentForm is what may be agreed to, and with whom.
func (d *Desk) ConsentForm(ctx context.Context, who access.Who, file id.File) (ConsentForm, error) {
	return ConsentForm{}, errLater
}

// Ledger counts the ledger of actions.
func (d *Desk) Ledger(ctx context.Context, who access.Who) (LedgerView, error) {
	return LedgerView{}, errLater
}
