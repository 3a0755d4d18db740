package api

import (
	"context"
	"encoding/json"
	"net"
	"net/http"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
)

// leaving is the part of the desk that ends sessions by a provider's word.
type leaving interface {
	SignOutElsewhere(ctx context.Context, in desk.LeftElsewhere) error
}

// signOut takes a provider's word that somebody signed out there (OpenID Connect
// Back-Channel Logout 1.0, 2.5). Whether anybody was signed in here is not told.
func (a *API) signOut(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), leavingDeadline)
	defer cancel()
	err := a.left(ctx, w, r)
	f := fault.Of(err)
	switch {
	case err == nil:
		said(w, http.StatusOK, nil)
	case f.Kind == fault.NotFound:
		said(w, http.StatusNotFound, map[string]string{"error": "not_found"})
	case f.Kind == fault.Limited, f.Kind == fault.Busy:
		retryAfter(w, f)
		said(w, status(f.Kind), map[string]string{"error": "temporarily_unavailable"})
	case f.Kind == fault.Internal:
		a.log.Error("signing out by a provider's word failed", "err", err)
		said(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
	default:
		said(w, http.StatusBadRequest, map[string]string{"error": "invalid_request"})
	}
}

func (a *API) left(ctx context.Context, w http.ResponseWriter, r *http.Request) error {
	if err := a.rate.Address(r.RemoteAddr); err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "api.not_understood")
	}
	token := r.PostForm["logout_token"] // of the body, once: what stands in an address is in logs
	if len(token) != 1 {
		return fault.New(fault.Invalid, "api.not_understood")
	}
	from, _, _ := net.SplitHostPort(r.RemoteAddr)
	return a.desk.SignOutElsewhere(ctx, desk.LeftElsewhere{Provider: r.PathValue("provider"), From: from, Token: withheld.New(token[0])})
}

// said answers a provider in OAuth's words, in full or not at all.
func said(w http.ResponseWriter, status int, out map[string]string) {
	w.Header().Set("Cache-Control", "no-store")
	if out == nil {
		w.WriteHeader(status)
		return
	}
	body, _ := json.Marshal(out) // strings of ours
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
