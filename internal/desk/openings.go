package desk

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/ledger"
	"pana/internal/pack"
	"pana/internal/store"
)

// Openings is who opened a file, with the number of each opening's leaf in the file
// and the hash of the leaf before it: the numbers of all leaves of the file run from
// one without a gap, so an opening that was taken out leaves one. It is for those who
// see the openings on the file's page.
//
// What no proof can show, and every page and file with this list says: that somebody
// who has the database and the key did not read it elsewhere; and that a leaf which
// is listed by its hash only is no opening.
func (d *Desk) Openings(ctx context.Context, who access.Who, file id.File) (OpeningsView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return OpeningsView{}, err
	}
	if _, err := d.mayIn(who, access.OpenFile, f, "", "openings"); err != nil {
		return OpeningsView{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return OpeningsView{}, err
	}
	chain, err := d.deps.Store.ChainOf(ctx, fileRef(file), func(uint64) bool { return false })
	if err != nil {
		return OpeningsView{}, err
	}
	out := OpeningsView{File: file, Number: f.Number(), Subject: subject(f), Leaves: len(chain.Links)}
	out.Later, out.LaterLast = f.Deferred(d.today())
	lines := d.openingLines(who, f, names)
	for i, o := range f.Openings { // lines are the newest first
		line := NumberedOpening{OpeningLine: lines[len(lines)-1-i], Seq: o.Seq}
		if at := linkAt(chain, o.Seq); at != nil {
			line.Leaf, line.Hash, line.Previous = at.Header.Number, at.Leaf.String(), at.Header.Previous.String()
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// OtherPart is what a reader is told was opened, of a part that they do not read
// themselves: who opened the file, and when, stands for everybody who sees openings,
// and what was there to be opened does not.
const OtherPart = "other"

// openingFor is an opening as this reader may know it.
func (d *Desk) openingFor(who access.Who, f *casework.File, o casework.Opening) casework.Opening {
	if o.Body != who.Body && !d.readsPart(who, f, o.What) {
		o.What, o.Purpose = OtherPart, ""
	}
	return o
}

func (d *Desk) readsPart(who access.Who, f *casework.File, what string) bool {
	var err error
	switch what {
	case "attachments":
		return slices.ContainsFunc(f.Attachments, func(a casework.Attachment) bool {
			_, err := d.maySeeDocument(who, f, a)
			return err == nil
		})
	case "papers":
		return slices.ContainsFunc(f.Papers, func(p casework.IssuedPaper) bool { return d.maySeePaper(who, f, p.Compartment) == nil })
	case "hearings":
		_, err = d.may(who, access.SeeHearing, f)
	case casework.OwnCopyPaper:
		_, err = d.may(who, access.CopyFile, f)
	case casework.PageOpening:
		_, err = d.mayKeepPage(who, f)
	default:
		if slices.ContainsFunc(d.pack().BodyKinds, func(k pack.BodyKind) bool { return k.Compartment == what }) {
			_, err = d.mayTab(who, f, what)
		}
	}
	return err == nil
}

func linkAt(c store.Chain, seq uint64) *store.Link {
	if seq < 1 || seq > uint64(len(c.Links)) {
		return nil
	}
	return &c.Links[seq-1]
}

// OpeningsView is the list of a file's openings, oldest first.
type OpeningsView struct {
	File    id.File
	Number  string
	Subject Subject
	Leaves  int // of the file, openings and everything else
	Lines   []NumberedOpening
	// Later is how many of them the person is shown later, the last on LaterLast.
	Later     int
	LaterLast string
}

// NumberedOpening is an opening at its place in the file and in the ledger.
type NumberedOpening struct {
	OpeningLine
	Seq      uint64 // in the file, from 1
	Leaf     uint64 // in the ledger
	Hash     string
	Previous string // of the leaf before it in the file
}

// TakeOpenings gives the list out as a file that pana monitor --proof checks without
// an account. That it was taken out is an opening too, and stands on the list: it is
// recorded and signed for first, and nothing is given when that fails.
func (d *Desk) TakeOpenings(ctx context.Context, who access.Who, in TakeOpeningsInput) ([]byte, Mark, error) {
	if _, err := d.Openings(ctx, who, in.File); err != nil {
		return nil, Mark{}, err
	}
	mark, err := d.TakeOut(ctx, who, TakeOutInput{Key: in.Key, Purpose: in.Purpose, Files: []id.File{in.File}})
	if err != nil {
		return nil, Mark{}, err
	}
	if _, err := d.deps.Store.Checkpoint(ctx, d.now()); err != nil {
		return nil, Mark{}, err
	}
	f, err := d.view(ctx, in.File)
	if err != nil {
		return nil, Mark{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, Mark{}, err
	}
	out, err := d.openingsFile(ctx, who, f, names, in.Purpose == ForThePerson, ledger.OpeningsFile{
		Format: ledger.OpeningsFormat, File: f.Number(), At: d.now().Format(time.RFC3339), TakenBy: names.of(who.Body), TakenAs: mark.N, Limits: in.Limits,
	})
	return out, mark, err
}

// TakeOpeningsInput asks for the list. Limits is the sentence, in the reader's
// language, on what it cannot show.
type TakeOpeningsInput struct {
	Key     string
	File    id.File
	Purpose string
	Limits  string
}

func (d *Desk) openingsFile(ctx context.Context, who access.Who, f *casework.File, names bodyNames, forHer bool, out ledger.OpeningsFile) ([]byte, error) {
	opened := map[uint64]casework.Opening{}
	list := f.Openings
	if forHer {
		list, _ = d.shownHer(f)
		out.Later, out.LaterLast = f.Deferred(d.today())
	}
	for _, o := range list {
		opened[o.Seq] = d.openingFor(who, f, o)
	}
	chain, err := d.deps.Store.ChainOf(ctx, fileRef(f.ID), func(seq uint64) bool { return !opened[seq].At.IsZero() })
	if err != nil {
		return nil, err
	}
	out.Verifier, out.Checkpoint = chain.Verifier, chain.Checkpoint
	for _, l := range chain.Links {
		if l.Header.Seq > f.Seq() { // came between the two readings
			break
		}
		out.Leaves = append(out.Leaves, l.Leaf.String())
		o, ok := opened[l.Header.Seq]
		if !ok {
			continue
		}
		if !l.Proved() {
			return nil, fault.New(fault.Busy, "ledger.not_signed")
		}
		record, err := ledger.RecordOf(l.Header, l.Body)
		if err != nil {
			return nil, fault.At("record of an opening", err)
		}
		line := ledger.ProvedOpening{Number: o.Seq, At: o.At.UTC().Format(time.RFC3339), Body: names.of(o.Body), What: o.What, Purpose: o.Purpose, Record: record}
		if o.Deferred(d.today()) {
			line.Later = o.Later.Until
		}
		for _, h := range l.Proof {
			line.Proof = append(line.Proof, h.String())
		}
		out.Openings = append(out.Openings, line)
	}
	b, err := json.MarshalIndent(out, "", " ")
	return append(b, '\n'), fault.At("list of openings", err)
}
