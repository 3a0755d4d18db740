package casework

// Tables of the index. All columns but one are clear: ids, codes, times. What a
// person said never reaches the index; it is read from the folded stream. The
// one is names.known, sealed: who the file is of, for finding people.

func text(name string) Column { return Column{Name: name, Type: TextColumn} }
func key(name string) Column  { return Column{Name: name, Type: TextColumn, Key: true} }
func when(name string) Column { return Column{Name: name, Type: TimeColumn} }
func whole(name string) Column {
	return Column{Name: name, Type: IntColumn}
}
func yes(name string) Column    { return Column{Name: name, Type: BoolColumn} }
func sealed(name string) Column { return Column{Name: name, Type: BytesColumn, Sealed: true} }

// The stream is part of every key, and a file is a stream: its id is in the key once.
// In decisions it is there twice, so that an index which has the ids in order tells
// which files they are of.
var tables = []Table{
	{"files", []Column{
		text("file_id"), text("number"), when("opened_at"), text("opened_by"), text("region"), text("age_band"), yes("child"),
		text("sex"), text("language"), text("pinned"), whole("changed_seq"), when("changed_at"), yes("frozen"), when("next_end"),
	}},
	// Apart, because it is ten times as long as the rest and one page in a hundred asks.
	{SituationsTable, []Column{text("file_id"), text("situation")}},
	// One row for each file that can be found, under the file's own key: erasing
	// its keys erases it here too.
	{NamesTable, []Column{sealed("known")}},
	{"relations", []Column{text("file_id"), key("body_id"), key("relation"), when("since")}},
	{"referrals", []Column{
		key("referral_id"), text("file_id"), text("number"), text("from_body"), text("state"), text("priority"), text("needs"),
		when("asked_at"), when("ring_at"), when("escalated_at"), text("age_band"), yes("child"), text("sex"), text("language"), text("region"),
	}},
	{"asks", []Column{
		key("referral_id"), key("service_id"), text("file_id"), text("body_id"), text("state"), when("ack_due"),
		when("answer_due"), when("answered_at"), text("refusal"), yes("forbidden"),
	}},
	{"clocks", []Column{
		text("file_id"), key("clock"), text("kind"), text("of"), when("started_at"), when("due_at"), text("question"),
	}},
	{"tasks", []Column{
		key("task_id"), text("file_id"), text("verb"), text("body_id"), text("body_kind"), text("region"), when("added_at"),
		when("due_at"), text("about"), text("state"),
	}},
	// One row for each kind of body that may take the step, or role in it
	// ("police:investigator"), so that a docket is one look-up.
	{"steps", []Column{
		text("file_id"), key("step"), key("by_kind"), text("region"), when("since"), when("due_at"), yes("unclear"),
	}},
	// Those of them that are decisions: a decider's list begins there and not at all
	// that her kind could do for everybody.
	{"decisions", []Column{
		key("file_id"), key("step"), key("by_kind"), text("region"), when("since"), when("due_at"), yes("unclear"),
	}},
	// The same steps once more for each body with a relation to the file whose kind
	// takes them: a body's own work, in order.
	{"owed", []Column{
		text("file_id"), key("body_id"), key("step"), key("by_kind"), text("region"), when("since"), when("due_at"), yes("unclear"),
	}},
	{"consents", []Column{key("consent_id"), text("file_id"), text("purpose"), text("state"), when("at")}},
	{"rights", []Column{text("file_id"), key("right_id"), text("state"), text("by_body"), text("owed_by"), when("at")}},
	{"care", []Column{text("file_id"), key("event_id"), text("body_id"), text("service"), whole("minutes"), text("gave"), when("at")}},
	{"goals", []Column{text("file_id"), key("event_id"), text("body_id"), text("service"), text("state"), when("until"), when("at")}},
	{"incidents", []Column{text("file_id"), key("event_id"), text("body_id"), text("what"), when("at")}},
	// Room and interpreter are keyed tags: enough to see that two hours clash.
	{"hearings", []Column{
		text("file_id"), key("hearing_id"), text("body_id"), text("step"), text("state"), when("at"), when("until"), text("decider"),
		text("room"), text("interpreter"), text("interpreting"),
	}},
	// Which worker of a body has a step that is owed: "" when it was given back.
	{GivenTable, []Column{
		text("file_id"), key("body_id"), key("step"), text("worker"), text("how"), text("from_worker"), text("region"), when("at"), when("since"), when("due_at"),
	}},
	// Steps that a worker of a body proposed and another is to confirm.
	{ProposalsTable, []Column{
		text("file_id"), key("body_id"), key("step"), text("worker"), text("state"), text("region"), when("at"), when("due_at"),
	}},
	// Who came to a body by a step of a roll and left by another: how many, and since when.
	{"stays", []Column{
		text("file_id"), key("event_id"), text("roll"), text("body_id"), text("region"), when("since"), when("left_at"), text("outcome"),
	}},
	// One passage of a person through a procedure: what its figures are counted from.
	// Its clocks are one text, read when they are counted.
	{CoursesTable, []Column{
		text("file_id"), key("procedure"), {Name: "n", Type: IntColumn, Key: true}, text("body_id"), text("region"), text("age_band"), text("sex"), text("state"),
		when("started_at"), when("decided_at"), when("adverse_at"), when("appealed_at"), when("ended_at"), text("outcome"), when("last_at"), text("clocks"),
	}},
	{"same", []Column{text("file_id"), key("other_id")}},
	// Files that somebody wants erased, and those that an order keeps: they go with the file.
	{ErasuresTable, []Column{text("file_id"), text("state"), text("ground"), text("region"), when("since"), when("due_at")}},
	{HoldsTable, []Column{text("file_id"), key("hold_id"), text("state"), text("region"), when("at")}},
	// Orders on single records: of what kind, and nothing of which.
	{KeptTable, []Column{key("hold_id"), text("record"), text("state"), when("at")}},
	// Those whose time is over, and those that are kept all the same.
	{RetentionTable, []Column{text("file_id"), text("state"), text("what"), text("region"), when("since"), when("due_at")}},
	// What is left of those that were: no more than days and counts.
	{"erased", []Column{key("file_id"), when("at"), text("number"), text("region"), text("ground"), text("body_id"), when("backups_until")}},
	{"places", []Column{
		key("place_id"), text("body_id"), text("service_id"), text("takes"), text("state"), whole("beds"), whole("free"),
		when("held_until"), when("as_of"), whole("changed_seq"),
	}},
	{"bodies", []Column{key("body_id"), text("kind"), text("name"), text("names"), text("region"), text("phone"), text("email"), text("sms"), text("sms_when"), yes("closed")}},
	{"services", []Column{
		key("service_id"), text("body_id"), text("body_kind"), text("type"), text("region"), text("takes"), text("phone"), yes("closed"),
	}},
	{"accounts", []Column{key("worker_id"), text("login_tag"), text("body_id"), text("role"), yes("left_body"), when("since")}},
	// Whom a provider names. The tag is keyed: a subject may be a number of the register.
	{SubjectsTable, []Column{key("worker_id"), text("tag")}},
	{PeopleTable, []Column{key("worker_id"), key("other_id")}},
	{MotionsTable, []Column{key("motion_id"), text("body_id"), text("act"), text("ended"), when("at"), when("until")}},
	{MachinesTable, []Column{key("credential_id"), text("body_id"), when("at"), when("expires_at"), when("revoked_at")}},
	{"checks", []Column{key("check_id"), when("at"), text("body_id"), text("worker_id"), text("answer"), text("told"), text("question"), text("alarm")}},
	{"tallies", []Column{key("tally_id"), key("what"), key("age_band"), key("sex"), whole("count")}},
	{"signals", []Column{
		key("signal_id"), when("at"), text("body_id"), text("region"), yes("urgent"), text("outcome"), text("channel"), text("caller"),
		text("ring"), text("promise"), when("closed_at"), text("file_id"), when("ring_at"), text("holder"), text("line"),
	}},
	// The tag is keyed: whoever has the database has no code.
	{PapersTable, []Column{key("paper_id"), text("tag"), when("issued_at")}},
	// So is this: which file a page is of says nothing without its code.
	{PagesTable, []Column{key("page_id"), text("file_id"), text("tag")}},
	// What the chunks of a document must hash to. Which file it is of is in the
	// stream; what it is, nowhere here.
	{AttachmentsTable, []Column{key("attachment_id"), text("sealed"), whole("chunks"), text("state"), when("added_at")}},
	{"operations", []Column{key("operation_id"), when("at"), text("body_id"), text("region"), text("kind"), whole("found")}},
	// Whose names and address are erased when.
	{"households", []Column{key("household_id"), text("body_id"), when("until")}},
	// A case, and what money there is in it: what figures are counted from. The
	// register's number is in neither.
	{"tracks", []Column{
		key("track_id"), when("at"), text("body_id"), text("region"), text("kind"), text("state"), text("stage"), text("outcome"), text("trail"),
		text("articles"), when("act_on"), whole("accused"), when("changed_at"),
	}},
	{"track_money", []Column{key("track_id"), key("money"), whole("sum"), text("body_id"), text("region"), when("at")}},
	// Whose a complaint is, a keyed mark says: no row leads from it to a file.
	{ComplaintsTable, []Column{key("complaint_id"), text("mark"), text("about_body"), text("state"), when("at"), when("reply_due"), when("answered_at")}},
	{"disputes", []Column{key("dispute_id"), text("cell"), text("state"), when("at"), when("reply_due"), when("answered_at")}},
	// Questions of the pack that somebody has said something of.
	{QuestionsTable, []Column{key("question"), text("state")}},
	// Which estimates there are. What was estimated of what stands in the stream.
	{EstimatesTable, []Column{key("estimate_id"), text("body_id"), text("state"), when("at")}},
}

// QuestionsTable keeps which questions were put to the State.
const QuestionsTable = "questions"

// SituationsTable keeps what a file's situation is, as text, for who weighs a person
// without folding the file.
const SituationsTable = "situations"

// CoursesTable keeps who passed through which procedure.
const CoursesTable = "courses"

// GivenTable keeps who of a body has which step.
const GivenTable = "given"

// SubjectsTable keeps which account a ministry's own sign-in may sign in.
const SubjectsTable = "subjects"

// PeopleTable keeps which logins are one person's.
const PeopleTable = "people"

// MotionsTable keeps what waits for a second administrator and what became of it, and
// MachinesTable whose machines have a credential. No secret is in either.
const (
	MotionsTable  = "motions"
	MachinesTable = "machines"
)

// ProposalsTable keeps the steps of two that wait for the second.
const ProposalsTable = "proposals"

// NamesTable keeps KnownAs of every file that can be found by a name or a paper.
const NamesTable = "names"

// Tables lists the index tables with their columns. It is not to be written to.
func Tables() []Table { return tables }
