// Command pana runs a country's protection procedures from data.
package main

import (
	"os"

	"pana/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr)) }
