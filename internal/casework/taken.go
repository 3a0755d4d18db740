package casework

import (
	"slices"
	"time"
)

// TableTaken says on a worker's account that she took a table out of Pana which is of
// no one file: figures, counts. What is of a file stands in the file, for the person.
type TableTaken struct {
	What string `json:"what"` // the table's own name
}

func (TableTaken) EventType() (string, int) { return "account.table_taken", 1 }

// Taking is one of the tables that a worker took out.
type Taking struct {
	What string
	At   time.Time
}

// takingsKept is how many a worker's page shows. All of them are in the record.
const takingsKept = 20

// TakeTable records it on the taker's own account. Each is a leaf of its own, whose
// number stands in what was taken.
func TakeTable(a *Account, what string, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	return single(m, a.Ref(), TableTaken{what}, "receipt.taken_out"), nil
}

// took is the list with one more, the newest last.
func took(list []Taking, what string, at time.Time) []Taking {
	list = append(slices.Clone(list), Taking{what, at})
	return list[max(0, len(list)-takingsKept):]
}
