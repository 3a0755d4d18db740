package web

import (
	"pana/internal/desk"
	"pana/internal/id"
)

// signInsPage is where a worker is signed in, with ways to end it.
type signInsPageView struct {
	Frame
	S    desk.SignIns
	Done string // what was just ended
}

// Others says that there is somewhere else to sign out.
func (p signInsPageView) Others() bool { return len(p.S.Sessions) > 1 }

func signInsPage(c *call) error {
	all, err := c.site.Desk.SignIns(c.ctx, c.token)
	if err != nil {
		return err
	}
	done := c.form.Get("done")
	if f := c.frame(""); !f.Has("signins.done." + done) {
		done = ""
	}
	return c.show(signInsPageView{c.frame("signins.title"), all, done})
}

func signInsPost(c *call) error {
	session, _ := id.Parse[id.Session](c.form.Get("session"))
	in := desk.EndSignInInput{Session: session, Device: c.form.Get("device"), Others: c.form.Get("go") == "others"}
	if err := c.site.Desk.EndSignIn(c.ctx, c.token, in); err != nil {
		return err
	}
	done := "session"
	switch {
	case in.Others:
		done = "others"
	case in.Device != "":
		done = "device"
	}
	return c.seeOther("/sign-ins?done=" + done)
}
