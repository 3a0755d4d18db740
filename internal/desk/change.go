package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// decider is a deciding function of the desk: first access, then casework. It
// may be called twice and does nothing but decide.
type decider func(*store.Loaded, casework.Moment) (casework.Decision, error)

// change records what decide decides about the streams. sent is the input: the
// same key with another content is refused, the same form sent twice is one act.
func (d *Desk) change(ctx context.Context, who access.Who, key string, sent any, at time.Time, refs []casework.Ref, decide decider, with ...func(*store.Act)) (casework.Receipt, error) {
	print, err := fingerprint(sent)
	if err != nil {
		return casework.Receipt{}, err
	}
	snap, err := d.deps.Laws.On(at)
	if err != nil {
		return casework.Receipt{}, fault.At("law of today", err)
	}
	act := store.Act{Key: keyOf(who, key), Fingerprint: print, Who: who, At: at, Streams: refs, Pack: snap.Law}
	for _, more := range with {
		more(&act)
	}
	moment, err := d.momentOf(ctx, who, at)
	if err != nil {
		return casework.Receipt{}, err
	}
	return d.deps.Store.Change(ctx, act, func(l *store.Loaded) (casework.Decision, error) {
		out, err := decide(l, moment)
		if err != nil {
			return out, err
		}
		return withKin(l, refs, out), nil
	})
}

// withKin has relatives' files read anew what the act changed: in the same
// transaction as the act, so that no crash between leaves a child's file with
// what her mother's said before.
func withKin(l *store.Loaded, refs []casework.Ref, out casework.Decision) casework.Decision {
	var told []id.File
	for _, ref := range refs {
		if ref.Kind != casework.FileStream {
			continue
		}
		for _, file := range casework.TellsKin(fileOf(l, id.File(ref.ID)), out.Events) {
			if !slices.Contains(told, file) {
				told = append(told, file)
				out.Effects = append(out.Effects, casework.Effect{Kind: casework.EffectKin, Args: map[string]string{"file": string(file)}, Unique: "kin/" + string(file)})
			}
		}
	}
	return out
}

// keyOf puts a worker's keys in a space of their own: whatever a form sends, it
// can be neither the key of another worker's act nor of the product's, and so
// cannot stop a telephone from ringing by having come first. Only its hash is
// kept: a key is clear in the database, and a client may have made it of a name.
func keyOf(who access.Who, key string) string {
	switch {
	case key == "":
		return "" // the store refuses it
	case who.Self != "":
		sum := sha256.Sum256([]byte(key))
		return "person/" + string(who.Self) + "/" + hex.EncodeToString(sum[:16])
	case who.Ward != "":
		sum := sha256.Sum256([]byte(key))
		return "guardian/" + string(who.Ward) + "/" + hex.EncodeToString(sum[:16])
	case who.Worker != "":
		sum := sha256.Sum256([]byte(key))
		return "worker/" + string(who.Worker) + "/" + hex.EncodeToString(sum[:16])
	}
	return "product/" + key
}

// fingerprint of an input. Content goes in and only the hash comes out.
func fingerprint(sent any) ([32]byte, error) {
	b, err := withheld.Encode(sent)
	if err != nil {
		return [32]byte{}, fault.Because(err, fault.Internal, "internal")
	}
	return sha256.Sum256(b), nil
}

func fileRef(f id.File) casework.Ref { return casework.Ref{Kind: casework.FileStream, ID: string(f)} }
func placeRef(p id.Place) casework.Ref {
	return casework.Ref{Kind: casework.PlaceStream, ID: string(p)}
}
func bodyRef(b id.Body) casework.Ref { return casework.Ref{Kind: casework.BodyStream, ID: string(b)} }
func accountRef(w id.Worker) casework.Ref {
	return casework.Ref{Kind: casework.AccountStream, ID: string(w)}
}
func checkRef(c id.Check) casework.Ref {
	return casework.Ref{Kind: casework.CheckStream, ID: string(c)}
}
func fileOf(l *store.Loaded, f id.File) *casework.File {
	return store.As[*casework.File](l, fileRef(f))
}

// onFile is an act on one file that access allows by one word.
func (d *Desk) onFile(ctx context.Context, who access.Who, key string, sent any, file id.File, act string, decide func(*casework.File, casework.Moment) (casework.Decision, error)) (casework.Receipt, error) {
	return d.change(ctx, who, key, sent, d.now(), []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		if _, err := d.may(who, act, f); err != nil {
			return casework.Decision{}, err
		}
		return decide(f, m)
	})
}

// views reads the files that rows are about, in one reading: a page that asks for each
// by itself waits for as many. What is not there any more is not among them.
func (d *Desk) views(ctx context.Context, rows []store.Found) (map[id.File]*casework.File, error) {
	refs := make([]casework.Ref, len(rows))
	files := filesOf(rows)
	for i, f := range files {
		refs[i] = fileRef(f)
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("view files", err)
	}
	out := make(map[id.File]*casework.File, len(files))
	for _, f := range files {
		if seen := fileOf(l, f); seen != nil {
			out[f] = seen
		}
	}
	return out, nil
}

// view reads one file as it stands; nil file is withheld.
func (d *Desk) view(ctx context.Context, file id.File) (*casework.File, error) {
	l, err := d.deps.Store.View(ctx, fileRef(file))
	if err != nil {
		return nil, fault.At("view file "+string(file), err)
	}
	f := fileOf(l, file)
	if f == nil {
		return nil, fault.Withheld("no such file")
	}
	return f, nil
}
