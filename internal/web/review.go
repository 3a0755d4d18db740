package web

import (
	"context"
	"net/url"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
)

type reviewDesk interface {
	EmergencyReview(ctx context.Context, who access.Who, file id.File) (desk.EmergencyReview, error)
	ReviewEmergency(ctx context.Context, who access.Who, in desk.ReviewInput) (casework.Receipt, error)
	Alarm(ctx context.Context, who access.Who, check id.Check) (desk.Alarm, error)
	ReviewAlarm(ctx context.Context, who access.Who, in desk.ReviewInput) (casework.Receipt, error)
}

// reviewPage is a coordinator's look at an emergency opening: who, when, why;
// telephone first, then say what it was.
type reviewPage struct {
	Frame
	R       desk.EmergencyReview
	Outcome Field
	Key     string
}

// reviewField is the one question of both reviews.
func reviewField(f Frame, outcomes []string, typed url.Values) Field {
	fm := form{f, typed}
	return fm.choose("choice", "outcome", "review.outcome", outcomes...)
}

func emergencyReview(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.drawReview(200, c.frame("review.title", "number", id.Number(file)), file, url.Values{"key": {newKey()}})
}

func (c *call) drawReview(status int, f Frame, file id.File, typed url.Values) error {
	r, err := c.site.Desk.EmergencyReview(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.render(status, "review", newReviewPage(f, r, typed))
}

func newReviewPage(f Frame, r desk.EmergencyReview, typed url.Values) reviewPage {
	return reviewPage{Frame: f, R: r, Outcome: reviewField(f, casework.Outcomes, typed), Key: typed.Get("key")}
}

func emergencyReviewed(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	f := c.frame("review.title", "number", id.Number(file))
	if c.turning() {
		return c.drawReview(200, f, file, c.form)
	}
	task, _ := id.Parse[id.Task](c.form.Get("task"))
	receipt, err := c.site.Desk.ReviewEmergency(c.ctx, c.who, desk.ReviewInput{Key: c.form.Get("key"), File: file, Task: task, Outcome: c.form.Get("outcome")})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawReview(422, f, file, c.form) }, f)
	}
	return c.receipt(receipt, "review.done", Link{"/work", f.T("to_work")})
}

// alarmPage is why to telephone a body about its removal checks. Whom they were
// about is not on it.
type alarmPage struct {
	Frame
	A       desk.Alarm
	Outcome Field
	Key     string
	Action  string
}

func checkAlarm(c *call) error {
	check, err := one[id.Check](c.r, "check")
	if err != nil {
		return err
	}
	return c.drawAlarm(200, c.frame("alarm.title"), check, url.Values{"key": {newKey()}})
}

func (c *call) drawAlarm(status int, f Frame, check id.Check, typed url.Values) error {
	a, err := c.site.Desk.Alarm(c.ctx, c.who, check)
	if err != nil {
		return err
	}
	return c.render(status, "alarm", newAlarmPage(f, a, typed))
}

func newAlarmPage(f Frame, a desk.Alarm, typed url.Values) alarmPage {
	return alarmPage{Frame: f, A: a, Outcome: reviewField(f, a.Outcomes, typed), Key: typed.Get("key"), Action: "/check/" + string(a.Check) + "/alarm"}
}

func checkAlarmed(c *call) error {
	check, err := one[id.Check](c.r, "check")
	if err != nil {
		return err
	}
	f := c.frame("alarm.title")
	if c.turning() {
		return c.drawAlarm(200, f, check, c.form)
	}
	receipt, err := c.site.Desk.ReviewAlarm(c.ctx, c.who, desk.ReviewInput{Key: c.form.Get("key"), Check: check, Outcome: c.form.Get("outcome")})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawAlarm(422, f, check, c.form) }, f)
	}
	return c.receipt(receipt, "review.done", Link{"/work", f.T("to_work")})
}

// First says which opening the page's main form is about: the newest that waits.
func (p reviewPage) First() id.Task {
	for _, o := range p.R.Openings {
		if o.Task != "" && !o.Mine {
			return o.Task
		}
	}
	return ""
}

// Asked is the question at one opening; its elements are named after the task,
// for a file may have several.
func (p reviewPage) Asked(task id.Task) Field {
	out := p.Outcome
	if task != p.First() {
		out.ID = "outcome-" + string(task)
	}
	return out
}
