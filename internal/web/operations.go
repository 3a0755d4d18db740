package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
)

type operationsDesk interface {
	Operations(ctx context.Context, who access.Who) (desk.Operations, error)
	Operation(ctx context.Context, who access.Who, operation id.Operation) (desk.OperationView, error)
	Met(ctx context.Context, who access.Who, in desk.OperationInput) (casework.Receipt, error)
}

// metRow is one person's row as it is drawn: a few taps, perhaps a name.
type metRow struct {
	No     int
	File   Kept
	Fields []Field
}

// metForm is the rows of an operation with what was typed in them.
type metForm struct {
	Frame
	Key       string
	Operation string
	Kinds     []Field // which kind of operation, where a body keeps several
	Kind      string
	Rows      []metRow
}

// operationsView is the form of a new operation beside those that are running.
type operationsView struct {
	Frame
	O    desk.Operations
	Form metForm
}

// operationView is one operation: how many were found, screened and wait, and
// below them rows for whoever is met next.
type operationView struct {
	Frame
	told
	V       desk.OperationView
	Form    metForm
	Receipt *casework.Receipt
}

// rowNames are the answers of one row, as they stand behind "r0.".
var rowNames = []string{"call_name", "sex", "age", "age_known"}

// firstRows is how many rows a new form has, moreRows how many one press adds and
// stand below a running list.
const (
	firstRows = 12
	moreRows  = 6
)

func operationsPage(c *call) error { return c.drawOperations(200, c.frame("operations.title"), nil, 0) }

// drawOperations shows the list with a fresh form, or with all that was typed and
// more rows when they were asked for.
func (c *call) drawOperations(status int, f Frame, typed url.Values, more int) error {
	o, err := c.site.Desk.Operations(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "operations", newOperationsView(f, o, typed, more))
}

func newOperationsView(f Frame, o desk.Operations, typed url.Values, more int) operationsView {
	f.MainForm, f.Wide = true, true
	return operationsView{f, o, newMetForm(f, o.Form, typed, max(firstRows, len(typedRows(typed))+more))}
}

// newMetForm draws at least so many rows: first those with something in them,
// then empty ones with an id each.
func newMetForm(f Frame, form desk.OperationForm, typed url.Values, least int) metForm {
	if typed == nil {
		typed = url.Values{"key": {form.Key}, "operation": {string(form.Operation)}}
	}
	out := metForm{Frame: f, Key: typed.Get("key"), Operation: typed.Get("operation"), Kind: typed.Get("operation_kind")}
	if out.Kind == "" && len(form.Kinds) == 1 {
		out.Kind = form.Kinds[0]
	}
	if len(form.Kinds) > 1 {
		out.Kinds = []Field{formOf(f, typed).choose("choice", "operation_kind", "operation", form.Kinds...)}
	}
	rows := typedRows(typed)
	for len(rows) < least {
		rows = append(rows, url.Values{"file": {string(id.New[id.File](f.Now))}})
	}
	for i, row := range rows {
		out.Rows = append(out.Rows, newMetRow(f, i, row))
	}
	return out
}

func newMetRow(f Frame, i int, row url.Values) metRow {
	fm, prefix := form{f, row}, "r"+strconv.Itoa(i)+"."
	fields := []Field{
		fm.field("text", "call_name"),
		fm.choose("choice", "sex", "sex", "female", "male", "unknown"),
		fm.choose("choice", "age_known", "age_known", "under_18", "adult", "not_sure"),
		fm.field("number", "age"),
	}
	for j := range fields {
		fields[j].Name, fields[j].Why = prefix+fields[j].Name, ""
		fields[j].Max = limitOf(fields[j].Name)
	}
	return metRow{i + 1, Kept{prefix + "file", row.Get("file")}, fields}
}

// typedRows are the rows with something in them, in the order of the form: those
// left empty are nobody.
func typedRows(v url.Values) []url.Values { return rowsOf(v, rowNames) }

// rowsOf are the rows with something in one of the names.
func rowsOf(v url.Values, names []string) []url.Values {
	var out []url.Values
	for i := 0; v.Has("r" + strconv.Itoa(i) + ".file"); i++ {
		prefix, row := "r"+strconv.Itoa(i)+".", url.Values{}
		for _, name := range append([]string{"file"}, names...) {
			if s := strings.TrimSpace(v.Get(prefix + name)); s != "" {
				row.Set(name, s)
			}
		}
		if slices.ContainsFunc(names, row.Has) {
			out = append(out, row)
		}
	}
	return out
}

func operationsPost(c *call) error {
	f := c.frame("operations.title")
	if c.form.Get("key") == "" {
		c.form.Set("key", newKey())
	}
	compact(c.form)
	draw := func(status int, f Frame, more int) error { return c.drawOperations(status, f, c.form, more) }
	switch {
	case c.form.Get("go") == "rows":
		return draw(200, f, moreRows)
	case c.turning():
		return draw(200, f, 0)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return draw(422, f, 0)
	}
	receipt, err := c.site.Desk.Met(c.ctx, c.who, metInput(c.form))
	if err != nil {
		return c.again(err, func(f Frame) error { return draw(422, f, 0) }, f)
	}
	operation, ok := id.Parse[id.Operation](receipt.Args["operation"])
	if !ok {
		return c.receipt(receipt, "operations.title", Link{"/operations", f.T("nav.operations")})
	}
	return c.drawOperation(200, operation, &receipt)
}

// compact puts the rows with something in them first, so that a message's row is
// the row that is drawn.
func compact(v url.Values) { compactRows(v, rowNames) }

func compactRows(v url.Values, names []string) {
	rows := rowsOf(v, names)
	for name := range v {
		if row, _, ok := strings.Cut(name, "."); ok && isRow(row) {
			v.Del(name)
		}
	}
	for i, row := range rows {
		for name, values := range row {
			v["r"+strconv.Itoa(i)+"."+name] = values
		}
	}
}

func metInput(v url.Values) desk.OperationInput {
	in := desk.OperationInput{Key: v.Get("key"), Operation: id.Operation(v.Get("operation")), Kind: v.Get("operation_kind")}
	for _, row := range typedRows(v) {
		in.Rows = append(in.Rows, desk.MetRow{
			File: id.File(row.Get("file")), CallName: text(row, "call_name"), Sex: row.Get("sex"), Age: row.Get("age"), AgeKnown: row.Get("age_known"),
		})
	}
	return in
}

func operationPage(c *call) error {
	operation, err := one[id.Operation](c.r, "operation")
	if err != nil {
		return err
	}
	return c.drawOperation(200, operation, nil)
}

func (c *call) drawOperation(status int, operation id.Operation, done *casework.Receipt) error {
	v, err := c.site.Desk.Operation(c.ctx, c.who, operation)
	if err != nil {
		return err
	}
	f := c.frame("operation.title", "number", v.Number)
	f.Path = "/operations/" + string(operation)
	p := newOperationView(f, v)
	if done != nil {
		p.Receipt, p.told = done, c.told(*done)
	}
	return c.render(status, "operation", p)
}

func newOperationView(f Frame, v desk.OperationView) operationView {
	f.MainForm, f.Wide = v.Form.Key != "", true
	p := operationView{Frame: f, V: v}
	if v.Form.Key != "" { // may look, and record
		p.Form = newMetForm(f, v.Form, nil, moreRows)
	}
	return p
}
