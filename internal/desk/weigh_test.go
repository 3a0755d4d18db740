package desk_test

import (
	"database/sql"
	"slices"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// A check decides by index rows; each must say what folding the file says.
func TestTheRowSaysWhatTheFileSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	snap, err := w.laws.On(w.now())
	if err != nil {
		t.Fatal(err)
	}
	var files []id.File
	for _, p := range []person{
		{age: "15"}, {age: "30"}, {}, {age: "15", identified: true}, {age: "30", identified: true, threat: "yes", wish: "does_not_want"},
		{age: "30", identified: true, threat: "no", wish: "wants", frozen: true},
	} {
		files = append(files, w.onRecord(p))
	}
	for _, file := range files {
		ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
		l, err := w.store.View(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		f := store.As[*casework.File](l, ref)
		rows, err := w.store.Rows(t.Context(), store.RowsOf{Table: "files", Refs: []casework.Ref{ref}}, store.RowsOf{Table: casework.SituationsTable, Refs: []casework.Ref{ref}})
		if err != nil {
			t.Fatal(err)
		}
		row, _ := rows.One("files", ref)
		long, ok := rows.One(casework.SituationsTable, ref)
		s, err := snap.Model.ReadBrief(long.Text("situation"))
		if !ok || err != nil || !s.Equal(f.Situation) {
			t.Errorf("the row has %s, the file %s (%v)", s, f.Situation, err)
		}
		if row.Bool("frozen") != f.Frozen || row.Text("pinned") != f.Pinned {
			t.Errorf("frozen %v and %v, law %q and %q", row.Bool("frozen"), f.Frozen, row.Text("pinned"), f.Pinned)
		}
	}
}

// A file that was not brought to today's law is opened and folded: its row was
// written under another.
func TestARowOfAnotherLawIsNotWeighed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.onRecord(person{age: "15", identified: true})
	ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
	ask := func() string {
		out, err := w.desk.RemovalCheck(t.Context(), w.dutyOfficer, desk.CheckInput{
			Key: w.k(), Names: []withheld.Text{withheld.New(planted)}, Born: withheld.New("2011"), Custody: withheld.New("17-A"), Afraid: "no", Forced: "no", Under18: "no",
		})
		if err != nil {
			t.Fatal(explain(err))
		}
		return out.Answer
	}
	if got := ask(); got != desk.Barred {
		t.Fatalf("by its row: %q", got)
	}
	db, err := sql.Open("sqlite3", "file:"+w.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// A row that lies, of today's law and of another: only the second is not believed.
	for _, row := range []struct{ why, change, want string }{
		{"a row of today's law is the file", `update situations set situation = substr(situation, 1, 13) where stream_id = '` + ref.ID + `'`, desk.NoBar},
		{"a row that leaves out another law's start is a hold", `update situations set situation = '~000000000000' where stream_id = '` + ref.ID + `'`, desk.Hold},
		{"a row of another law is not", `update files set pinned = 'sha256:another' where stream_id = '` + ref.ID + `'`, desk.Barred},
		{"a row that cannot be read is a hold", `update files set pinned = (select max(e.pack) from events e where e.stream_id = files.stream_id) where stream_id = '` + ref.ID + `'; update situations set situation = '=' where stream_id = '` + ref.ID + `'`, desk.Hold},
		{"a row that is not there is a hold", `delete from situations where stream_id = '` + ref.ID + `'`, desk.Hold},
	} {
		if _, err := db.Exec(row.change); err != nil {
			t.Fatal(err)
		}
		if got := ask(); got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
}

// The telephones below an answer are kept, and are still those of this moment.
func TestDutyTelephonesFollowTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.another()
	before := w.askOn(other, nil).Duty
	if len(before) == 0 {
		t.Fatal("no telephone")
	}
	const phone = "+7 700 000 11 22"
	w.must(w.desk.ChangeBody(t.Context(), w.admin, desk.BodyInput{Key: w.k(), Body: w.coordinator.Body, Name: "Invented", Region: region, Phone: phone}))
	if after := w.askOn(other, nil).Duty; len(after) != len(before) || after[0].Number != phone || before[0].Number == phone {
		t.Errorf("the other node gives %+v", after)
	}
}

// So are the bodies on every page.
func TestBodiesOnPagesFollowTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.another()
	listed := func() (names []string) {
		bodies, err := other.Bodies(t.Context(), w.admin)
		if err != nil {
			t.Fatal(explain(err))
		}
		for _, b := range bodies.Lines {
			names = append(names, b.Name)
		}
		return names
	}
	before := listed()
	w.must(w.desk.ChangeBody(t.Context(), w.admin, desk.BodyInput{Key: w.k(), Body: w.coordinator.Body, Name: "Renamed", Region: region}))
	if after := listed(); len(after) != len(before) || !slices.Contains(after, "Renamed") || slices.Contains(before, "Renamed") {
		t.Errorf("the other node lists %v", after)
	}
}
