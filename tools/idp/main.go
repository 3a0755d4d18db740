// Command idp is somebody else's sign-in for Pana's tests: the certified provider of
// github.com/zitadel/oidc with its own pages and its storage in memory. It has two
// people (test-user@localhost and test-user2, password "verysecure", subjects id1 and
// id2), listens on this machine only, and is no part of Pana.
//
// It prints "ready ISSUER". Each line of its input is an address to which the client may
// be sent back. It ends with its input, so that no test that dies leaves one behind.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

func main() {
	client := flag.String("client", "pana", "the client's name")
	secret := flag.String("secret", "", "the client's secret")
	flag.Parse()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "idp:", err)
		os.Exit(1)
	}
	issuer := fmt.Sprintf("http://localhost:%d/", l.Addr().(*net.TCPAddr).Port)
	provider := exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false)
	go func() {
		var back []string
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			back = append(back, lines.Text())
			storage.RegisterClients(storage.WebClient(*client, *secret, back...))
			fmt.Println("known", lines.Text())
		}
		os.Exit(0)
	}()
	fmt.Println("ready", issuer)
	fmt.Fprintln(os.Stderr, "idp:", http.Serve(l, provider))
	os.Exit(1)
}
