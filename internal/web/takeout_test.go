package web

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/wording"
)

// A spreadsheet runs nothing that was typed into Pana, and a program reads the same
// cells; a section that the reader does not see is not there.
func TestWhatIsTakenOut(t *testing.T) {
	t.Parallel()
	f := signed(wording.English, "take_out.title")
	table := takenTable{IDs: []string{"what", "who"}}
	table.add("", "=1+1", "  @SUM(A1)")
	table.add("", "-2", "plain, \"quoted\"")
	table.add("", "＋1", "")
	text, err := csvOf(table.cells(f))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 4 || rows[3][0] != "'＋1" || rows[3][1] != "" || rows[1][0] != "'=1+1" || rows[1][1] != "'  @SUM(A1)" || rows[2][0] != "'-2" || rows[2][1] != "plain, \"quoted\"" {
		t.Errorf("csv: %q, %v", rows, err)
	}
	text, err = table.json(f, "court", "Taken out by A")
	var read struct {
		For   string
		Taken string
		Rows  []map[string]string
	}
	if err != nil || json.Unmarshal([]byte(text), &read) != nil || read.For != "court" || read.Taken != "Taken out by A" || len(read.Rows) != 3 || read.Rows[0]["what"] != "=1+1" {
		t.Errorf("json: %s, %v", text, err)
	}
	if work := workTaken(f, fullWork()); len(work.Rows) != 4 || len(work.files) != 1 || !strings.HasPrefix(work.Rows[2][0], f.Owed("step.give")) {
		t.Errorf("what stands together on a line of my work: %q of %v", work.Rows, work.files)
	}
	view := desk.FileView{ID: fileID(1), Number: "N", Subject: girl, Covered: true, Clocks: []desk.ClockLine{{ID: "c", State: "running", Due: noon.Add(time.Hour)}}}
	cells := fileTaken(f, view, false)
	if len(cells.Rows) != 2 || len(cells.files) != 1 || cells.Rows[0][2] != f.T("file.covered") {
		t.Errorf("a file of which this reader sees the clocks: %q of %v", cells.Rows, cells.files)
	}
}
