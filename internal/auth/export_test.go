package auth

// Confusables and CodePoints are the standard's table and how it is read.
var (
	Confusables = confusables
	CodePoints  = codePoints
)
