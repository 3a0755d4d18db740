package casework

// Results of a screening. Others may stand in a pack.
const (
	ResultPresumed    = "presumed"
	ResultNotScreened = "not_screened"
	ResultNone        = "none"
)

// Screening says which indicators counted and which rule fired. It never
// scores a person: it names a rule of the pack.
type Screening struct {
	Result     string            `json:"result"`
	Rule       string            `json:"rule,omitempty"` // id of the case rule that fired
	Dimensions []DimensionResult `json:"dimensions,omitempty"`
	Child      bool              `json:"child,omitempty"`
	ByDoubt    bool              `json:"by_doubt,omitempty"` // child's path because the age is not sure
}

// DimensionResult is one dimension with the indicators that counted.
type DimensionResult struct {
	Set      string             `json:"set"`
	Positive bool               `json:"positive,omitempty"`
	Rule     string             `json:"rule,omitempty"` // id of the score rule, when positive
	Counted  []CountedIndicator `json:"counted,omitempty"`
}

// CountedIndicator is an indicator with the weight it had for this person.
type CountedIndicator struct {
	ID     string `json:"id"`
	Weight string `json:"weight"`
}
