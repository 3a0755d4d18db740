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

		{"GET /concern", "concern.record", "concern", "concern", concernForm},
		{"POST /concern", "concern.record", "concern", "concern", concernPost},
		{"GET /file/{file}/concern", "file.read", "", "result", concernResult},

		{"GET /file/{file}/refer", "referral.ask", "", "refer", referForm},
		{"POST /file/{file}/refer", "referral.ask", "", "refer", referPost},
		{"GET /inbox", "referral.read", "inbox", "inbox", inbox},
		{"GET /referral/{referral}", "referral.read", "", "referral", referralPage},
		{"POST /referral/{referral}", "referral.read", "", "referral", referralPost},

		{"GET /file/{file}", "file.read", "", "file", filePage},
		{"POST /file/{file}/show", "file.identity", "", "file", fileShow},
		{"POST /file/{file}/note", "file.note", "", "receipt", fileNote},
		{"GET /file/{file}/identity", "file.identify_write", "", "form", identityForm},
		{"POST /file/{file}/identity", "file.identify_write", "", "form", identityPost},
		{"GET /file/{file}/consent", "file.consent", "", "form", consentForm},
		{"POST /file/{file}/consent", "file.consent", "", "form", consentPost},
		{"POST /file/{file}/consent/withdraw", "file.consent", "", "receipt", consentWithdraw},
		{"GET /file/{file}/right/{right}", "file.right", "", "form", rightForm},
		{"POST /file/{file}/right/{right}", "file.right", "", "form", rightPost},
		{"GET /file/{file}/correct/{event}", "file.correct", "", "form", correctForm},
		{"POST /file/{file}/correct/{event}", "file.correct", "", "form", correctPost},
		{"GET /file/{file}/freeze", "file.freeze", "", "form", freezeForm},
		{"POST /file/{file}/freeze", "file.freeze", "", "form", freezePost},
		{"GET /file/{file}/same", "file.same", "", "form", sameForm},
		{"POST /file/{file}/same", "file.same", "", "form", samePost},
		{"GET /file/{file}/step/{step}", "step.take", "", "step", stepForm},
		{"POST /file/{file}/step/{step}", "step.take", "", "step", stepPost},
		{"GET /file/{file}/irregular", "step.irregular", "", "irregular", irregularPage},

		{"GET /directory", "directory.read", "directory", "directory", directoryPage},
		{"GET /places", "place.read", "places", "places", placesPage},
		{"POST /places", "place.change", "places", "places", placePost},

		{"GET /check", "removal.check", "check", "check", checkForm},
		{"POST /check", "removal.check", "check", "answer", checkPost},
		{"GET /docket", "docket.read", "docket", "docket", docketPage},

		{"GET /admin/bodies", "body.read", "admin", "bodies", bodiesPage},
		{"POST /admin/bodies", "body.change", "admin", "bodies", bodyPost},
		{"GET /admin/workers", "account.read", "admin", "workers", workersPage},
		{"POST /admin/workers", "account.change", "admin", "workers", workerPost},
		{"GET /ledger", "ledger.read", "admin", "ledger", ledgerPage},
	}
}
