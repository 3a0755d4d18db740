// Package packs holds the countries that Pana comes with, as data.
package packs

import "embed"

// FS has one folder per country.
//
//go:embed all:kz all:atlantis
var FS embed.FS
