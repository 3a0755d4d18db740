package web

// Permissions that are not acts of a rule: anybody, and anybody signed in.
const (
	Public   = "public"
	SignedIn = "signed_in"
)

// Route is one row of the table: pattern, permission, page, handler. Act names
// the act of the access rules that desk decides on: the matrix of routes and
// roles reads it. Door, where one is named, keeps away roles that do not have
// it before anything is decoded.
type Route struct {
	Pattern string
	Act     string
	Door    string
	Page    string
	run     func(*call) error
}

// Routes is every address there is.
func Routes() []Route {
	return []Route{
		{"GET /{$}", Public, "", "front", front},
		{"GET /sign-in", Public, "", "signin", signInForm},
		{"POST /sign-in", Public, "", "signin", signIn},
		{"POST /sign-out", Public, "", "signin", signOut},
		{"POST /language", Public, "", "front", setLanguage},
		{"GET /exit", Public, "", "front", exit},
		{"POST /demo/enter", Public, "", "signin", demoEnter},
		{"POST /demo/clock", Public, "", "front", demoClock},

		{"GET /work", SignedIn, "", "work", myWork},
	}
}
