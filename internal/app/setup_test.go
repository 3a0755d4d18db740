package app

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestAnOfficeIsSetUp walks through the first minutes of an installation, as
// docs/operators.md tells them.
func TestAnOfficeIsSetUp(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "office")
	for _, row := range []struct {
		why, line string
		exit      int
		says      string
	}{
		{"a key, a database and an administrator", "init", exitOK, "login: admin"},
		{"a second administrator is not made behind the first one's back", "init", exitFailed, "workers already"},
		{"all that is stored agrees", "verify --quiet", exitOK, "agrees:"},
		{"nobody is there to confirm the second administrator", "administrator --body Administration --login second", exitOK, "code: "},
		{"a login is one worker's", "administrator --body Administration --login second", exitFailed, "somebody's already"},
		{"a body that is not there has no machine", "credential --body Nobody", exitFailed, "no open body"},
		{"a machine's credential is shown once", "credential --body Administration --days 1", exitOK, "credential: m"},
		{"a credential ends", "credential --body Administration --days 1000", exitFailed, "--days"},
		{"what the commands did is in the record", "verify --quiet", exitOK, "agrees:"},
		{"somebody else's key is no verifier", "verify --verifier nonsense", exitFailed, "does not agree"},
		{"an office is no demonstration", "demo --files 0 --addr 127.0.0.1:0", exitFailed, "leaves them alone"},
	} {
		command, flags, _ := strings.Cut(row.line, " ")
		var out, errs strings.Builder
		exit := Main(append([]string{command, "--data", dir}, strings.Fields(flags)...), &out, &errs)
		if all := out.String() + errs.String(); exit != row.exit || !strings.Contains(all, row.says) {
			t.Errorf("%s: exit %d, said %s", row.why, exit, all)
		}
	}
}
