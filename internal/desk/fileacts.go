package desk

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// AddIdentity adds to who the person is. Names are added, never replaced.
func (d *Desk) AddIdentity(ctx context.Context, who access.Who, in IdentityInput) (casework.Receipt, error) {
	identity, err := checkIdentity(in)
	if err != nil {
		return casework.Receipt{}, err
	}
	receipt, err := d.onFile(ctx, who, in.Key, in, in.File, access.AddIdentity, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.AddIdentity(f, casework.AddIdentityInput{Version: in.Version, Identity: identity}, m)
	})
	if err != nil {
		return receipt, err
	}
	return receipt, d.tellOfDuplicates(ctx, who, in)
}

func checkIdentity(in IdentityInput) (casework.Identity, error) {
	var out casework.Identity
	var bad []fault.Field
	bad = append(bad, tooLong("name", in.Name, maxName)...)
	bad = append(bad, tooLong("citizenship", in.Citizenship, maxLine)...)
	bad = append(bad, tooLong("doc_number", in.DocNumber, maxLine)...)
	if !in.Born.Empty() && !isBirth(in.Born.Reveal()) {
		bad = append(bad, fault.Field{Name: "born", Code: "field.date"})
	}
	if !in.DocNumber.Empty() && in.DocKind == "" {
		bad = append(bad, fault.Field{Name: "doc_kind", Code: "field.required"})
	}
	script, mixed := scriptOf(in.Name.Reveal())
	if mixed {
		bad = append(bad, fault.Field{Name: "name", Code: "field.mixed"})
	}
	if !in.Name.Empty() {
		out.Names = []casework.Name{{Script: orElse(in.Script, script), Full: in.Name, Use: orElse(in.Use, "given")}}
	}
	out.Born = casework.Born{Date: in.Born, About: in.BornAbout}
	out.Sex = in.Sex
	if !in.Citizenship.Empty() {
		out.Citizen = []withheld.Text{in.Citizenship}
	}
	if !in.DocNumber.Empty() {
		out.Documents = []casework.Document{{Kind: in.DocKind, Number: in.DocNumber}}
	}
	if out.Empty() && out.Sex == "" {
		bad = append(bad, fault.Field{Name: "name", Code: "field.nothing"})
	}
	return out, fault.Form(bad...)
}

// scriptOf says in which script a name is written, and whether one of its words
// mixes two: look-alike letters make a name that nobody finds again by reading.
func scriptOf(name string) (script string, mixed bool) {
	script = "latn"
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) {
		here := ""
		for _, r := range word {
			for _, s := range scripts {
				if unicode.Is(s.letters, r) {
					mixed = mixed || here != "" && here != s.code
					here = s.code
				}
			}
		}
		script = orElse(here, script)
	}
	return script, mixed
}

var scripts = []struct {
	code    string
	letters *unicode.RangeTable
}{{"cyrl", unicode.Cyrillic}, {"latn", unicode.Latin}, {"arab", unicode.Arabic}}

// isBirth holds for a day, a month or a year that exists.
func isBirth(s string) bool {
	for _, form := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.Year() > 1880
		}
	}
	return false
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// safeAt are the times at which a person may say she can be reached.
var safeAt = []string{"any_time", "daytime", "never_leave_word"}

// SetContact says how to reach the person without danger. It takes the place of
// what was said before, which may have become a danger.
func (d *Desk) SetContact(ctx context.Context, who access.Who, in ContactInput) (casework.Receipt, error) {
	bad := tooLong("contact", in.Value, maxLine)
	if in.Value.Empty() {
		bad = append(bad, fault.Field{Name: "contact", Code: "field.required"})
	}
	if !slices.Contains(safeAt, in.SafeAt) {
		bad = append(bad, fault.Field{Name: "contact_safe", Code: "field.required"})
	}
	if err := fault.Form(bad...); err != nil {
		return casework.Receipt{}, err
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.AddIdentity, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.SetContact(f, casework.Contact{Kind: "phone", Value: in.Value, SafeAt: in.SafeAt}, m)
	})
}

// AddNote writes a note in the compartment of the worker's own kind of body.
func (d *Desk) AddNote(ctx context.Context, who access.Who, in NoteInput) (casework.Receipt, error) {
	if err := checkText("text", in.Text, maxNote); err != nil {
		return casework.Receipt{}, err
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.WriteNote, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.WriteNote(f, who.Compartment, in.Text, m)
	})
}

// RecordRight records what became of a right.
func (d *Desk) RecordRight(ctx context.Context, who access.Who, in RightInput) (casework.Receipt, error) {
	return d.onFile(ctx, who, in.Key, in, in.File, access.RecordRight, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.RecordRight(f, casework.RightInput{Right: in.Right, State: in.State, By: who.Body, Reason: in.Reason}, m)
	})
}

// GiveConsent records a yes or a no to one purpose.
func (d *Desk) GiveConsent(ctx context.Context, who access.Who, in ConsentInput) (casework.Receipt, error) {
	if in.Answer != "yes" && in.Answer != "no" {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "answer", Code: "field.choice"})
	}
	consent := id.New[id.Consent](d.now())
	var groups []string
	if p := d.pack().Purpose(in.Purpose); p != nil {
		groups = p.Groups
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.RecordConsent, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.AnswerConsent(f, casework.ConsentInput{
			Consent: consent, Purpose: in.Purpose, Yes: in.Answer == "yes", Recipients: in.Recipients, Excluded: in.Excluded, Groups: groups,
		}, m)
	})
}

// WithdrawConsent takes a yes back: as easily as it was given.
func (d *Desk) WithdrawConsent(ctx context.Context, who access.Who, in ConsentInput) (casework.Receipt, error) {
	return d.onFile(ctx, who, in.Key, in, in.File, access.RecordConsent, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.WithdrawConsent(f, in.Consent, m)
	})
}

// FinishTask says that a task of the worker's own body or kind is done.
func (d *Desk) FinishTask(ctx context.Context, who access.Who, in TaskInput) (casework.Receipt, error) {
	return d.onFile(ctx, who, in.Key, in, in.File, access.OpenFile, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		if !slices.ContainsFunc(f.Tasks, func(t casework.Task) bool { return t.ID == in.Task && isTaskOf(who, t) }) {
			return casework.Decision{}, fault.Withheld("not this body's task")
		}
		return casework.FinishTask(f, in.Task, m)
	})
}

// isTaskOf says whose task it is: a body's, or whichever body's of a kind.
func isTaskOf(who access.Who, t casework.Task) bool {
	return t.Body == who.Body || t.Body == "" && t.Kind == who.BodyKind
}

// Correct takes an event out of the fold, not out of the record. A body corrects
// what it recorded itself.
func (d *Desk) Correct(ctx context.Context, who access.Who, in CorrectInput) (casework.Receipt, error) {
	if in.Reason == "" {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "reason", Code: "field.required"})
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.Correct, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		i := slices.IndexFunc(f.Timeline, func(e casework.Entry) bool { return e.Event == in.Event })
		if i < 0 || f.Timeline[i].Body != who.Body {
			return casework.Decision{}, fault.New(fault.Invalid, casework.CodeCorrect)
		}
		return casework.Correct(f, in.Event, in.Reason, m)
	})
}

// Freeze stops changes to a file while it is looked into, or lets them go on.
func (d *Desk) Freeze(ctx context.Context, who access.Who, in FreezeInput) (casework.Receipt, error) {
	return d.onFile(ctx, who, in.Key, in, in.File, access.Freeze, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.Freeze(f, !in.Undo, in.Reason, m)
	})
}

// SaySame says that two files are one person's, or takes it back. Both files
// say so in one act.
func (d *Desk) SaySame(ctx context.Context, who access.Who, in SameInput) (casework.Receipt, error) {
	other, err := d.otherFile(ctx, who, in.Other)
	if err != nil {
		return casework.Receipt{}, err
	}
	refs := []casework.Ref{fileRef(in.File), fileRef(other)}
	return d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		a, b := fileOf(l, in.File), fileOf(l, other)
		for _, f := range []*casework.File{a, b} {
			if _, err := d.may(who, access.SaySame, f); err != nil {
				return casework.Decision{}, err
			}
		}
		if in.Undo {
			return casework.UnsaySame(a, b, in.Reason, m)
		}
		return casework.SaySame(a, b, in.Reason, m)
	})
}

// otherFile reads a file's id, or the number people say on the telephone when
// exactly one file that this worker may list has it.
func (d *Desk) otherFile(ctx context.Context, who access.Who, typed string) (id.File, error) {
	typed = strings.TrimSpace(typed)
	if f, ok := id.Parse[id.File](strings.ToLower(typed)); ok {
		return f, nil
	}
	page, err := d.deps.Store.List(ctx, "files", store.Query{
		Scope: d.rules.Scope(who, access.ListFiles, "file"), Where: []store.Filter{store.Where("number", store.Is, strings.ToUpper(typed))}, Limit: 2,
	})
	if err != nil {
		return "", err
	}
	if len(page.Rows) != 1 {
		return "", fault.Form(fault.Field{Name: "other", Code: "field.no_such_file"})
	}
	return id.File(page.Rows[0].Text("file_id")), nil
}
