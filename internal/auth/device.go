package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// DeviceAge is how long a device is known after it last signed in.
const DeviceAge = 180 * 24 * time.Hour

// Several workers share one computer of a post: a browser keeps the marks of as
// many. The oldest goes first.
const marksKept = 6

// marked is a device that brought a mark, or one that brought none.
type marked struct {
	known bool
	nonce string
	at    Device
}

// A device mark is a random number and our signature on it together with the
// worker: it proves that this worker has signed in from there. It counts as long
// as its worker has not let go of the device. It opens nothing.
func (a *Auth) mark(worker id.Worker, nonce string) string {
	return nonce + "." + a.sign("mark", string(worker), nonce)
}

// knownDevice finds the worker's mark among those that a browser keeps. It asks
// the store whether or not there is such a worker: a login that does not exist
// takes the same steps.
func (a *Auth) knownDevice(ctx context.Context, marks string, worker id.Worker) (marked, error) {
	nonce := ""
	for _, m := range splitMarks(marks) {
		n, _, _ := strings.Cut(m, ".")
		if subtle.ConstantTimeCompare([]byte(m), []byte(a.mark(worker, n))) == 1 {
			nonce = n
		}
	}
	d, found, err := a.store.Device(ctx, worker, a.deviceTag(worker, nonce))
	if err != nil {
		return marked{}, fault.At("find device", err)
	}
	return marked{known: found && nonce != "" && worker != "", nonce: nonce, at: d}, nil
}

func (a *Auth) deviceTag(worker id.Worker, nonce string) Hash {
	return a.count("device tag", string(worker), nonce)
}

// markDevice keeps that a device has signed in, and gives the marks that its
// browser shall keep from now on.
func (a *Auth) markDevice(ctx context.Context, worker id.Worker, try Attempt, device marked, at time.Time) (Device, string, error) {
	d := device.at
	if !device.known {
		device.nonce = newSecret()
		d = Device{ID: "d" + strings.ToLower(rand.Text()[:15]), Tag: a.deviceTag(worker, device.nonce), Worker: worker, FirstAt: at}
	}
	d.Agent, d.SeenAt = try.Agent, at
	if err := a.store.PutDevice(ctx, d); err != nil {
		return Device{}, "", fault.At("keep device", err)
	}
	own := a.mark(worker, device.nonce)
	others := slices.DeleteFunc(splitMarks(try.Device), func(m string) bool { return m == own })
	return d, strings.Join(append([]string{own}, others[:min(len(others), marksKept-1)]...), "~"), nil
}

// splitMarks bounds what a made-up cookie has us compute.
func splitMarks(marks string) []string {
	parts := strings.Split(marks, "~")
	return slices.DeleteFunc(parts[:min(len(parts), marksKept)], func(m string) bool { return m == "" })
}

// Mine are a worker's sessions that are not over and devices that are known; Here
// is the one that asks.
type Mine struct {
	Sessions []Session
	Devices  []Device
	Here     Session
}

// Mine lists where the worker of a token is signed in.
func (a *Auth) Mine(ctx context.Context, token withheld.Text, at time.Time) (out Mine, err error) {
	if out.Here, err = a.Who(ctx, token, at); err != nil {
		return out, err
	}
	all, err := a.store.Sessions(ctx, out.Here.Worker)
	if err != nil {
		return out, fault.At("list sessions", err)
	}
	out.Sessions = slices.DeleteFunc(all, func(s Session) bool { return a.over(s, at) })
	if out.Devices, err = a.store.Devices(ctx, out.Here.Worker); err != nil {
		return out, fault.At("list devices", err)
	}
	out.Devices = slices.DeleteFunc(out.Devices, func(d Device) bool { return at.Sub(d.SeenAt) >= DeviceAge })
	return out, nil
}

// EndOne ends one of a worker's sessions: another's id does nothing.
func (a *Auth) EndOne(ctx context.Context, worker id.Worker, session id.Session) error {
	return fault.At("end one session", a.store.EndSessionOf(ctx, worker, session))
}

// EndOthers ends all of a worker's sessions but the one of the token.
func (a *Auth) EndOthers(ctx context.Context, worker id.Worker, token withheld.Text) error {
	return fault.At("end other sessions", a.store.EndOtherSessions(ctx, worker, hashOf(token.Reveal())))
}

// ForgetDevice lets go of a device that is lost or given away: it is signed out,
// and counts as a stranger's from then on.
func (a *Auth) ForgetDevice(ctx context.Context, worker id.Worker, device string) error {
	return fault.At("forget device", a.store.ForgetDevice(ctx, worker, device))
}
