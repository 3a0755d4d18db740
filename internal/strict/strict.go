// Package strict reads YAML into Go values and reports everything that is wrong
// with a file at once, each with its line and how to mend it. It refuses what
// YAML guesses: an unquoted no, 010 or 1.5 where text is wanted, anchors and
// aliases, tags, unknown and doubled keys, empty values, a second document.
package strict

import (
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// Bounds on one file, so that a malformed one costs little. The longest file
// that people write here has some thousand lines.
const (
	MaxBytes = 2 << 20
	MaxDepth = 40
)

// Problem is one thing to mend in a file.
type Problem struct {
	File string
	Line int
	Code string // stable: "yaml.unknown_key"
	What string
	Mend string
}

func (p Problem) String() string {
	s := fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What)
	if p.Mend != "" {
		s += ": " + p.Mend
	}
	return s
}

// Node is a node of the file's tree.
type Node = yaml.Node

// Reader is what a type with a shape of its own uses to read itself.
type Reader struct {
	File     string
	problems []Problem
}

// Self is implemented by types that read themselves from a node.
type Self interface{ ReadYAML(*Reader, *Node) }

// Read decodes one file into out, a pointer. What could be read is in out even
// when there are problems, so that later rules can find more of them.
func Read(file string, data []byte, out any) []Problem {
	r := &Reader{File: file}
	root := r.parse(data)
	if root == nil {
		return r.problems
	}
	r.shape(root)
	r.Into(root, reflect.ValueOf(out).Elem())
	return r.problems
}

// Add reports a problem at a node.
func (r *Reader) Add(n *Node, code, mend, what string, args ...any) {
	line := 1
	if n != nil {
		line = n.Line
	}
	r.problems = append(r.problems, Problem{r.File, line, code, fmt.Sprintf(what, args...), mend})
}

func (r *Reader) parse(data []byte) *Node {
	switch {
	case len(data) > MaxBytes:
		r.Add(nil, "yaml.too_large", "split it", "the file has %d bytes, more than %d", len(data), MaxBytes)
		return nil
	case !utf8.Valid(data):
		r.Add(nil, "yaml.not_utf8", "save it as UTF-8", "the file is not UTF-8")
		return nil
	}
	var doc Node
	err := yaml.Load(data, &doc, yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(MaxDepth))))
	if err != nil {
		line, what := 1, err.Error()
		var at *yaml.LoadError
		if errors.As(err, &at) {
			what = at.Message
			if at.Mark.Line > 0 {
				line = at.Mark.Line
			}
		}
		r.problems = append(r.problems, Problem{r.File, line, "yaml.syntax", "not YAML: " + what, "look at this line and the one before; quote text that holds : # { [ & * ! or starts with a sign"})
		return nil
	}
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		return doc.Content[0]
	}
	if doc.Kind == 0 || doc.Kind == yaml.DocumentNode {
		r.Add(nil, "yaml.empty", "write its list, or remove the file", "the file is empty")
		return nil
	}
	return &doc
}

// shape refuses what is wrong whatever the type: anchors, aliases, tags,
// doubled keys. Aliases are cut off, so that what follows sees a plain tree.
func (r *Reader) shape(n *Node) {
	if n.Anchor != "" {
		r.Add(n, "yaml.anchor", "write the value out where it is used", "&%s: anchors are not read", n.Anchor)
	}
	if n.Kind == yaml.AliasNode {
		r.Add(n, "yaml.alias", "write the value out", "*%s: aliases are not read", n.Value)
		n.Alias, n.Kind, n.Tag, n.Style = nil, yaml.ScalarNode, "!!str", yaml.DoubleQuotedStyle
		return
	}
	if n.Style&yaml.TaggedStyle != 0 {
		r.Add(n, "yaml.tag", "remove it; a text that starts with ! needs quotes", "the tag %s is not read", n.Tag)
	}
	if n.Kind == yaml.MappingNode {
		r.keys(n)
	}
	for _, c := range n.Content {
		r.shape(c)
	}
}

func (r *Reader) keys(n *Node) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			r.Add(k, "yaml.key", "use a word as the key", "a key is not a word")
			continue
		}
		if line, twice := first[k.Value]; twice {
			r.Add(k, "yaml.twice", "keep one of them", "key %q is also on line %d", k.Value, line)
			continue
		}
		first[k.Value] = k.Line
	}
}
