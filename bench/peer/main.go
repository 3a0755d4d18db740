// Command peer is PocketBase with one collection, so that a plain durable
// record can be created over HTTP beside Pana's referral in the same run:
// a text of 400 bytes, one index, PocketBase's default durability.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: peer FOLDER HOST:PORT")
	}
	dir, addr := os.Args[1], os.Args[2]
	// PocketBase looks at os.Args itself to decide whether to open its database.
	os.Args = []string{"peer", "serve", "--http", addr, "--dir", dir}
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: dir, HideStartBanner: true})
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		if err := makeCollection(app); err != nil {
			return err
		}
		fmt.Println("ready http://" + addr)
		return e.Next()
	})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}

// makeCollection makes "notes" with an open create rule, once.
func makeCollection(app core.App) error {
	if _, err := app.FindCollectionByNameOrId("notes"); err == nil {
		return nil
	}
	open := ""
	notes := core.NewBaseCollection("notes")
	notes.CreateRule = &open
	notes.Fields.Add(&core.TextField{Name: "tag", Max: 64}, &core.TextField{Name: "body", Max: 2000})
	notes.AddIndex("notes_tag", false, "tag", "")
	return app.Save(notes)
}
