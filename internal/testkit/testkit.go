// Package testkit has what tests of several packages share: a PostgreSQL of
// their own, and builders of a small world. Nothing of the product imports it, save
// the bench, which measures on the same PostgreSQL (testkit/pgserver).
package testkit
