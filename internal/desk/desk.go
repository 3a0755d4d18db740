// Package desk has one file per thing a worker does, and one per thing a worker
// reads. An act hands the store a pure function; a read asks access for a scope
// first. It refuses to render and to know HTTP.
package desk
