package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type referralDesk interface {
	ReferForm(ctx context.Context, who access.Who, file id.File) (desk.ReferForm, error)
	Refer(ctx context.Context, who access.Who, in desk.ReferInput) (casework.Receipt, error)
	Referred(ctx context.Context, who access.Who, ref id.Referral) (casework.Receipt, error)
	Referral(ctx context.Context, who access.Who, ref id.Referral) (desk.ReferralView, error)
	Inbox(ctx context.Context, who access.Who) ([]desk.ReferralView, error)
	Acknowledge(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
	Accept(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
	Refuse(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
	Ask(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
	AnswerQuestion(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
	UndoAccept(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
	Withdraw(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
	Arrived(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
	Left(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
	Stayed(ctx context.Context, who access.Who, in desk.AnswerInput) (casework.Receipt, error)
}

// referPage chooses providers and makes the need card; its second face, Check,
// shows the card exactly as they will see it before it goes.
type referPage struct {
	Frame
	Form      desk.ReferForm
	Providers []desk.ProviderOption
	Chosen    []id.Service
	Fields    []Field
	Check     bool
	Card      desk.NeedCard
	Asked     []desk.ProviderOption
	Kept      []Kept
	Paper     bool // typed in from paper
}

// Picked says whether a provider is ticked.
func (p referPage) Picked(s id.Service) bool { return slices.Contains(p.Chosen, s) }

func referForm(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	choices, err := c.site.Desk.ReferForm(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	typed := url.Values{"needs": choices.Needs, "priority": {choices.Priority}, "key": {choices.Key}, "version": {strconv.FormatUint(choices.Version, 10)}}
	askedFromPaper(c.r.URL.Query(), typed)
	return c.show(newReferPage(c.frame("refer.title", "number", id.Number(file)), choices, typed, false))
}

func referPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	f := c.frame("refer.title", "number", id.Number(file))
	if len(tooLong(c.form)) == 0 && c.form.Get("services") != "" && c.form.Get("go") == "send" && !c.turning() {
		return c.referSend(f, file)
	}
	choices, err := c.site.Desk.ReferForm(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	if c.turning() || c.form.Get("go") == "back" {
		c.fresh(choices.Version)
		return c.show(newReferPage(f, choices, c.form, false))
	}
	mend := append(tooLong(c.form), writtenMend(c.form)...)
	switch n := len(ids[id.Service](c.form, "services")); {
	case n == 0:
		mend = append(mend, fault.Field{Name: "services", Code: "choose_provider"})
	case n > choices.MaxAsked:
		mend = append(mend, fault.Field{Name: "services", Code: "too_many_providers", Args: map[string]string{"n": strconv.Itoa(choices.MaxAsked)}})
	}
	if len(mend) > 0 {
		f.mend(mend)
		return c.render(422, "refer", newReferPage(f, choices, c.form, false))
	}
	return c.show(newReferPage(f, choices, c.form, true))
}

// referSend sends the card that was checked, and leads on to its receipt, which
// can be read again, in another language, without sending anything twice. What
// may be chosen is read only when the form comes back: nobody waits for a
// directory they do not see.
func (c *call) referSend(f Frame, file id.File) error {
	receipt, err := c.site.Desk.Refer(c.ctx, c.who, referInput(c.form, file))
	if err != nil {
		return c.again(err, func(f Frame) error {
			choices, err := c.site.Desk.ReferForm(c.ctx, c.who, file)
			if err != nil {
				return err
			}
			return c.render(422, "refer", newReferPage(f, choices, c.form, false))
		}, f)
	}
	return c.seeOther("/referral/" + receipt.Args["referral"] + "/sent")
}

// referSent is the receipt of a referral.
func referSent(c *call) error {
	ref, err := one[id.Referral](c.r, "referral")
	if err != nil {
		return err
	}
	receipt, err := c.site.Desk.Referred(c.ctx, c.who, ref)
	if err != nil {
		return err
	}
	f := c.frame("refer.sent")
	links := []Link{{"/referral/" + string(ref), f.T("to_referral")}, {"/file/" + receipt.Args["file"], f.T("to_file")}, {"/work", f.T("to_work")}}
	return c.show(receiptPage{Frame: f, told: c.told(receipt), Receipt: receipt, Links: links})
}

// Fitting are the providers that take such a person and are near; Others are
// folded: they can still be asked, and say why they may not do.
func (p referPage) Fitting() []desk.ProviderOption { return p.fit(true) }

// Others are the providers that do not fit, except those already chosen.
func (p referPage) Others() []desk.ProviderOption { return p.fit(false) }

func (p referPage) fit(fits bool) []desk.ProviderOption {
	return slices.DeleteFunc(slices.Clone(p.Providers), func(o desk.ProviderOption) bool {
		return (o.Fits || slices.Contains(p.Chosen, o.Service)) != fits
	})
}

func referInput(v url.Values, file id.File) desk.ReferInput {
	return desk.ReferInput{
		Key: v.Get("key"), File: file, Version: version(v), Services: ids[id.Service](v, "services"), Needs: v["needs"],
		Health: v["health"], Children: v.Get("children"), Priority: v.Get("priority"), Note: text(v, "note"), Consent: v.Get("consent"), Written: writtenIn(v),
	}
}

func newReferPage(f Frame, choices desk.ReferForm, typed url.Values, check bool) referPage {
	f.MainForm = true
	p := referPage{Frame: f, Form: choices, Check: check, Paper: fromPaper(typed), Chosen: ids[id.Service](typed, "services"), Kept: keep(typed)}
	for _, o := range choices.Providers {
		if slices.Contains(p.Chosen, o.Service) {
			p.Asked = append(p.Asked, o)
		}
	}
	p.Providers = slices.Clone(choices.Providers)
	children, _ := strconv.Atoi(typed.Get("children"))
	p.Card = desk.NeedCard{Subject: choices.Subject, Needs: typed["needs"], Health: typed["health"], Children: children, Priority: typed.Get("priority"), Note: text(typed, "note")}
	fm := form{f, typed}
	needs := fm.choose("choices", "needs", "need", choices.AllNeeds...)
	needs.Fold = len(needs.Said()) > 0 && f.Err("needs") == ""
	p.Fields = append(enteredFields(fm), needs)
	if len(choices.Health) > 0 {
		p.Fields = append(p.Fields, fm.choose("choices", "health", "health", choices.Health...))
	}
	p.Fields = append(p.Fields, fm.field("number", "children"), fm.choose("choice", "priority", "priority", choices.Priorities...), fm.field("long_text", "note"))
	if choices.NeedsYes {
		p.Fields = append(p.Fields, fm.choose("choice", "consent", "refer.consent", "yes", "refused"))
	}
	return p
}

type inboxPage struct {
	Frame
	Referrals []desk.ReferralView
	List      listing
}

func inbox(c *call) error {
	all, err := c.site.Desk.Inbox(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.show(newInboxPage(c.frame("inbox.title"), all, c.listQuery("inbox", "state", "priority", "sort")))
}

func newInboxPage(f Frame, all []desk.ReferralView, q url.Values) inboxPage {
	p := inboxPage{Frame: f}
	p.Referrals, p.List = listPage(f, q, all, lister[desk.ReferralView]{
		Path: "/inbox",
		Filters: []filterBy[desk.ReferralView]{
			{"state", "state", func(r desk.ReferralView) string { return r.Mine.State }},
			{"priority", "priority", func(r desk.ReferralView) string { return r.Card.Priority }},
		},
		Orders: []orderBy[desk.ReferralView]{{Name: "due"}, {"since", func(a, b desk.ReferralView) int { return a.Since.Compare(b.Since) }}},
	})
	return p
}

// referralPage is one referral: its need card, its clocks, and what this worker
// may answer.
type referralPageView struct {
	Frame
	R       desk.ReferralView
	Key     string
	Act     string // the answer being written, when it must be mended
	Places  Field
	Reasons Field
	LeftWhy Field
	Text    Field
	Full    []string // rooms that are said to have no bed; they are not offered
}

// Waiting says that nobody has taken the person in yet: then what to do tonight
// stands on the page.
func (p referralPageView) Waiting() bool {
	return !slices.Contains([]string{"accepted", "placed", "withdrawn", "gone"}, p.R.State)
}

// May says whether this worker may do an act now.
func (p referralPageView) May(act string) bool { return slices.Contains(p.R.Acts, act) }

func referralPage(c *call) error {
	ref, err := one[id.Referral](c.r, "referral")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.Referral(c.ctx, c.who, ref)
	if err != nil {
		return err
	}
	return c.show(newReferralPage(c.frame("referral.title", "number", view.Number), view, url.Values{"key": {newKey()}}))
}

// answers are the acts on a referral, by the button that asks for them.
func (s *Site) answers() map[string]func(context.Context, access.Who, desk.AnswerInput) (casework.Receipt, error) {
	d := s.Desk
	return map[string]func(context.Context, access.Who, desk.AnswerInput) (casework.Receipt, error){
		"acknowledge": d.Acknowledge, "accept": d.Accept, "refuse": d.Refuse, "ask": d.Ask, "answer": d.AnswerQuestion,
		"undo": d.UndoAccept, "withdraw": d.Withdraw, "arrived": d.Arrived, "left": d.Left, "stayed": d.Stayed,
	}
}

func referralPost(c *call) error {
	ref, err := one[id.Referral](c.r, "referral")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.Referral(c.ctx, c.who, ref)
	if err != nil {
		return err
	}
	f := c.frame("referral.title", "number", view.Number)
	redraw := func(f Frame) error { return c.render(422, "referral", newReferralPage(f, view, c.form)) }
	if c.turning() {
		c.fresh(view.Version)
		return c.show(newReferralPage(f, view, c.form))
	}
	act, known := c.site.answers()[c.form.Get("go")]
	if !known {
		return fault.New(fault.Invalid, "form.malformed")
	}
	mend := tooLong(c.form)
	if c.form.Get("go") == "accept" && c.form.Get("place") == "" && hasRoom(view.Places) {
		// Somebody taken in without a bed leaves the bed free for the next card.
		mend = append(mend, fault.Field{Name: "place", Code: "choose_place"})
	}
	if f.mend(mend); len(mend) > 0 {
		return redraw(f)
	}
	receipt, err := act(c.ctx, c.who, answerInput(c.form, ref))
	if err != nil {
		return c.again(err, redraw, f)
	}
	links := []Link{{"/referral/" + string(ref), f.T("to_referral")}, {"/work", f.T("to_work")}}
	if file := receipt.Args["file"]; file != "" { // who accepted sees who it is, where it is
		links = slices.Insert(links, 0, Link{"/file/" + file, f.T("to_file")})
	}
	return c.receipt(receipt, "referral.done."+c.form.Get("go"), links...)
}

func hasRoom(places []desk.PlaceView) bool { return slices.ContainsFunc(places, free) }

func free(p desk.PlaceView) bool { return p.Free > 0 && p.State != "closed" }

func answerInput(v url.Values, ref id.Referral) desk.AnswerInput {
	place, _ := id.Parse[id.Place](v.Get("place"))
	return desk.AnswerInput{
		Key: v.Get("key"), Referral: ref, Version: version(v), Place: place, Reason: cmp.Or(v.Get("reason"), v.Get("left_why")),
		Text: text(v, "text"), Question: v.Get("question"),
	}
}

func newReferralPage(f Frame, view desk.ReferralView, typed url.Values) referralPageView {
	fm := form{f, typed}
	p := referralPageView{Frame: f, R: view, Key: typed.Get("key"), Act: typed.Get("go")}
	p.Places = fm.field("choice", "place")
	for _, place := range view.Places {
		if !free(place) {
			p.Full = append(p.Full, place.Name)
			continue
		}
		p.Places.Options = append(p.Places.Options, Option{
			Value: string(place.ID), Label: place.Name, Hint: f.T("room.free", "n", place.Free), On: typed.Get("place") == string(place.ID),
		})
	}
	p.Reasons = fm.field("choice", "reason")
	for _, reason := range view.Refusals {
		o := Option{Value: reason.ID, Label: f.Or("refusal."+reason.ID, "refusal.other"), On: typed.Get("reason") == reason.ID}
		for _, b := range reason.Forbidden {
			o.Warn = f.T("refusal.forbidden", "basis", f.Basis(b))
		}
		p.Reasons.Options = append(p.Reasons.Options, o)
	}
	p.LeftWhy = fm.choose("choice", "left_why", "left_why", casework.LeavingReasons...)
	p.Text = fm.field("long_text", "text")
	return p
}
