package web

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/wording"
)

type hsdsDesk interface {
	PublicDirectory(ctx context.Context, lang string) (desk.PublicDirectory, error)
}

// The directory as a feed for other programs. It is the same for everybody, so it is in
// the language that the address names and not in the reader's, and may be kept.

// hsdsKeep is how long a feed may be kept by whoever passes it on.
const hsdsKeep = "public, max-age=3600"

// publicDirectory reads it in the language of the address, or the country's first.
func (c *call) publicDirectory() (desk.PublicDirectory, error) {
	lang := wording.Lang(c.r.URL.Query().Get("lang"))
	if !slices.Contains(Langs, lang) {
		lang = Langs[0]
	}
	c.w.Header().Set("Content-Language", string(lang))
	return c.site.Desk.PublicDirectory(c.ctx, string(lang))
}

// feed gives bytes that may be kept; who has them already is told so.
func (c *call) feed(kind string, content []byte) error {
	sum := sha256.Sum256(content)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	c.w.Header().Set("ETag", tag)
	if c.r.Header.Get("If-None-Match") == tag {
		c.w.Header().Set("Cache-Control", hsdsKeep)
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	c.bytes(kind, hsdsKeep, content)
	return nil
}

func hsdsAbout(c *call) error {
	d, err := c.publicDirectory()
	if err != nil {
		return err
	}
	return c.feed("application/json", d.About)
}

func hsdsServices(c *call) error {
	d, err := c.publicDirectory()
	if err != nil {
		return err
	}
	return c.feed("application/json", d.Services)
}

// hsdsPackage is the tabular data package. Its times are zero: the same directory is the
// same bytes.
func hsdsPackage(c *call) error {
	d, err := c.publicDirectory()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range d.Files {
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
		if err == nil {
			_, err = to.Write(f.Text)
		}
		if err != nil {
			return fault.At("pack the directory", err)
		}
	}
	if err := w.Close(); err != nil {
		return fault.At("pack the directory", err)
	}
	c.w.Header().Set("Content-Disposition", `attachment; filename="directory-hsds.zip"`)
	return c.feed("application/zip", out.Bytes())
}
