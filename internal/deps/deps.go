// Package deps holds the module set while the first packages are written; it
// goes when each module has a user of its own.
package deps

import (
	_ "cel.dev/cel-go/cel"
	_ "github.com/alecthomas/kong"
	_ "github.com/chromedp/chromedp"
	_ "github.com/go-playground/locales/kk"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/rogpeppe/go-internal/txtar"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "github.com/tink-crypto/tink-go/v2/aead"
	_ "github.com/tink-crypto/tink-go/v2/aead/subtle"
	_ "go.yaml.in/yaml/v4"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/text/unicode/norm"
	_ "pgregory.net/rapid"
)
