package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/fault"
	"pana/internal/linkage"
	"pana/internal/store"
)

// A removal check must not become a way to find people: so many questions an
// hour, and an alarm when nearly the same one is asked again and again. Both are
// counted from the record, so that a restart or another node forgives nothing.
// Weak, and known: questions asked at the same instant do not count each other.
const (
	// What a post with a full bus needs in an hour, and how often one person may
	// honestly be asked about in a day.
	checksAnHour = 120
	repeatsADay  = 4
	quotaWindow  = time.Hour
	repeatWindow = 24 * time.Hour
)

// asked says what this question is to those before it.
type asked struct {
	question string // tag of whom it is about
	over     bool   // this worker asked too many
	repeats  bool   // this body asked too often about the same person
}

// Alarms of a check; each has wording "alarm.…".
const (
	alarmRepeats = "repeats"
	alarmQuota   = "over_quota"
)

func (a asked) alarm() string {
	switch {
	case a.repeats:
		return alarmRepeats
	case a.over:
		return alarmQuota
	}
	return ""
}

func (d *Desk) countAsked(ctx context.Context, who access.Who, in CheckInput, found []linkage.Candidate, at time.Time) (asked, error) {
	out := asked{question: d.questionOf(who, in, found)}
	since := func(from time.Time, enough int, where ...store.Filter) store.Query {
		return store.Query{Scope: everything, Where: append(where, store.Where("at", store.From, from)), Limit: enough}
	}
	n, err := d.deps.Store.Counts(ctx, "checks",
		since(at.Add(-quotaWindow), checksAnHour, store.Where("worker_id", store.Is, string(who.Worker))),
		since(at.Add(-repeatWindow), repeatsADay, store.Where("body_id", store.Is, string(who.Body)), store.Where("question", store.Is, out.question)),
	)
	if err != nil {
		return out, fault.At("count checks", err)
	}
	out.over, out.repeats = n[0] >= checksAnHour, n[1] >= repeatsADay
	return out, nil
}

// questionOf tags whom this body asks about: the file when it is likely to be
// one, for then every spelling of the name is the same question; otherwise the
// names in one spelling without order, and the document. The custody number is
// left out, or a new number would make it a new question.
func (d *Desk) questionOf(who access.Who, in CheckInput, found []linkage.Candidate) string {
	tag := hmac.New(sha256.New, d.deps.Tags[:])
	about := []string{string(who.Body)}
	if len(found) > 0 && found[0].Score >= linkage.Likely {
		about = append(about, "file", string(found[0].File))
	} else {
		about = append(about, "names", strings.ToLower(in.Document.Reveal()))
		for _, n := range texts(in.Names) {
			about = append(about, linkage.Spelling(n)...)
		}
		slices.Sort(about[3:])
	}
	tag.Write([]byte(strings.Join(about, "\x00")))
	return hex.EncodeToString(tag.Sum(nil)[:16])
}
