package app

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pana/internal/seal"
)

// keySource says where the master key is. Its text never stands in the
// environment or on the command line, which other processes and crash reports
// show: a secret store hands it over in a file or an open descriptor.
type keySource struct {
	Master string `name:"master-key" help:"Master key: a FILE; credential:NAME of systemd; fd:N, handed over open; transit:https://HOST:8200/MOUNT/KEY in Vault or OpenBao." placeholder:"KEY"`
	Token  string `name:"kms-token" help:"File with the key service's token; read at each request." type:"path" placeholder:"FILE"`
	Roots  string `name:"kms-ca" help:"PEM file of who signs the key service's certificate; without it, the system's." type:"path" placeholder:"FILE"`
}

// Ways to hand a master key over that are not a file's path.
const (
	fromCredential = "credential:"
	fromDescriptor = "fd:"
	fromTransit    = "transit:"
)

// isKeyFile says whether a master key is a file that could be made.
func isKeyFile(where string) bool {
	for _, prefix := range []string{fromCredential, fromDescriptor, fromTransit} {
		if strings.HasPrefix(where, prefix) {
			return false
		}
	}
	return true
}

// open gives the master key that where names.
func (k keySource) open(where string) (seal.Master, error) {
	if name, ok := strings.CutPrefix(where, fromCredential); ok {
		dir := os.Getenv("CREDENTIALS_DIRECTORY")
		if dir == "" || name != filepath.Base(name) {
			return nil, errors.New("credential:NAME is a name in a unit's LoadCredential=; systemd sets $CREDENTIALS_DIRECTORY")
		}
		return seal.MasterFromFile(filepath.Join(dir, name))
	}
	if number, ok := strings.CutPrefix(where, fromDescriptor); ok {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil || n < 3 {
			return nil, errors.New("fd:N is an open descriptor from 3 on")
		}
		f := os.NewFile(uintptr(n), "master key")
		m, err := seal.MasterFrom(f)
		return m, errors.Join(err, f.Close())
	}
	if address, ok := strings.CutPrefix(where, fromTransit); ok {
		if k.Token == "" {
			return nil, errors.New("a key service wants a token: --kms-token FILE")
		}
		return seal.Transit{Address: address, Token: k.Token, Roots: k.Roots}.Open()
	}
	return seal.MasterFromFile(where)
}

// openOrMake is open for a new installation: a file that is not there is made.
func (k keySource) openOrMake(where string) (seal.Master, error) {
	if isKeyFile(where) {
		return openOrMakeMaster(where)
	}
	return k.open(where)
}
