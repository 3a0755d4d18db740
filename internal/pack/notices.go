package pack

import "pana/internal/wording"

// noticeKeys are the product's sentences for what the engine makes of the
// notice of a decision against a person (pack semantics §3: a notice expands
// into given and understood), by what is added to the decision's own key.
var noticeKeys = []struct{ kind, end, product string }{
	{"step.", "_given", "notice.given"},
	{"step.", "_given.done", "notice.given.done"},
	{"step.", "_understood", "notice.understood"},
	{"step.", "_understood.done", "notice.understood.done"},
	{"var.", "_notice", "notice.state"},
	{"var.", "_notice.none", "notice.state.none"},
	{"var.", "_notice.due", "notice.state.due"},
	{"var.", "_notice.given", "notice.state.given"},
	{"var.", "_notice.understood", "notice.state.understood"},
}

// notices makes wording for those steps out of the decision's own, so that no
// pack writes the same sentence for each of its decisions. What a pack does
// write stays.
func (p *Pack) notices(own *wording.Catalogue) *wording.Catalogue {
	var out []wording.Entry
	for _, s := range p.Spec.Steps {
		decision := own.Entry("step." + s.ID)
		if s.Adverse == nil || s.Adverse.Notice == "none" || decision == nil {
			continue
		}
		for _, k := range noticeKeys {
			e := wording.Entry{Pos: wording.Pos(s.Pos), Key: k.kind + s.ID + k.end, State: decision.State, By: decision.By, On: decision.On, Texts: map[wording.Lang]wording.Text{}}
			if wording.Product().Draft(k.product) {
				e.State = wording.Draft
			}
			for lang, text := range decision.Texts {
				if wording.Product().Has(lang, k.product) {
					e.Texts[lang] = wording.Text{wording.Other: wording.Product().Say(lang, k.product, "step", text[wording.Other])}
				}
			}
			out = append(out, e)
		}
	}
	return wording.New(out)
}
