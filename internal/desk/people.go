package desk

import (
	"context"
	"slices"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// people are the logins that are one person's, as administrators stated. They are few:
// an account of a desk, a second role. They are read with each act, and not kept: who
// was stated a second ago to be the first of two is not the second.
func (d *Desk) people(ctx context.Context) (casework.People, error) {
	out := casework.People{}
	err := d.eachRow(ctx, casework.PeopleTable, store.Query{Scope: everything, Sort: []store.Order{{Column: "worker_id"}}, Limit: 1000, NoTotal: true}, func(r store.Found) {
		w := id.Worker(r.Text("worker_id"))
		out[w] = append(out[w], id.Worker(r.Text("other_id")))
	})
	return out, err
}

// otherBodies are the bodies of the reader's other logins.
func (d *Desk) otherBodies(ctx context.Context, who access.Who) ([]id.Body, error) {
	refs, err := d.wholePerson(ctx, who.Worker)
	if err != nil || len(refs) < 2 {
		return nil, err
	}
	l, err := d.deps.Store.View(ctx, refs[1:]...)
	if err != nil {
		return nil, fault.At("the person's other logins", err)
	}
	var out []id.Body
	for _, a := range loaded(l, refs[1:]) {
		out = append(out, a.Body)
	}
	return out, nil
}

// personAct is what an administrator says of whose login an account is: that it is the
// same person's as another's, or that it is not after all.
func personAct(do string) bool { return do == WorkerSame || do == WorkerApart }

// wholePerson are the streams of all logins of those persons.
func (d *Desk) wholePerson(ctx context.Context, of ...id.Worker) ([]casework.Ref, error) {
	people, err := d.people(ctx)
	var out []casework.Ref
	for _, w := range of {
		for _, login := range append([]id.Worker{w}, people[w]...) {
			if login != "" && !slices.Contains(out, accountRef(login)) {
				out = append(out, accountRef(login))
			}
		}
	}
	return out, err
}

// loaded are the accounts among streams.
func loaded(l *store.Loaded, refs []casework.Ref) (out []*casework.Account) {
	for _, ref := range refs {
		if a := store.As[*casework.Account](l, ref); a != nil {
			out = append(out, a)
		}
	}
	return out
}

// sayPerson is one such act. Nobody says it of themselves, by whichever of their logins,
// nor of an account that they do not keep.
func (d *Desk) sayPerson(who access.Who, in WorkerInput, l *store.Loaded, refs []casework.Ref, m casework.Moment) (casework.Decision, error) {
	all := loaded(l, refs)
	for _, a := range all {
		if !d.administers(who, a.Body) {
			return casework.Decision{}, fault.Withheld("account")
		}
		if m.People.Same(who.Worker, a.ID) {
			return casework.Decision{}, fault.New(fault.Invalid, CodeOwnAccount)
		}
	}
	a := store.As[*casework.Account](l, accountRef(in.Worker))
	if in.Do == WorkerApart {
		return casework.SayLoginsApart(a, all, m)
	}
	if in.Other == "" {
		return casework.Decision{}, fault.Form(fault.Field{Name: "same_as", Code: "field.choice"})
	}
	return casework.SayLoginsSame(a, store.As[*casework.Account](l, accountRef(in.Other)), all, m)
}

// persons says in an administrator's list which logins are one person's, and which two
// might be: it is a question to ask, and nothing follows from it. A country has many of
// a name, so the list asks only about two of one body; the account's own form of all.
// The lines are in the order of the accounts.
func persons(who access.Who, lines []WorkerLine, accounts []*casework.Account) {
	login := map[id.Worker]string{}
	named := map[string][]*casework.Account{}
	for _, a := range accounts {
		login[a.ID] = a.Login.Reveal()
		if name := nameKey(a); name != "" {
			named[name] = append(named[name], a)
		}
	}
	for i := range lines {
		a := accounts[i]
		lines[i].Own = lines[i].Own || slices.Contains(a.Same, who.Worker)
		for _, w := range a.Same {
			if login[w] != "" {
				lines[i].Same = append(lines[i].Same, login[w])
			}
		}
		slices.Sort(lines[i].Same)
		for _, o := range named[nameKey(a)] {
			if o.ID != a.ID && !slices.Contains(a.Same, o.ID) {
				lines[i].Alike, lines[i].AlikeHere = append(lines[i].Alike, login[o.ID]), lines[i].AlikeHere || o.Body == a.Body
			}
		}
	}
}

// nameKey is a worker's name without what is typed differently, with its words in any order.
func nameKey(a *casework.Account) string {
	words := strings.Fields(strings.ToLower(a.Name.Reveal()))
	slices.Sort(words)
	return strings.Join(words, " ")
}
