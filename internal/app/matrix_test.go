package app

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/api"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/rate"
	"pana/internal/store"
	"pana/internal/testkit"
	"pana/internal/web"
)

var updateMatrix = flag.Bool("update", false, "write docs/matrix.md anew")

// relation is how a role's body stands to a file, worked out slowly and apart
// from desk: what the record says, a step that its kind owes, and a task or an
// unanswered referral that waits at its kind's desk.
func relation(who access.Who, f *casework.File) []string {
	out := slices.Clone(casework.Relations(f)[who.Body])
	if who.Region != "" && f.Region != "" && who.Region != f.Region {
		return out
	}
	owes := func(d casework.DueStep) bool {
		return d.Decision && slices.ContainsFunc(d.By, func(by string) bool { return by == who.BodyKind || by == who.BodyKind+":"+who.Role })
	}
	if slices.Contains(who.Powers, "decide") && slices.ContainsFunc(f.Due, owes) {
		out = append(out, "decider")
	}
	waits := slices.ContainsFunc(f.Referrals, func(r casework.Referral) bool { return !r.Escalated.IsZero() }) ||
		slices.ContainsFunc(f.Tasks, func(task casework.Task) bool { return task.Done.IsZero() && task.Kind == who.BodyKind })
	if slices.Contains(who.Powers, "coordinate") && waits {
		out = append(out, "coordinator")
	}
	return out
}

// matrix tries every route as every role of the demonstration and as nobody.
type matrix struct {
	*testing.T
	l     *live
	rules *access.Rules
	// near is a file that came to a shelter; far one that no role has to do with.
	near, far, never id.File
	referral, event  map[id.File]string
	// signal is beside near a call that the hotline took; beside the others none.
	signal map[id.File]string
	line   id.Body // whose call it is
	// operation is beside near one that the raid officer keeps.
	operation map[id.File]string
	raider    id.Body // whose operation it is
	// household is beside near one to whose door an organisation's worker came.
	household map[id.File]string
	visitor   id.Body
	// track is beside near a case that the investigator began.
	track map[id.File]string
	began access.Who
}

// answer is what a route said.
type answer struct {
	status int
	body   string
}

// fill puts the file and what is in it into a route's pattern.
func (m *matrix) fill(pattern string, f id.File) string {
	return strings.NewReplacer("{$}", "", "{tile...}", "0/000", "{file}", string(f), "{referral}", m.referral[f], "{right}", "guardian", "{event}", m.event[f], "{signal}", m.signal[f], "{operation}", m.operation[f], "{household}", m.household[f], "{track}", m.track[f], "{paper}", m.event[f], "{signature}", m.event[f], "{hearing}", m.event[f], "{step}", "tell_police").Replace(pattern)
}

func (m *matrix) ask(p *testkit.Plain, pattern string, f id.File) answer {
	pattern = strings.Replace(pattern, "/begin/{step}", "/begin/"+beginsWith, 1)
	method, path, _ := strings.Cut(m.fill(pattern, f), " ")
	var form url.Values
	if method == "POST" {
		form = url.Values{} // nothing typed: who may is told what is missing
	}
	p.Do(method, path, form)
	return answer{p.Status(), m.plainly(p.HTML(), f)}
}

// plainly takes out of a page what differs between any two: the address that
// was asked for, which the reader knows, and the time of day.
func (m *matrix) plainly(page string, f id.File) string {
	for _, known := range []string{string(f), m.referral[f], m.event[f], m.signal[f], id.Number(id.Signal(m.signal[f])), m.operation[f], id.Number(id.Operation(m.operation[f])), m.household[f], id.Number(id.Operation(m.household[f])), m.track[f], id.Number(id.Track(m.track[f]))} {
		page = strings.ReplaceAll(page, known, "X")
	}
	return timeOfDay.ReplaceAllString(page, "hh:mm")
}

var timeOfDay = regexp.MustCompile(`\d\d:\d\d`)

// beginsWith is the step that the matrix begins a file with.
const beginsWith = "voice_claim"

// allowed is access's own answer; with a step begins who may record a concern and
// is of a kind that the pack lets begin with it.
func (m *matrix) allowed(who access.Who, r web.Route, f *casework.File) bool {
	if strings.Contains(r.Pattern, "/begin/") && !slices.Contains(m.l.pack.HandlingOf(beginsWith).Begins, who.BodyKind) {
		return false
	}
	thing := access.Thing{Kind: "file", Relations: relation(who, f), Columns: clearColumns(f)}
	if strings.Contains(r.Pattern, "{signal}") {
		own := access.Thing{Kind: "signal", Columns: map[string]string{"body_id": string(m.line)}}
		return f.ID == m.near && m.rules.Decide(who, r.Act, own).Allowed
	}
	if strings.Contains(r.Pattern, "{operation}") {
		own := access.Thing{Kind: "operation", Columns: map[string]string{"body_id": string(m.raider)}}
		return f.ID == m.near && m.rules.Decide(who, r.Act, own).Allowed
	}
	if strings.Contains(r.Pattern, "{household}") {
		own := access.Thing{Kind: "operation", Columns: map[string]string{"body_id": string(m.visitor)}}
		return f.ID == m.near && m.rules.Decide(who, r.Act, own).Allowed
	}
	if strings.Contains(r.Pattern, "{track}") {
		own := access.Thing{Kind: "track", Columns: map[string]string{"body_id": string(m.began.Body), "region": m.began.Region, "stage": "investigated"}}
		return f.ID == m.near && m.rules.Decide(who, r.Act, own).Allowed
	}
	if strings.Contains(r.Pattern, "{referral}") {
		thing = access.Thing{Kind: "referral", Relations: refRelations(who, f), Columns: map[string]string{"region": f.Region}}
		return m.rules.Decide(who, r.Act, thing).Allowed ||
			slices.ContainsFunc(f.Referrals, func(r casework.Referral) bool { return !r.Escalated.IsZero() }) && m.rules.Decide(who, access.WatchReferral, thing).Allowed
	}
	switch {
	case r.Act == access.ShowIdentity:
		thing.Group = "identity"
	case strings.HasSuffix(r.Pattern, "/file/{file}/openings"):
		thing.Group = "openings"
	}
	return m.rules.Decide(who, r.Act, thing).Allowed
}

// refRelations are those to the file's first referral: who sent it, whom it
// asked, and who coordinates.
func refRelations(who access.Who, f *casework.File) (out []string) {
	if len(f.Referrals) == 0 {
		return nil
	}
	r := f.Referrals[0]
	if r.From == who.Body {
		out = append(out, "opened")
	}
	if slices.ContainsFunc(r.Asks, func(a casework.Ask) bool { return a.Body == who.Body }) {
		out = append(out, "asked")
	}
	if slices.Contains(relation(who, f), "coordinator") {
		out = append(out, "coordinator")
	}
	return out
}

func clearColumns(f *casework.File) map[string]string {
	out := map[string]string{}
	tables := casework.Tables()
	table := tables[slices.IndexFunc(tables, func(t casework.Table) bool { return t.Name == "files" })]
	for _, row := range casework.Rows(f) {
		if row.Table != table.Name {
			continue
		}
		for i, c := range table.Columns {
			if s := fmt.Sprint(row.Values[i]); c.Type == casework.TextColumn && !c.Sealed {
				out[c.Name] = s
			}
		}
	}
	return out
}

func (m *matrix) view(f id.File) *casework.File {
	m.Helper()
	ref := casework.Ref{Kind: casework.FileStream, ID: string(f)}
	loaded, err := m.l.store.View(m.Context(), ref)
	if err != nil {
		m.Fatal(err)
	}
	return store.As[*casework.File](loaded, ref)
}

// who is the worker behind a button.
func (m *matrix) who(role demoRole, data *demoData, town *town) access.Who {
	m.Helper()
	for _, b := range data.Bodies {
		for _, w := range b.Workers {
			if w.Login == role.Login {
				kind := m.l.house.pack.BodyKind(b.Kind)
				return access.Who{Worker: town.logins[w.Login], Body: town.bodies[b.ID], BodyKind: b.Kind, Role: w.Role, Region: b.Region, Compartment: kind.Compartment, Powers: kind.Can}
			}
		}
	}
	m.Fatalf("no worker %s", role.Login)
	return access.Who{}
}

// narrower are routes whose act access allows and which ask for more: a task is
// done by whose it is, a paper is of a step that the own body took, a document is of the part of a body's kind, an hour's access was asked for, an opening waits for its
// review, a person who left is asked later by one body; nobody here has one.
var narrower = []string{
	"POST /file/{file}/task/{task}", "GET /emergency/{file}", "GET /file/{file}/emergency", "POST /file/{file}/emergency",
	"GET /file/{file}/follow-up", "POST /file/{file}/follow-up",
	"GET /file/{file}/given/{step}", "POST /file/{file}/given/{step}", // it was given to nobody here
	"GET /file/{file}/proposal/{step}", "POST /file/{file}/proposal/{step}", // nor has anybody proposed it
	"GET /file/{file}/hearing/{step}", "POST /file/{file}/hearing/{step}", "GET /file/{file}/hearings/{hearing}", "POST /file/{file}/hearings/{hearing}", "GET /file/{file}/hearings/{hearing}/ics",
	"GET /file/{file}/paper/{event}", "POST /file/{file}/paper/{event}", "GET /file/{file}/papers/{paper}", "GET /file/{file}/papers/{paper}/pdf", "GET /file/{file}/papers/{paper}/proof", "POST /file/{file}/papers/{paper}",
	"GET /file/{file}/papers/{paper}/sign", "POST /file/{file}/papers/{paper}/sign", "GET /file/{file}/papers/{paper}/signatures/{signature}", "POST /file/{file}/papers/{paper}/signatures/{signature}", // beside such a paper
	"GET /file/{file}/papers/{paper}/signatures/{signature}/content", "GET /file/{file}/papers/{paper}/signatures/{signature}/pdf", "GET /file/{file}/papers/{paper}/signatures/{signature}/zip",
	"GET /referral/{referral}/paper", "POST /referral/{referral}/paper", "GET /referral/{referral}/papers/{paper}", "POST /referral/{referral}/papers/{paper}", "GET /referral/{referral}/papers/{paper}/pdf", "GET /referral/{referral}/papers/{paper}/proof", // of who sent it or was asked
	"GET /file/{file}/documents/{document}", "GET /file/{file}/documents/{document}/content", "POST /file/{file}/documents/{document}",
	"GET /estimates/{estimate}", "POST /estimates/{estimate}", "GET /estimates/{estimate}/csv", "GET /estimates/{estimate}/json", // of the own body, which asked for none; TestAnEstimateIsOfItsBody
	"GET /file/{file}/family/{step}", "POST /file/{file}/family/{step}", // the matrix's step is for no family
}

// stateful are routes that end the session or only change the reader's own
// settings; they are tried, and not compared.
var stateful = []string{"POST /sign-out", "POST /sign-in", "POST /sign-in/second", "POST /sign-in/passkey", "POST /sign-in/elsewhere", "GET /sign-in/elsewhere/{provider}", "POST /demo/enter", "POST /demo/clock", "POST /language", "GET /exit", "POST /exit"}

func newMatrix(t *testing.T) (*matrix, *demoData, *town) {
	t.Helper()
	l := begin(t)
	s, ask := storyOf(t, l, l.plain(t, "en"))
	s.name = girl.name
	s.recordConcern(girl)
	s.addName(girl)
	s.refer(ask...)
	s.accept("/~2")
	rules, problems := access.Compile(l.house.pack.Rules)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	data, err := readDemo(l.files)
	if err != nil {
		t.Fatal(err)
	}
	m := &matrix{T: t, l: l, rules: rules, near: id.File(s.file), never: id.New[id.File](time.Now()), referral: map[id.File]string{}, event: map[id.File]string{}}
	town := newTown(data, l.house.pack)
	m.far = m.farFile(data, town)
	m.takeCall(town.workers["hotline"])
	m.keepOperation(town.workers["raid"])
	m.visitDoor(town.workers["paper-boat"])
	m.openTrack(town.workers["investigator"])
	for _, f := range []id.File{m.near, m.far} {
		view := m.view(f)
		m.referral[f], m.event[f] = string(view.Referrals[0].ID), string(view.Timeline[0].Event)
	}
	m.referral[m.never], m.event[m.never] = string(id.New[id.Referral](time.Now())), string(id.New[id.Event](time.Now()))
	return m, data, town
}

// takeCall makes the call that is tried, and ids of calls that nobody took.
func (m *matrix) takeCall(operator access.Who) {
	m.Helper()
	r, err := m.l.desk.TakeCall(m.Context(), operator, desk.CallInput{Key: "matrix", Channel: "call", Outcome: casework.SignalOpen})
	if err != nil {
		m.Fatal(err)
	}
	none := func() string { return string(id.New[id.Signal](time.Now())) }
	m.line, m.signal = operator.Body, map[id.File]string{m.near: r.Args["signal"], m.far: none(), m.never: none()}
}

// keepOperation makes the operation that is tried, and ids of some nobody kept.
func (m *matrix) keepOperation(officer access.Who) {
	m.Helper()
	op := id.New[id.Operation](time.Now())
	row := desk.MetRow{File: id.New[id.File](time.Now()), AgeKnown: casework.AgeNotSure}
	if _, err := m.l.desk.Met(m.Context(), officer, desk.OperationInput{Key: "matrix", Operation: op, Kind: "raid", Rows: []desk.MetRow{row}}); err != nil {
		m.Fatal(err)
	}
	none := func() string { return string(id.New[id.Operation](time.Now())) }
	m.raider, m.operation = officer.Body, map[id.File]string{m.near: string(op), m.far: none(), m.never: none()}
}

// visitDoor makes the household that is tried, and ids of some nobody visited.
func (m *matrix) visitDoor(worker access.Who) {
	m.Helper()
	home := id.New[id.Operation](time.Now())
	in := desk.HouseholdInput{Key: "matrix", Household: home, Kind: "door_to_door", Outcome: "not_home"}
	if _, err := m.l.desk.VisitDoor(m.Context(), worker, in); err != nil {
		m.Fatal(err)
	}
	none := func() string { return string(id.New[id.Operation](time.Now())) }
	m.visitor, m.household = worker.Body, map[id.File]string{m.near: string(home), m.far: none(), m.never: none()}
}

// openTrack makes the case that is tried, and ids of some nobody began.
func (m *matrix) openTrack(investigator access.Who) {
	m.Helper()
	track := id.New[id.Track](time.Now())
	in := desk.TrackInput{Key: "matrix", Track: track, Kind: m.l.pack.Tracks[0].ID(), ActOn: "2026-01-02", Articles: []string{"cc_128"}}
	if _, err := m.l.desk.OpenTrack(m.Context(), investigator, in); err != nil {
		m.Fatal(err)
	}
	none := func() string { return string(id.New[id.Track](time.Now())) }
	m.began, m.track = investigator, map[id.File]string{m.near: string(track), m.far: none(), m.never: none()}
}

// farFile is a file with a referral that no role of the demonstration has to do with.
func (m *matrix) farFile(data *demoData, town *town) id.File {
	m.Helper()
	page, err := m.l.store.List(m.Context(), "files", store.Query{Scope: access.All{}, Limit: 100})
	if err != nil {
		m.Fatal(err)
	}
	for _, row := range page.Rows {
		f := m.view(id.File(row.Text("file_id")))
		related := slices.ContainsFunc(m.l.demo.roles, func(r demoRole) bool {
			who := m.who(r, data, town)
			return len(relation(who, f)) > 0 || len(refRelations(who, f)) > 0 || f.Region == who.Region || who.BodyKind == "hotline" && slices.ContainsFunc(f.Referrals, func(r casework.Referral) bool { return !r.Escalated.IsZero() })
		})
		if !related && len(f.Referrals) > 0 {
			return f.ID
		}
	}
	m.Fatal("every file has to do with somebody")
	return ""
}

// TestEveryRouteAsEveryRole: what access denies is not found, byte for byte as
// a file that nobody ever made; what it allows is not. docs/matrix.md shows it.
func TestEveryRouteAsEveryRole(t *testing.T) {
	if testing.Short() {
		t.Skip("one caller after another: nothing here for the race detector")
	}
	t.Parallel()
	m, data, town := newMatrix(t)
	table := map[string]map[string]int{}
	for _, role := range m.l.demo.roles {
		who := m.who(role, data, town)
		p := m.l.plain(t, "en")
		p.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		p.Do("POST", "/demo/enter", url.Values{"role": {role.ID}})
		for _, r := range web.Routes() {
			if slices.Contains(stateful, r.Pattern) {
				continue
			}
			got := m.ask(p, r.Pattern, m.near)
			if table[r.Pattern] == nil {
				table[r.Pattern] = map[string]int{}
			}
			table[r.Pattern][role.ID] = got.status
			m.judge(p, who, role.ID, r, got)
		}
	}
	m.nobody()
	m.machines()
	m.document(table)
	for _, kind := range rate.Kinds {
		if n := m.l.rate.Refused(kind); n > 0 {
			t.Errorf("%d requests met the usual limit of %s: every route, one after the other, is no flood", n, kind)
		}
	}
}

// judge holds one route's answers to one role against access's.
func (m *matrix) judge(p *testkit.Plain, who access.Who, role string, r web.Route, got answer) {
	m.Helper()
	if got.status >= 500 {
		m.Errorf("%s as %s: %d", r.Pattern, role, got.status)
	}
	if !strings.Contains(r.Pattern, "{") || r.Pattern == "GET /{$}" {
		return
	}
	if strings.Contains(r.Pattern, "/begin/") { // of no file: only who may begin with the step is asked
		if may := m.allowed(who, r, m.view(m.near)); may == (got.status == http.StatusNotFound) {
			m.Errorf("%s as %s: may is %v, answered %d", r.Pattern, role, may, got.status)
		}
		return
	}
	never := m.ask(p, r.Pattern, m.never)
	if never.status != http.StatusNotFound {
		m.Errorf("%s as %s: a file that nobody made answers %d", r.Pattern, role, never.status)
	}
	for _, f := range []id.File{m.near, m.far} {
		if f == m.far {
			got = m.ask(p, r.Pattern, f)
		}
		allowed := m.allowed(who, r, m.view(f))
		switch {
		case !allowed && got != never:
			m.Errorf("%s as %s: withheld answers %d and differs from not found", r.Pattern, role, got.status)
		case allowed && got.status == http.StatusNotFound && !slices.Contains(narrower, r.Pattern):
			m.Errorf("%s as %s: access allows it, and it is not found", r.Pattern, role)
		}
	}
}

// nobody is asked to sign in, whatever the address.
func (m *matrix) nobody() {
	p := m.l.plain(m.T, "en")
	for _, r := range web.Routes() {
		if slices.Contains(stateful, r.Pattern) {
			continue
		}
		for _, f := range []id.File{m.near, m.never} {
			if got := m.ask(p, r.Pattern, f); r.Act != web.Public && got.status != http.StatusUnauthorized {
				m.Errorf("%s as nobody: %d", r.Pattern, got.status)
			}
		}
	}
}

// machines: without a credential a machine is told to hold; a sign-out of no provider that
// we know is not found.
func (m *matrix) machines() {
	for _, r := range api.Routes() {
		p := m.l.plain(m.T, "en")
		if r.Act == api.Public {
			p.Do(r.Method, strings.Replace(r.Path, "{provider}", "ministry", 1), url.Values{"logout_token": {"x"}})
			if p.Status() != http.StatusNotFound || !strings.Contains(p.HTML(), `"error":"not_found"`) {
				m.Errorf("%s %s of nobody: %d %s", r.Method, r.Path, p.Status(), p.HTML())
			}
			continue
		}
		p.Do(r.Method, r.Path, url.Values{})
		if p.Status() != http.StatusUnauthorized || !strings.Contains(p.HTML(), `"answer":"hold"`) {
			m.Errorf("%s %s as nobody: %d %s", r.Method, r.Path, p.Status(), p.HTML())
		}
	}
}

// document holds docs/matrix.md to what was just seen.
func (m *matrix) document(table map[string]map[string]int) {
	m.Helper()
	var out strings.Builder
	out.WriteString("# Every route as every role\n\nWritten by `go test ./internal/app -run TestEveryRouteAsEveryRole -update`; do not edit.\n\n" +
		"Each role of the demonstration asks every address about one file: a girl found by the labour inspector and taken in by the shelter, not decided yet. Forms are sent empty, so 422 means: may, and is told what is missing. 404 is both \"not for you\" and \"there is none\": the same bytes. Nobody gets 401 everywhere but on the public pages.\n\n| Route | Act |")
	for _, role := range m.l.demo.roles {
		out.WriteString(" " + role.ID + " |")
	}
	out.WriteString("\n|---|---|" + strings.Repeat("---|", len(m.l.demo.roles)) + "\n")
	for _, r := range web.Routes() {
		if slices.Contains(stateful, r.Pattern) {
			continue
		}
		fmt.Fprintf(&out, "| %s | %s |", r.Pattern, r.Act)
		for _, role := range m.l.demo.roles {
			fmt.Fprintf(&out, " %d |", table[r.Pattern][role.ID])
		}
		out.WriteString("\n")
	}
	path := filepath.Join("..", "..", "docs", "matrix.md")
	if *updateMatrix {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			m.Fatal(err)
		}
	}
	if have, err := os.ReadFile(path); err != nil || string(have) != out.String() {
		m.Errorf("docs/matrix.md is not what the routes answer now (%v): go test ./internal/app -run TestEveryRouteAsEveryRole -update", err)
	}
}
