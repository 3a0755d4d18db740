package app

import (
	"strings"

	"pana/internal/testkit"
)

// onPaperToo makes a paper of the referral that the shelter has accepted, and hands
// the person her own copy: first not, because it is not safe to have, and then.
func (v *viewer) onPaperToo() {
	v.Go("/referral/" + v.s.referral + "/paper?paper_in=ru")
	v.Press("", "", v.keyed()...)
	v.look("card", "card_paper.title")
	if len(v.All("data-code")) != 1 || !testkit.Sees(v.Tab, "data-kind", "need_card") {
		v.Error("a referral's paper has no code")
	}
	code := v.codeShown()
	asked := v.l.url + "/verify?code=" + code
	if got := v.squares(); got != asked {
		v.Errorf("a camera reads %q on a referral's paper", got)
	}
	v.Go(strings.TrimPrefix(asked, v.l.url)) // as a camera opens it: filled in, and not yet asked
	v.Press("", "", "code="+code)
	if !testkit.Sees(v.Tab, "data-genuine", "true") {
		v.Error("what a camera opens does not find the paper")
	}
	v.sees("copy-blocked", "/file/"+v.s.file+"/own-copy", "own_copy.title") // she speaks Uzbek
	v.Go("/file/" + v.s.file + "/own-copy?paper_in=" + v.lang)
	v.Tap("copy_asked", "other")
	v.Tap("copy_safe", "yes")
	v.Tap("read", "interpreter")
	v.Press("", "", v.keyed()...)
	v.look("copy-parent", "own_copy.title")
	if !testkit.Sees(v.Tab, "data-code", "own_copy.parent") {
		v.Error("a parent asked for a child's copy, and nothing is said")
	}
	v.Tap("copy_asked", "person")
	v.Tap("copy_safe", "no")
	v.Tap("read", "interpreter")
	v.Press("", "", v.keyed()...)
	v.look("copy-unsafe", "own_copy.title")
	if !testkit.Sees(v.Tab, "data-code", "own_copy.unsafe") {
		v.Error("it is not safe, and nothing is said")
	}
	v.Tap("copy_safe", "yes")
	v.Press("", "", v.keyed()...)
	if len(v.All("data-code")) != 1 || !testkit.Sees(v.Tab, "data-kind", "own_copy") {
		v.Error("her own copy has no code")
	}
}
