package web

import (
	"pana/internal/casework"
	"pana/internal/desk"
)

// What is published of figures.

func (d *fakeDesk) PublishCalls(_ fakeCtx, _ fakeWho, in desk.PublishInput) (casework.Receipt, error) {
	return d.done("publish calls", in)
}
func (d *fakeDesk) CourseMonths(fakeCtx, fakeWho, string) (desk.FigureMonths, error) {
	return fullCourseMonths, d.found()
}
func (d *fakeDesk) PublishCourses(_ fakeCtx, _ fakeWho, in desk.PublishInput) (casework.Receipt, error) {
	return d.done("publish courses", in)
}
func (d *fakeDesk) PublishedFigures(fakeCtx, string) ([]desk.PublishedBody, error) {
	return fullPublished, nil
}
func (d *fakeDesk) CallMonths(fakeCtx, fakeWho) (desk.FigureMonths, error) { return fullMonths, nil }
