package web

import (
	"cmp"
	"context"
	"net/url"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
)

type placesDesk interface {
	Directory(ctx context.Context, who access.Who, filter desk.DirectoryFilter) (desk.Directory, error)
	MyPlaces(ctx context.Context, who access.Who) ([]desk.PlaceView, error)
	ChangePlace(ctx context.Context, who access.Who, in desk.PlaceInput) (casework.Receipt, error)
}

// directoryPageView is services by need and region, with a map of tiles that
// says the same as the list.
type directoryPageView struct {
	Frame
	D      desk.Directory
	Tiles  []tile
	Width  int
	Height int
	Rows   []provider
	List   listing
}

// provider is what one body offers in one region, so that it is called once.
type provider struct {
	desk.ProviderOption
	Types []string
}

// byProvider brings the services of a body together.
func byProvider(all []desk.ProviderOption) (out []provider) {
	at := map[string]int{}
	for _, o := range all {
		key := string(o.Body) + " " + o.Region
		i, seen := at[key]
		if !seen {
			at[key] = len(out)
			out = append(out, provider{o, []string{o.Type}})
			continue
		}
		out[i].Types = append(out[i].Types, o.Type)
	}
	return out
}

// tile is a region as drawn.
type tile struct {
	X, Y  int
	Name  string
	Short string
	Count string
	Link  string
	Class string
}

const tileSize = 76

func directoryPage(c *call) error {
	q := c.listQuery("directory", "region", "type", "sort")
	d, err := c.site.Desk.Directory(c.ctx, c.who, desk.DirectoryFilter{Need: q.Get("need"), Type: q.Get("type"), Region: q.Get("region")})
	if err != nil {
		return err
	}
	return c.show(newDirectoryPage(c.frame("directory.title"), d, q))
}

func newDirectoryPage(f Frame, d desk.Directory, q url.Values) directoryPageView {
	p := directoryPageView{Frame: f, D: d}
	regions, types, seen := []string{}, []string{}, map[string]bool{}
	for _, t := range d.Tiles {
		regions = append(regions, t.Region)
		p.Width, p.Height = max(p.Width, (t.Col+1)*tileSize), max(p.Height, (t.Row+1)*tileSize)
		p.Tiles = append(p.Tiles, drawTile(f, t, d))
	}
	for _, s := range d.Services {
		if !seen[s.Type] {
			seen[s.Type] = true
			types = append(types, s.Type)
		}
	}
	if d.Type != "" && len(types) == 0 {
		types = []string{d.Type} // nobody offers it here; what was chosen is still said
	}
	fm := form{f, url.Values{"region": {d.Region}, "type": {d.Type}}}
	p.Rows, p.List = listPage(f, q, byProvider(d.Services), lister[provider]{
		Path: "/directory", Words: func(o provider) string { return o.Name },
		More: []Field{fm.pick("region", "region", regions...), fm.pick("type", "service", types...)},
		Orders: []orderBy[provider]{
			{Name: "near"}, {"name", func(a, b provider) int { return cmp.Compare(a.Name, b.Name) }},
		},
	})
	return p
}

// Free says how many places of a region were free on the day that is told.
func (p directoryPageView) Free(t desk.Tile) string {
	switch {
	case t.Free < 0:
		return p.T("directory.free.none")
	case t.Free == 0:
		return p.T("directory.free.few", "n", p.D.Step)
	}
	return p.T("directory.free.least", "n", t.Free)
}

func drawTile(f Frame, t desk.Tile, d desk.Directory) tile {
	out := tile{
		X: t.Col * tileSize, Y: t.Row * tileSize, Name: f.Or("region."+t.Region, "region.other"),
		Short: f.Or("region."+t.Region+".short", "region."+t.Region, "region.other"), Count: strconv.Itoa(t.Services),
		Link: string(f.U("/directory?" + url.Values{"region": {t.Region}, "type": {d.Type}}.Encode())), Class: "has",
	}
	if runes := []rune(out.Short); len(runes) > 9 {
		out.Short = string(runes[:8]) + "."
	}
	if t.Services == 0 {
		out.Class = "none"
	}
	if t.Region == d.Region {
		out.Class += " sel"
	}
	return out
}

// placesPageView is the rooms and beds of the worker's own body.
type placesPageView struct {
	Frame
	Places []desk.PlaceView
	Editor []Field
	Edit   desk.PlaceView
	Kept   []Kept
}

// takes are the people a place may be for.
var takes = []string{"women", "men", "girls", "boys", "mother_with_children", "family"}

func placesPage(c *call) error {
	places, err := c.site.Desk.MyPlaces(c.ctx, c.who)
	if err != nil {
		return err
	}
	typed := url.Values{"key": {newKey()}}
	if p, ok := placeNamed(places, c.r.URL.Query().Get("place")); ok {
		typed.Set("place", string(p.ID))
		typed.Set("version", strconv.FormatUint(p.Version, 10))
		typed.Set("place_name", p.Name)
		typed.Set("beds", strconv.Itoa(p.Beds))
		typed.Set("free", strconv.Itoa(p.Free))
		typed["takes"] = p.Takes
		typed.Set("place_state", openOrClosed(p.State))
	}
	return c.show(newPlacesPage(c.frame("places.title"), places, typed))
}

func openOrClosed(state string) string {
	if state == "closed" {
		return state
	}
	return "open"
}

func placeNamed(places []desk.PlaceView, want string) (desk.PlaceView, bool) {
	for _, p := range places {
		if string(p.ID) == want {
			return p, true
		}
	}
	return desk.PlaceView{}, false
}

func newPlacesPage(f Frame, places []desk.PlaceView, typed url.Values) placesPageView {
	f.MainForm = true
	fm := form{f, typed}
	p := placesPageView{Frame: f, Places: places}
	p.Edit, _ = placeNamed(places, typed.Get("place"))
	p.Editor = []Field{
		fm.field("text", "place_name"), fm.choose("choices", "takes", "takes", takes...), fm.field("number", "beds"), fm.field("number", "free"),
		fm.choose("choice", "place_state", "place_state", "open", "closed"),
	}
	p.Kept = keep(typed, "place_name", "takes", "beds", "free", "place_state")
	return p
}

func placePost(c *call) error {
	f := c.frame("places.title")
	redraw := func(f Frame) error {
		places, err := c.site.Desk.MyPlaces(c.ctx, c.who)
		if err != nil {
			return err
		}
		return c.render(422, "places", newPlacesPage(f, places, c.form))
	}
	mend := tooLong(c.form)
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return redraw(f)
	}
	place, _ := id.Parse[id.Place](c.form.Get("place"))
	receipt, err := c.site.Desk.ChangePlace(c.ctx, c.who, desk.PlaceInput{
		Key: c.form.Get("key"), Place: place, Name: c.form.Get("place_name"), Takes: c.form["takes"], Beds: c.form.Get("beds"),
		Free: c.form.Get("free"), State: c.form.Get("place_state"), Version: version(c.form),
	})
	if err != nil {
		return c.again(renamed(err, "name", "place_name", "state", "place_state"), redraw, f)
	}
	return c.receipt(receipt, "places.done", Link{"/places", f.T("to_places")}, Link{"/work", f.T("to_work")})
}
