// Package names knows how one person's name is written: by the alphabets and
// papers of Kazakhstan and its neighbours, each in a file under data with its
// source. It brings a name in any script to one key that is compared, tells how
// each tradition writes a name, and which names a spelling may stand for.
//
// It refuses to choose: a spelling that two traditions read differently has
// both readings, and a table that no source states says so. It knows nothing of
// who is asked for; what it is given it does not keep.
//
// Weak, and known: Arabic script leaves out short vowels, so of Dari and Persian
// names only a key is made, from consonants; nobody whose first language is
// Tajik, Dari, Kyrgyz or Turkish has read these tables yet.
package names
