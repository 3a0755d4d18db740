package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/wording"
)

// noon is a fixed moment in the invented country's zone.
var (
	almaty = time.FixedZone("+05", 5*3600)
	noon   = time.Date(2026, 3, 3, 12, 0, 0, 0, almaty)
)

func testFrame(lang wording.Lang, title string, signed bool, args ...any) Frame {
	f := Frame{
		words: testWords, zone: almaty, Lang: lang, Path: "/work", Now: noon, TitleKey: title, TitleArgs: args, Window: 1,
		Hotline: "11616", Demo: &DemoBand{Time: noon},
	}
	if signed {
		f.Signed, f.Personal, f.Role, f.BodyName = true, true, "worker", "Қызғалдақ үйі"
		f.Nav = navigation([]string{"work", "concern", "inbox", "docket", "check", "directory", "places", "admin"}, "/work")
	}
	return f
}

func fileID(n byte) id.File {
	return id.From[id.File](noon, bytes.NewReader(bytes.Repeat([]byte{n}, 10)))
}

var girl = desk.Subject{File: fileID(1), Number: "ABCD-2345", Sex: "female", AgeBand: "under_18", Age: 15, ChildPath: true, Language: "uz", Region: "KZ-75"}

// page is one row: how to draw it empty and full.
type page struct {
	name        string // of the template
	why         string
	empty, full func(wording.Lang) any
}

var framePages = []page{
	{"front", "the doors stand open to everybody", func(l wording.Lang) any {
		return frontPage{Frame: testFrame(l, "front.title", false)}
	}, func(l wording.Lang) any {
		f := testFrame(l, "front.title", true)
		return frontPage{f, doors(f, f.T("door.protect.work", "overdue", 2, "due", 5), f.promised(fullGuarantees()))}
	}},
	{"signin", "a form sent after the session ended is kept", func(l wording.Lang) any {
		f := testFrame(l, "signin.title", false)
		return signInPage{Frame: f, Next: "/", Fields: signInFields(f, "")}
	}, func(l wording.Lang) any {
		f := testFrame(l, "signin.title", false)
		f.MainForm, f.Errors = true, []FieldError{{"login", f.T("error.auth.wrong"), "auth.wrong"}}
		return signInPage{Frame: f, Next: "/concern", Expired: true, Kept: []Kept{{"needs", "bed"}}, Fields: signInFields(f, "a<b"),
			Roles: []DemoRole{{ID: "inspector", Body: "Түркістан еңбек инспекциясы"}, {ID: "shelter", Body: "Қызғалдақ үйі"}}}
	}},
	{"signin", "a ministry's own sign-in stands before the password, which is folded", func(l wording.Lang) any {
		f := testFrame(l, "signin.title", false)
		return signInPage{Frame: f, Next: "/", Fields: signInFields(f, ""), Elsewhere: &askedElsewhere{Frame: f, All: ministry, Next: "/"}}
	}, func(l wording.Lang) any {
		f := testFrame(l, "signin.title", false)
		f.Errors = []FieldError{{"login", f.T("error.auth.elsewhere_unknown"), "auth.elsewhere_unknown"}}
		kept := []Kept{{"needs", "bed"}}
		return signInPage{Frame: f, Next: "/concern", Expired: true, Kept: kept, Fields: signInFields(f, "a<b"), Elsewhere: &askedElsewhere{f, ministry, "/concern", false, true, "/sign-in", kept}}
	}},
	{"aside", "the other tab goes on", func(l wording.Lang) any {
		return asidePage{testFrame(l, "aside.title", false)}
	}, func(l wording.Lang) any {
		return asidePage{testFrame(l, "aside.title", true)}
	}},
	{"signins", "where a worker is signed in, and which browsers know her", func(l wording.Lang) any {
		return signInsPageView{Frame: testFrame(l, "signins.title", true)}
	}, func(l wording.Lang) any {
		return signInsPageView{testFrame(l, "signins.title", true), fullSignIns, "others"}
	}},
	{"code", "the second factor after a right password, with what was typed", func(l wording.Lang) any {
		f := testFrame(l, "code.title", false)
		return codePage{Frame: f, Next: "/", Code: form{f, url.Values{}}.field("figures", "figures")}
	}, func(l wording.Lang) any {
		f := testFrame(l, "code.title", false)
		f.Errors = []FieldError{{"figures", f.T("error.auth.code"), "auth.code"}}
		return codePage{Frame: f, Ticket: "t", Next: "/concern", Kept: []Kept{{"needs", "bed"}}, Code: form{f, url.Values{}}.field("figures", "figures")}
	}},
	{"second", "one's own second factor: none yet, and one that is there", func(l wording.Lang) any {
		f := testFrame(l, "second.title", true)
		p := secondPageView{Frame: f, V: fullSecond, Code: form{f, url.Values{}}.field("figures", "figures"), Passkey: newPasskey(f, fullSecond, form{f, url.Values{}})}
		p.Squares, p.Size = paper.Squares(fullSecond.URI)
		return p
	}, func(l wording.Lang) any {
		return secondPageView{Frame: testFrame(l, "second.title", true), V: desk.SecondView{Key: "k", Has: true, Since: noon, CodesLeft: 9, Passkeys: []desk.PasskeyLine{{ID: "p1", Name: "<Ноутбук>", Since: noon}}}, Done: "dropped"}
	}},
	{"codes", "ten codes for paper, shown once", func(l wording.Lang) any {
		return codesPage{Frame: testFrame(l, "codes.title", true)}
	}, func(l wording.Lang) any {
		return codesPage{testFrame(l, "codes.title", true), []string{"ABCD-EFGH-JKMN", "0123-4567-89AB"}}
	}},
	{"prove", "who it is, once more, with what was typed", func(l wording.Lang) any {
		f := testFrame(l, "prove.title", true)
		return provePage{Frame: f, Next: "/take-out", Field: form{f, url.Values{}}.field("password", "password")}
	}, func(l wording.Lang) any {
		f := testFrame(l, "prove.title", true)
		f.Errors = []FieldError{{"figures", f.T("error.auth.proof"), "auth.proof"}}
		return provePage{f, "/take-out", []Kept{{"taken_for", "court"}}, form{f, url.Values{}}.field("figures", "figures"), nil,
			&askedElsewhere{f, ministry, "/take-out", true, true, "/prove", []Kept{{"taken_for", "court"}}}}
	}},
	{"resume", "what was typed before comes back", func(l wording.Lang) any {
		return resumePage{Frame: testFrame(l, "resume.title", true), Next: "/concern"}
	}, func(l wording.Lang) any {
		return resumePage{Frame: testFrame(l, "resume.title", true), Next: "/concern", Kept: []Kept{{"needs", "bed"}, {"needs", "doctor"}}}
	}},
	{"error", "a sentence, how to mend it, the code", func(l wording.Lang) any {
		f := testFrame(l, "error.title.not_found", false)
		return errorPage{Frame: f, Code: "not_found", Sentence: f.T("error.kind.not_found")}
	}, func(l wording.Lang) any {
		f := testFrame(l, "error.title.busy", true)
		return errorPage{Frame: f, Code: "busy", Sentence: f.T("error.kind.busy"), Again: "/concern", Kept: []Kept{{"needs", "bed"}}}
	}},
	{"error", "somebody was first: who, what, and nothing typed is lost", func(l wording.Lang) any {
		f := testFrame(l, "error.title.conflict", true)
		return errorPage{Frame: f, Code: "file.changed", Sentence: f.T("error.file.changed"), Review: true, Again: "/file/x"}
	}, func(l wording.Lang) any {
		f := testFrame(l, "error.title.conflict", true)
		return errorPage{Frame: f, Code: "file.changed", Sentence: f.T("error.file.changed"), Review: true, Again: "/file/x", Kept: []Kept{{"reasons", "<x>"}}, File: fileID(1), Since: []sinceLine{{"today", "<Body>", "Identified"}}}
	}},
	{"receipt", "what happened, who has been told, what happens next and by when", func(l wording.Lang) any {
		return receiptPage{Frame: testFrame(l, "receipt.title", true)}
	}, func(l wording.Lang) any {
		return receiptPage{Frame: testFrame(l, "receipt.title", true), told: told{n: "3"}, Receipt: fullReceipt, Links: []Link{{"/work", "x"}, {"/inbox", "y"}}}
	}},
	{"after", "what is recorded, what protects now, which clocks run, what to do next", func(l wording.Lang) any {
		return afterPage{Frame: testFrame(l, "step.done", true)}
	}, func(l wording.Lang) any {
		return afterPage{Frame: testFrame(l, "step.done", true), told: told{n: "3"}, Receipt: fullReceipt, Links: []Link{{"/work", "x"}, {"/inbox", "y"}}, File: fileID(1), After: afterStep}
	}},
	{"work", "overdue first, each line a verb and a clock", func(l wording.Lang) any {
		return newWorkPage(testFrame(l, "work.title", true), desk.Work{}, url.Values{})
	}, func(l wording.Lang) any {
		return newWorkPage(testFrame(l, "work.title", true), fullWork(), url.Values{"state": {"due"}})
	}},
}

var fullReceipt = casework.Receipt{Code: "receipt.done", Told: []string{"b"}, Next: "receipt.next.other", Due: noon.Add(time.Hour), N: 4012, Seen: true}

func fullWork() desk.Work {
	w := desk.Work{Counts: map[string]int{"overdue": 1, "due": 2, "new": 1}, CanOpen: true, More: true, Pages: desk.Paging{Next: "k2", Total: 61}}
	w.Filter.State = "due"
	w.Lines = []desk.WorkLine{
		{Verb: "work.answer_referral", Number: "R-1042", Subject: girl, Needs: []string{"bed"}, Due: noon.Add(-20 * time.Minute), State: "overdue", Target: "/referral/x"},
		{Verb: "work.decide", Subject: desk.Subject{Sex: "male", AgeBand: "adult", Language: "ru"}, Due: noon.Add(30 * time.Hour), State: "due", Target: "/file/x", Also: []desk.WorkLine{{Verb: "step.give", Target: "/file/x/step/give"}}},
		{Verb: "work.call", Subject: desk.Subject{ChildPath: true}, State: "new", Target: "/file/x"},
	}
	return w
}

// TestPages renders every page empty and full in every language.
func TestPages(t *testing.T) {
	t.Parallel()
	site := testSite(t)
	for i, p := range pages {
		for _, lang := range Langs {
			for kind, draw := range map[string]func(wording.Lang) any{"empty": p.empty, "full": p.full} {
				t.Run(fmt.Sprint(i, p.name, "/", kind, "/", lang), func(t *testing.T) {
					t.Parallel()
					var out bytes.Buffer
					if err := site.pages[p.name].ExecuteTemplate(&out, "layout", draw(lang)); err != nil {
						t.Fatal(err)
					}
					inspect(t, out.String(), string(lang))
					if n := weight(t, out.Bytes()); n > 100<<10 {
						t.Errorf("page, style and script weigh %d bytes compressed", n)
					}
					keepPage(t, out.Bytes(), fmt.Sprint(i, p.name), kind, lang)
				})
			}
		}
	}
}

// TestEveryTemplateHasARow keeps a page from going untested.
func TestEveryTemplateHasARow(t *testing.T) {
	t.Parallel()
	rows := map[string]bool{}
	for _, p := range pages {
		rows[p.name] = true
	}
	for name := range testSite(t).pages {
		if !rows[name] {
			t.Errorf("templates/%s.html has no row in the table of pages", name)
		}
	}
}

// weight is what a phone loads: the page, the style and the script.
func weight(t *testing.T, page []byte) int {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	for _, b := range [][]byte{page, static(t, "pana.css"), static(t, "pana.js"), static(t, "mark.svg")} {
		if _, err := z.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func static(t *testing.T, name string) []byte {
	t.Helper()
	b, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// keepPage writes the page where PANA_PAGES says, to be looked at.
func keepPage(t *testing.T, page []byte, name, kind string, lang wording.Lang) {
	dir := os.Getenv("PANA_PAGES")
	if dir == "" {
		return
	}
	page = bytes.ReplaceAll(page, []byte(`"/static/`), []byte(`"static/`))
	if err := os.WriteFile(filepath.Join(dir, name+"-"+kind+"-"+string(lang)+".html"), page, 0o600); err != nil {
		t.Fatal(err)
	}
}
