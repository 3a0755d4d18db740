package testkit

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// Issuer is an OpenID provider that can be made to lie: whoever it is asked for is
// Subject, at once, and what its tokens say is bent before they are signed. The right
// answers are those of a real one, which tools/idp is.
type Issuer struct {
	URL, Client, Secret string

	mu      sync.Mutex
	Subject string
	Session string // what it calls the next sign-in
	// Bend changes a token before it is signed; Sign signs it in place of the key.
	Bend func(header, claims map[string]any)
	Sign func(signed string) []byte
	Down bool
	Ends bool // its description says that it tells who signed out
	Key  *rsa.PrivateKey
	kid  string

	codes map[string]url.Values
	Asked int // for keys
}

// NewIssuer starts one for a test.
func NewIssuer(t testing.TB) *Issuer {
	i := &Issuer{Client: "pana", Secret: rand.Text(), Subject: "id1", codes: map[string]url.Values{}}
	i.Turn()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.about)
	mux.HandleFunc("GET /keys", i.keys)
	mux.HandleFunc("GET /authorize", i.authorize)
	mux.HandleFunc("POST /token", i.token)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.Down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	i.URL = s.URL
	return i
}

// Turn makes another key; the one before is published no more.
func (i *Issuer) Turn() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.Key, i.kid = key, rand.Text()
}

// Set changes what the issuer does next.
func (i *Issuer) Set(change func(*Issuer)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change(i)
}

func (i *Issuer) about(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}, "response_types_supported": []string{"code"},
		"authorization_response_iss_parameter_supported": true,
		"backchannel_logout_supported":                   i.Ends, "backchannel_logout_session_supported": i.Ends,
	})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	i.Asked++
	n, e := i.Key.N.Bytes(), big.NewInt(int64(i.Key.E)).Bytes()
	reply(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": i.kid, "n": coded(n), "e": coded(e)}}})
}

// authorize signs Subject in and sends the browser back.
func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	code := rand.Text()
	i.codes[code] = q
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {i.URL}}.Encode(), http.StatusSeeOther)
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	client, secret, basic := r.BasicAuth()
	if !basic {
		client, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	asked, ok := i.codes[r.PostForm.Get("code")]
	delete(i.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	right := ok && client == i.Client && secret == i.Secret && asked.Get("code_challenge_method") == "S256" && asked.Get("code_challenge") == coded(sum[:]) &&
		asked.Get("redirect_uri") == r.PostForm.Get("redirect_uri")
	if !right {
		w.WriteHeader(http.StatusBadRequest)
		reply(w, map[string]any{"error": "invalid_grant"})
		return
	}
	now := time.Now()
	reply(w, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "id_token": i.signed(
		map[string]any{"alg": "RS256", "kid": i.kid, "typ": "JWT"},
		map[string]any{
			"iss": i.URL, "sub": i.Subject, "aud": i.Client, "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(), "auth_time": now.Unix(), "nonce": asked.Get("nonce"), "sid": i.Session,
		})})
}

// LogoutToken is the issuer's word that Subject signed out, bent and signed as its other
// tokens are; more says which session, when there is one.
func (i *Issuer) LogoutToken(more map[string]any) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := time.Now()
	claims := map[string]any{
		"iss": i.URL, "sub": i.Subject, "aud": i.Client, "exp": now.Add(2 * time.Minute).Unix(), "iat": now.Unix(), "jti": rand.Text(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}
	maps.Copy(claims, more)
	return i.signed(map[string]any{"alg": "RS256", "kid": i.kid, "typ": "logout+jwt"}, claims)
}

func (i *Issuer) signed(header, claims map[string]any) string {
	header, claims = maps.Clone(header), maps.Clone(claims)
	if i.Bend != nil {
		i.Bend(header, claims)
	}
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	text := coded(h) + "." + coded(c)
	if i.Sign != nil {
		return text + "." + coded(i.Sign(text))
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.Key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + coded(signature)
}

// WithSecret signs as HS256 does, with a key of the forger's choice.
func WithSecret(key []byte) func(string) []byte {
	return func(text string) []byte {
		m := hmac.New(sha256.New, key)
		_, _ = m.Write([]byte(text))
		return m.Sum(nil)
	}
}

func coded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// Follow does what a browser does between us and the issuer: it goes where it is sent
// and gives back the address that it is sent back to.
func Follow(t testing.TB, address string) *url.URL {
	t.Helper()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	back, err := answer.Location()
	if err != nil {
		t.Fatalf("%d and no way back", answer.StatusCode)
	}
	return back
}

// Providers writes the file that names an issuer as the provider of a body, and gives
// its path.
func (i *Issuer) Providers(t testing.TB, dir, more string, bodies ...string) string {
	return ProvidersFile(t, dir, i.URL, i.Client, i.Secret, more, bodies...)
}

// ProvidersFile writes the file that names one provider.
func ProvidersFile(t testing.TB, dir, issuer, client, secret, more string, bodies ...string) string {
	t.Helper()
	WriteFile(t, dir+"/secret", secret+"\n")
	text := "providers:\n  - id: ministry\n    name: {en: The ministry, ru: Министерство, kk: Министрлік}\n    issuer: " + issuer + "\n    client: " + client +
		"\n    secret-file: secret\n    bodies: [" + strings.Join(bodies, ", ") + "]\n" + more
	return WriteFile(t, dir+"/providers.yaml", text)
}

// WriteFile writes a small file that only its owner reads.
func WriteFile(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
