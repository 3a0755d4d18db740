// Command idp is somebody else's sign-in for Pana's tests: the certified provider of
// github.com/zitadel/oidc with its own pages and its storage in memory. It has two
// people (test-user@localhost and test-user2, password "verysecure", subjects id1 and
// id2), listens on this machine only, and is no part of Pana.
//
// It prints "ready ISSUER". Each line of its input is an address to which the client may
// be sent back, or "out SUBJECT ADDRESS": that person signs out here, and the client is
// told so at the address (OpenID Connect Back-Channel Logout 1.0), with this provider's own
// claims and key. It ends with its input, so that no test that dies leaves one behind.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/crypto"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
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
	kept := storage.NewStorage(storage.NewUserStore(issuer))
	provider := exampleop.SetupServer(issuer, kept, slog.New(slog.DiscardHandler), false)
	go func() {
		var back []string
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			if words := strings.Fields(lines.Text()); len(words) == 3 && words[0] == "out" {
				fmt.Println(signOut(kept, issuer, *client, words[1], words[2]))
				continue
			}
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

// signOut ends what a person has at this provider and tells the client so. It answers
// "told STATUS".
func signOut(kept *storage.Storage, issuer, client, subject, address string) string {
	ctx := context.Background()
	if err := kept.TerminateSession(ctx, subject, client); err != nil {
		return err.Error()
	}
	key, err := kept.SigningKey(ctx)
	if err != nil {
		return err.Error()
	}
	signer, err := op.SignerFromKey(key)
	if err != nil {
		return err.Error()
	}
	claims := oidc.NewLogoutTokenClaims(issuer, subject, oidc.Audience{client}, time.Now().Add(2*time.Minute), rand.Text(), "", 0)
	token, err := crypto.Sign(claims, signer)
	if err != nil {
		return err.Error()
	}
	answer, err := http.PostForm(address, url.Values{"logout_token": {token}})
	if err != nil {
		return err.Error()
	}
	_ = answer.Body.Close()
	return fmt.Sprint("told ", answer.StatusCode)
}
