package casework

import (
	"slices"

	"pana/internal/id"
)

// TaskAddressed is the task of a body that was named to receive what a step
// files; what was filed stands in About.
const TaskAddressed = "task.addressed"

// address gives what a step files to a body by name: it may open the file from
// now on, it has a task, and it is told that something waits. Which kinds of body
// may be named is the pack's; an edge checks it, because only it knows bodies.
func (b *builder) address(step string, to id.Body) {
	if to == "" {
		return
	}
	b.add(CompartmentCore, RelationAdded{Body: to, Relation: RelAddressed, For: step})
	if to == b.m.By.Body {
		return
	}
	task := derived[id.Task](b.m.At, b.stream.ID, TaskAddressed, string(to), step, timeArg(b.at))
	b.add(CompartmentCore, TaskAdded{Task: task, Verb: TaskAddressed, Body: to, About: step})
	b.tell(to, TaskAddressed, "file", b.stream.ID)
}

// TaskTold is the task of a kind of body in the region that the pack has told of a
// step, at once; which step stands in About.
const TaskTold = "task.told"

// tellOf tells the kinds of body that the pack names of a step. It opens the file to
// nobody: who may open it anyhow finds what happened there.
func (b *builder) tellOf(step, region string) {
	h := b.m.Laws.Pack().HandlingOf(step)
	if h == nil {
		return
	}
	for _, kind := range h.Tells {
		task := derived[id.Task](b.m.At, b.stream.ID, TaskTold, kind, step, timeArg(b.at))
		b.add(CompartmentCore, TaskAdded{Task: task, Verb: TaskTold, Kind: kind, About: step, Due: b.m.At})
		b.tellKind(kind, region, TaskTold, "file", b.stream.ID)
	}
}

// attended ends what waited for this body because it was named: it has taken a
// step, so it has looked.
func (b *builder) attended(f *File) {
	for _, t := range f.Tasks {
		if t.Done.IsZero() && t.Verb == TaskAddressed && t.Body == b.m.By.Body {
			b.add(CompartmentCore, TaskDone{Task: t.ID})
		}
	}
}

// answered ends what bodies were addressed for, where this step decides it: who
// the person is closes to the court with its judgment. Which step decides what
// was filed is the pack's. Whatever else a body is to the file stays; who decided
// keeps what it wrote.
func (b *builder) answered(f *File, step string) {
	for _, r := range f.Relations {
		h := b.m.Laws.Pack().HandlingOf(r.For)
		if r.Relation != RelAddressed || h == nil || !slices.Contains(h.Until, step) {
			continue
		}
		b.add(CompartmentCore, RelationEnded{r.Body, r.Relation, r.For})
		for _, t := range f.Tasks {
			if t.Done.IsZero() && t.Verb == TaskAddressed && t.About == r.For && t.Body == r.Body && t.Body != b.m.By.Body {
				b.add(CompartmentCore, TaskDone{Task: t.ID})
			}
		}
	}
}

// Addressed says whether a body was named to receive something in this file.
func Addressed(f *File, body id.Body) bool {
	return slices.Contains(Relations(f)[body], RelAddressed)
}
